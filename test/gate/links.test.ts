import { expect, it } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { deadLinks } from './links.ts';

it('a link or a path of the house that leads nowhere is found', async () => {
  const root = await folderWith({ 'docs/a.md': '', 'src/core/x.ts': '' });
  const dead = deadLinks(
    root,
    'docs/b.md',
    '[a](a.md) [b](c.md#x)\n\n`src/core/x.ts` `src/core/y.ts` [x](../src/core/)',
  );
  expect(dead.map(({ line, what }) => `${String(line)}: ${what}`)).toEqual([
    '1: points at docs/c.md, which is not there',
    '3: points at src/core/y.ts, which is not there',
  ]);
});

it('other sites, places on the page and files of the user are left alone', async () => {
  const root = await folderWith({});
  expect(
    deadLinks(root, 'a.md', '[a](https://x.example/y) [b](#c) `.github/sluice.yml` `src/<name>.ts` `npm run docs`'),
  ).toEqual([]);
});
