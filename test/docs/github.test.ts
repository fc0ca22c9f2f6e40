import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CODES } from '../../src/core/model/code.ts';
import { parseCommand } from '../../src/core/command/parse.ts';

const page = readFileSync('docs/github.md', 'utf8');

it('each code of the table of troubles is one of the closed list', () => {
  const troubles = page.slice(page.indexOf('## When something does not work'));
  const rows = [...troubles.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, code = '']) => code);
  expect(rows.length).toBeGreaterThan(15);
  expect(rows.filter((code) => !Object.hasOwn(CODES, code))).toEqual([]);
});

it('each command shown as a comment is one', () => {
  const block = /^## Commands in comments\n[\s\S]*?```text\n([\s\S]*?)```/m.exec(page)?.[1] ?? '';
  const said = block.split('\n').flatMap((line) => /^(\/.*?)(?: {2,}|$)/.exec(line)?.[1] ?? []);
  expect(said.length).toBeGreaterThan(6);
  for (const text of said) {
    const parsed = parseCommand(text.replace(/^\/(?:sluice )?/, ''), { surface: 'comment', knownServices: ['web'] });
    expect(parsed.ok ? undefined : `${text}: ${parsed.error.message}`).toBeUndefined();
  }
});
