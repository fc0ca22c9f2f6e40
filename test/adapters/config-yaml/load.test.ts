import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeText, loadConfig } from '../../../src/adapters/config-yaml/load.ts';
import { parseYaml } from '../../../src/adapters/config-yaml/parse.ts';

const CONFIG = 'version: 1\nservices: { web: { deploy: ./deploy } }\n';

describe('loadConfig', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };

  it('reads .github/sluice.yml, and .yaml only where that is not there', async () => {
    await write('.github/sluice.yaml', CONFIG.replace('web', 'second'));
    expect(await loadConfig(folder)).toMatchObject({ ok: true, path: '.github/sluice.yaml', decoded: { ok: true } });
    await write('.github/sluice.yml', CONFIG);
    expect(await loadConfig(folder)).toMatchObject({ ok: true, path: '.github/sluice.yml', text: CONFIG });
  });

  it('says what to do where there is none', async () => {
    const loaded = await loadConfig(folder);
    expect(loaded).toMatchObject({ ok: false, code: 'config-missing' });
    expect(loaded.ok ? '' : loaded.summary).toContain('sluice init');
  });

  it('answers with a code where it cannot be read', async () => {
    await mkdir(join(folder, '.github/sluice.yml'), { recursive: true });
    expect(await loadConfig(folder)).toMatchObject({ ok: false, code: 'file-unreadable' });
  });
});

describe('parseYaml', () => {
  const shown = (text: string): readonly string[] =>
    parseYaml(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

  it('reads every scalar as text, however it looks', () => {
    const { tree, problems } = parseYaml('a: 1.10\nb: 7e12345\nc: no\nd: 0x1F\ne: 2026-12-19\nf: "1"\ng: ~\nh: null\n');
    expect(problems).toEqual([]);
    expect(tree).toEqual({ a: '1.10', b: '7e12345', c: 'no', d: '0x1F', e: '2026-12-19', f: '1', g: '~', h: 'null' });
  });

  it('tells nothing from an empty text', () => {
    expect(parseYaml('a:\nb: ""\nc: # a comment\n').tree).toEqual({ a: null, b: '', c: null });
  });

  it('says where a key and its value stand, after tabs, wide letters and line ends of Windows', () => {
    const { locate } = parseYaml('grüße: ж\r\nlist:\r\n  - one\r\n  - { two: "2" }\r\n');
    expect(locate(['grüße'], 'value')).toEqual({ line: 1, column: 8, endColumn: 9 });
    expect(locate(['list', 1, 'two'], 'key')).toEqual({ line: 4, column: 7, endColumn: 10 });
    expect(locate(['list', 1, 'two'], 'value')).toEqual({ line: 4, column: 12, endColumn: 15 });
    expect(locate(['nowhere'], 'value')).toBeUndefined();
  });

  it.each([
    ['a double key', 'a: 1\na: 2\n', /^2:1 this key stands here twice/],
    ['a tab as indentation', 'a:\n\tb: 1\n', /tab/],
    ['a tag', 'a: !!int 1\n', /^1:4 .*tag/i],
    ['a tag of its own', 'a: !env X\n', /^1:4 .*tag/i],
    ['two documents', 'a: 1\n---\nb: 2\n', /^2:1|^3:1/],
    ['an open quote', 'a: "b\n', /not well-formed YAML/],
    ['an anchor that leads back', 'a: &a [ *a ]\n', /an alias leads back/],
    ['an alias to nothing', 'a: *b\n', /alias/i],
    ['a prototype', '__proto__: { a: b }\n', /`__proto__` cannot be a key/],
    ['a map as a key', '? { a: b }\n: c\n', /./],
  ])('R-801 refuses %s', (_, text, expected) => {
    expect(shown(text).join('\n')).toMatch(expected);
  });

  it('lets an alias repeat what it stands for, with its own place', () => {
    const { tree, locate } = parseYaml('a: &x { b: 1 }\nc: *x\n');
    expect(tree).toEqual({ a: { b: '1' }, c: { b: '1' } });
    expect(locate(['c'], 'value')).toMatchObject({ line: 2, column: 4 });
  });

  it('is not blown up by aliases of aliases', () => {
    const levels = Array.from(
      { length: 20 },
      (_, index) => `l${index}: &l${index} [${index === 0 ? 'x' : `*l${index - 1}, *l${index - 1}`}]`,
    );
    expect(shown(`${levels.join('\n')}\n`).join()).toContain('more than 100000 values');
  });

  it('never throws, and never finds a fault without a place, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '#',
      '&x',
      '*x',
      '!t',
      '|',
      '>',
      '?',
      '\t',
      ',',
      '1',
      '%',
      '$A',
      '__proto__',
      'version: 1\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const decoded = decodeText(pieces.join(''));
        expect(decoded.ok).toBe(false);
        for (const { line, column, endColumn } of decoded.ok ? [] : decoded.problems) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(endColumn).toBeGreaterThanOrEqual(column);
        }
      }),
      { numRuns: 300 },
    );
  });
});
