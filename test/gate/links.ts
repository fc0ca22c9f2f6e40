/** What the pages point at exists: relative links, and paths of the house in backticks. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lineAt, type Violation } from './source.ts';

const LINK = /\]\((?![a-z]+:|#)([^)\s#]+)(?:#[^)\s]*)?\)/gi;
const PATH = /`((?:src|bot|test|scripts|docs|examples|actions|\.ci|\.github)\/[\w./-]*)`/g;
/** Files a user writes in a repository of his own. */
const THEIRS = /^(\.github\/(sluice\.yml|workflows\/)|scripts\/deploy\.sh)/;

/** Links and paths of a Markdown page that lead nowhere; `root` is where the paths begin. */
export function deadLinks(root: string, page: string, text: string): readonly Violation[] {
  const target = (match: RegExpExecArray): string => match[1] ?? '';
  const links = [...text.matchAll(LINK)].map((match) => ({ match, path: join(dirname(page), target(match)) }));
  const paths = [...text.matchAll(PATH)]
    .map((match) => ({ match, path: target(match) }))
    .filter(({ path }) => !THEIRS.test(path));
  return [...links, ...paths]
    .filter(({ path }) => !existsSync(join(root, path)))
    .map(({ match, path }) => ({
      file: page,
      line: lineAt(text, match.index),
      what: `points at ${path}, which is not there`,
      instead: 'name what is there',
    }));
}
