import { describe, expect, it } from 'vitest';
import { cycles, heavyEntries, packagesReached, wrongArrows } from './arrows.ts';
import { parseSource, type Source } from './source.ts';

const house = (files: Readonly<Record<string, string>>): readonly Source[] =>
  Object.entries(files).map(([path, text]) => parseSource(path, text));
const arrowsOf = (path: string, text: string): readonly string[] =>
  wrongArrows(house({ [path]: text })).map(({ line, what }) => `${String(line)}: ${what}`);

describe('arrows that run the wrong way are found', () => {
  it.each([
    ['core to engine', 'src/core/flag/a.ts', `import { x } from '../../engine/tick.ts';`],
    ['core to a type of a port', 'src/core/flag/a.ts', `import type { Store } from '../../ports/store.ts';`],
    ['core to Node', 'src/core/a.ts', `import { join } from 'node:path';`],
    ['core to a package that is not pure', 'src/core/a.ts', `import * as yaml from 'yaml';`],
    ['core to a part of a package that is not pure', 'src/core/a.ts', `import x from '@octokit/core/dist/x.js';`],
    ['core by a dynamic import', 'src/core/a.ts', `export const x = () => import('../engine/tick.ts');`],
    ['core by a type in place', 'src/core/a.ts', `export type X = import('../engine/tick.ts').X;`],
    ['core by passing on', 'src/core/a.ts', `export { x } from '../engine/tick.ts';`],
    ['core by passing on everything', 'src/core/a.ts', `export * from '../engine/tick.ts';`],
    ['core by a bare import', 'src/core/a.ts', `import '../engine/tick.ts';`],
    ['a port to a function of the core', 'src/ports/a.ts', `import { parse } from '../core/flag/parse.ts';`],
    ['a port to a package', 'src/ports/a.ts', `import type { Octokit } from '@octokit/core';`],
    ['the engine to an adapter', 'src/engine/a.ts', `import { git } from '../adapters/store-git/store.ts';`],
    ['the engine to a renderer', 'src/engine/a.ts', `import { markdown } from '../render/markdown.ts';`],
    ['an adapter to another', 'src/adapters/a/x.ts', `import { b } from '../b/y.ts';`],
    [
      'an adapter to another whose name begins alike',
      'src/adapters/store/x.ts',
      `import { b } from '../store-git/y.ts';`,
    ],
    ['an adapter to the engine', 'src/adapters/a/x.ts', `import type { Engine } from '../../engine/tick.ts';`],
    ['a renderer to a decision', 'src/render/a.ts', `import { decide } from '../core/flag/commands.ts';`],
    ['a renderer to a port', 'src/render/a.ts', `import type { Store } from '../ports/store.ts';`],
    ['flags to the engine', 'src/flags.ts', `import { tick } from './engine/tick.ts';`],
    ['openfeature to the rollouts', 'src/openfeature/a.ts', `import { plan } from '../core/rollout/plan.ts';`],
    ['compose to a surface', 'src/compose.ts', `import { main } from './cli.ts';`],
    ['a surface to an adapter', 'src/cli.ts', `import { git } from './adapters/store-git/store.ts';`],
    ['a surface to another', 'src/action.ts', `import { main } from './cli.ts';`],
    ['the bot to an adapter', 'bot/slack/a.ts', `import { git } from '../../src/adapters/store-git/store.ts';`],
    ['source to tests', 'src/engine/a.ts', `import { x } from '../../test/support/x.ts';`],
    ['an import whose name is computed', 'src/engine/a.ts', `export const x = (y: string) => import(y);`],
  ])('%s', (_kind, path, text) => {
    expect(arrowsOf(path, `\n${text}\n`)).toHaveLength(1);
    expect(arrowsOf(path, `\n${text}\n`)[0]).toMatch(/^2: /);
  });

  it('a file that lies in no room', () => {
    expect(arrowsOf('src/lib/a.ts', '')).toEqual(['1: lies in no room of the house']);
  });
});

it.each([
  [
    'src/core/flag/a.ts',
    `import * as z from 'zod'; import { sha256 } from '@noble/hashes/sha2.js'; import { x } from '../model/y.ts';`,
  ],
  ['src/ports/a.ts', `import type { Flag } from '../core/model/flag.ts'; import type { Store } from './store.ts';`],
  ['src/ports/a.ts', `import { type Flag } from '../core/model/flag.ts';`],
  [
    'src/engine/a.ts',
    `import type { Store } from '../ports/store.ts'; import { x } from '../core/x.ts'; import 'node:crypto';`,
  ],
  ['src/adapters/a/x.ts', `import { y } from './y.ts'; import { z } from '../../core/z.ts'; import 'yaml';`],
  ['src/render/a.ts', `import type { Report } from '../core/report/report.ts'; import { b } from './b.ts';`],
  ['src/compose.ts', `import { git } from './adapters/store-git/store.ts'; import { tick } from './engine/tick.ts';`],
  [
    'src/cli.ts',
    `import { compose } from './compose.ts'; import { main } from './cli/main.ts'; import { x } from './render/x.ts';`,
  ],
  ['bot/slack/a.ts', `import { compose } from '../../src/compose.ts'; import { x } from '../http/x.ts';`],
])('the arrows of the house are allowed: %s', (path, text) => {
  expect(arrowsOf(path, text)).toEqual([]);
});

it('a word in a comment or a text is no import', () => {
  expect(arrowsOf('src/core/a.ts', `// import x from 'node:fs'\nexport const a = "import y from 'node:fs'";`)).toEqual(
    [],
  );
});

it('a circle is found, of types too, and named from its beginning', () => {
  const circle = cycles(
    house({
      'src/core/a.ts': `import './b.ts';`,
      'src/core/b.ts': `import type { C } from './c.ts';`,
      'src/core/c.ts': `export * from './b.ts';`,
    }),
  );
  expect(circle.map(({ what }) => what)).toEqual([
    'imports in a circle: src/core/b.ts -> src/core/c.ts -> src/core/b.ts',
  ]);
});

it('two ways to the same file are no circle', () => {
  const files = { 'src/a.ts': `import './b.ts'; import './c.ts';`, 'src/b.ts': `import './c.ts';`, 'src/c.ts': '' };
  expect(cycles(house(files))).toEqual([]);
});

it('a small entry that reaches a heavy package is found, by any number of steps; types weigh nothing', () => {
  const files = {
    'src/flags.ts': `export { x } from './core/x.ts'; import type { Y } from 'yaml';`,
    'src/core/x.ts': `import 'probot';`,
  };
  expect(heavyEntries(house(files)).map(({ what }) => what)).toEqual([
    'pulls probot into every application that evaluates flags',
  ]);
  expect([...packagesReached(house(files), 'src/flags.ts')]).toEqual(['probot']);
});
