/** What a person pushes with git. */
import { commitAt, writeCommit } from './commit.ts';
import { git as runGit } from './process.ts';
import type { FakeGit } from './repository.ts';
import { changeTree } from './tree.ts';

export interface Pushed {
  readonly branch: string;
  /** By path; null: removed. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly message?: string;
  readonly author?: { readonly name: string; readonly email: string };
  /** Where the branch goes on: a commit; null: it begins at nothing. */
  readonly from: string | null;
  /** Seconds. */
  readonly at: number;
}

const PERSON = { name: 'Ada', email: 'ada@example.com' } as const;
const MESSAGE = 'a change';

/** From so many files on one process is quicker than a file for each object. */
const MANY = 200;

/** Makes the commit and moves the branch; its id. @throws Error with git's words */
export function pushCommit(git: FakeGit, pushed: Pushed): Promise<string> {
  return Object.keys(pushed.files).length < MANY ? pushFew(git, pushed) : pushMany(git.folder, pushed);
}

async function pushFew(git: FakeGit, { branch, files, message, author, from, at }: Pushed): Promise<string> {
  const changes = Object.entries(files).map(
    ([path, text]) => [path, text === null ? null : { mode: '100644', oid: git.write('blob', text) }] as const,
  );
  const parent = from === null ? undefined : await commitAt(git, from);
  const tree = await changeTree(git, parent?.tree, new Map(changes));
  const person = { ...(author ?? PERSON), at, zone: '+0000' };
  const oid = writeCommit(git, {
    tree,
    parents: parent === undefined ? [] : [parent.oid],
    author: person,
    committer: person,
    message: message ?? MESSAGE,
  });
  const problem = await git.move([{ name: `refs/heads/${branch}`, after: oid }]);
  if (problem !== undefined) throw new Error(problem);
  return oid;
}

const counted = (text: string): string => `data ${String(Buffer.byteLength(text))}\n${text}\n`;
const quoted = (path: string): string =>
  `"${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;

async function pushMany(folder: string, pushed: Pushed): Promise<string> {
  const { branch, files, message, author, from, at } = pushed;
  const person = author ?? PERSON;
  const signature = `${person.name} <${person.email}> ${String(at)} +0000`;
  const changes = Object.entries(files).map(([path, text]) =>
    text === null ? `D ${quoted(path)}\n` : `M 100644 inline ${quoted(path)}\n${counted(text)}`,
  );
  const script = [
    `commit refs/heads/${branch}\nmark :1\n`,
    `author ${signature}\ncommitter ${signature}\n`,
    counted(message ?? MESSAGE),
    from === null ? '' : `from ${from}\n`,
    ...changes,
    'get-mark :1\n',
    'done\n',
  ];
  const answer = await runGit(folder, ['fast-import', '--quiet', '--done'], script.join(''));
  return answer.toString().trim();
}
