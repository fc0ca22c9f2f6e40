/** All gates over one tree. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cycles, heavyEntries, wrongArrows } from './arrows.ts';
import { impurities } from './purity.ts';
import { deadLinks } from './links.ts';
import { mentions, type Requirements, uncovered } from './requirements.ts';
import { oversized, sizeTable } from './sizes.ts';
import { filesBelow, readSources, type Violation } from './source.ts';
import { emptyNames, machinePaths } from './words.ts';

export interface Gate {
  readonly name: string;
  readonly violations: readonly Violation[];
}

export interface Examination {
  readonly gates: readonly Gate[];
  readonly table: string;
  /** How many modules were read: a gate over nothing passes nothing. */
  readonly modules: number;
}

const TEXT = /\.(ts|tsx|js|json|md|ya?ml|sh|toml|html|css)$|^\.ci\/|^[A-Z]+$/;

/** Files of the project as git sees them (not ignored, committed or not); without a repository everything. */
function projectFiles(root: string): readonly string[] {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed.status === 0 ? listed.stdout.split('\0').filter(Boolean) : filesBelow(root, ['.']);
}

/** Asks every text of the project that matches. */
function overTexts(
  root: string,
  wanted: RegExp,
  find: (path: string, text: string) => readonly Violation[],
): readonly Violation[] {
  return projectFiles(root)
    .filter((path) => wanted.test(path) && path !== 'package-lock.json' && existsSync(join(root, path)))
    .flatMap((path) => find(path, readFileSync(join(root, path), 'utf8')));
}

/** `docs/requirements.source.json`. @throws Error when it is missing or no JSON */
export function readRequirements(root: string): Requirements {
  return JSON.parse(readFileSync(join(root, 'docs/requirements.source.json'), 'utf8')) as Requirements;
}

/** Runs every gate. @throws Error when a file does not parse */
export function examine(root: string): Examination {
  const sources = readSources(root, ['src', 'bot']);
  const tests = readSources(root, ['test']);
  const gates = [
    { name: 'arrows', violations: wrongArrows(sources) },
    { name: 'circles', violations: cycles(sources) },
    { name: 'light entries', violations: heavyEntries(sources) },
    { name: 'pure core', violations: impurities(sources) },
    { name: 'sizes', violations: oversized(sources) },
    { name: 'names', violations: emptyNames(filesBelow(root, ['src', 'bot', 'test', 'scripts', 'actions'])) },
    { name: 'machine paths', violations: overTexts(root, TEXT, machinePaths) },
    { name: 'links', violations: overTexts(root, /\.md$/, (path, text) => deadLinks(root, path, text)) },
    { name: 'requirements', violations: uncovered(readRequirements(root), tests.flatMap(mentions)) },
  ];
  return { gates, table: sizeTable(sources, tests), modules: sources.length };
}
