import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandPages } from '../../../scripts/command-pages.ts';
import { commandTable } from '../../../src/core/command/table.ts';
import { CODES } from '../../../src/core/model/code.ts';

describe('reference pages', () => {
  it.each([...commandPages()])('%s is fresh (npm run docs)', (path, page) => {
    expect(readFileSync(path, 'utf8')).toBe(page);
  });

  it('has a section for every command and every code', () => {
    const sections = [...commandPages().values()].join('\n');
    for (const name of [...commandTable.map((entry) => entry.name), ...Object.keys(CODES)])
      expect(sections).toContain(`\n### ${name}\n`);
  });
});
