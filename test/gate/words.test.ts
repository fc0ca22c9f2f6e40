import { expect, it } from 'vitest';
import { emptyNames, machinePaths } from './words.ts';

const at = (...parts: readonly string[]): string => ['', ...parts].join('/');

it.each([
  'src/core/utils.ts',
  'src/helpers/a.ts',
  'src/engine/rollout-manager.ts',
  'test/handler.test.ts',
  'src/core/data.ts',
  'bot/info.tsx',
])('a name that says nothing is found: %s', (path) => expect(emptyNames([path])).toHaveLength(1));

it.each([
  'src/core/flag/bucket.ts',
  'src/core/model/metadata.ts',
  'src/adapters/database/x.ts',
  'src/core/information.ts',
])('a name that only contains such a word is fine: %s', (path) => expect(emptyNames([path])).toEqual([]));

it.each([
  at('root', 'x.ts'),
  at('work', 'main'),
  at('home', 'alice', 'src'),
  at('Users', 'alice', 'src'),
  ['C:', 'Users', 'alice'].join('\\'),
])('a path of one machine is found: %s', (path) => {
  expect(machinePaths('a.md', `first\nsee ${path} there`)).toMatchObject([{ line: 2 }]);
  expect(machinePaths('a.ts', `'${path}'`)).toHaveLength(1);
});

it.each([
  at('home', 'runner', 'work'),
  `https://example.com${at('work', 'a')}`,
  at('etc', 'hosts'),
  `docs${at('root', 'a')}`,
  'network/ing',
])('what is everywhere is fine: %s', (path) => expect(machinePaths('a.md', `see ${path} there`)).toEqual([]));
