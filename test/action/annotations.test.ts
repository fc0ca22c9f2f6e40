import { describe, expect, it } from 'vitest';
import { annotate, type Annotation, outcomeAnnotations } from '../../src/action/annotations.ts';
import { saidBy } from '../support/runner/said.ts';

const said = async (annotations: readonly Annotation[], secrets: readonly string[] = []) =>
  (await saidBy((runner) => annotate(runner, annotations, secrets))).lines;

describe('annotations', () => {
  it('stand on their line and column, with the code as their title', async () => {
    const annotation: Annotation = {
      level: 'error',
      title: 'config-key-unknown',
      message: '`bake-time` is not a key of a stage: did you mean `bake`?',
      file: '.github/sluice.yml',
      line: 22,
      column: 37,
      endColumn: 46,
    };
    expect(await said([annotation])).toEqual([
      '::error title=config-key-unknown,file=.github/sluice.yml,line=22,col=37,endColumn=46::`bake-time` is not a key of a stage: did you mean `bake`?',
    ]);
  });

  it('hold what others wrote as text: no property, command or second line comes of it', async () => {
    const hostile = 'a,line=1::b%0A\r\n::error::c\u001b[31m';
    const lines = await said([{ level: 'warning', title: hostile, message: hostile, file: hostile, line: 3 }]);
    expect(lines).toEqual([
      '::warning title=a%2Cline=1%3A%3Ab%250A %3A%3Aerror%3A%3Ac␛[31m,file=a%2Cline=1%3A%3Ab%250A%0D%0A%3A%3Aerror%3A%3Ac\u001b[31m,line=3::a,line=1::b%250A%0A::error::c␛[31m',
    ]);
  });

  it('leave out a place that GitHub would drop the whole annotation for', async () => {
    const places: readonly Partial<Annotation>[] = [
      { line: 0 },
      { line: -1, file: 'a.yml' },
      { line: 1.5, file: 'a.yml' },
      { line: Number.NaN, file: 'a.yml', column: 2 },
      { line: 2, endLine: 4, column: 7, file: 'a.yml' },
    ];
    expect(await said(places.map((place) => ({ level: 'notice', message: 'm', ...place })))).toEqual([
      '::notice::m',
      '::notice file=a.yml::m',
      '::notice file=a.yml::m',
      '::notice file=a.yml::m',
      '::notice file=a.yml,line=2,endLine=4::m',
    ]);
  });

  it('are ten of each level at most, which is what GitHub keeps; the tenth counts the others, and the log has them', async () => {
    const many = (level: Annotation['level'], count: number): readonly Annotation[] =>
      Array.from({ length: count }, (_, index) => ({
        level,
        title: 'value-invalid',
        message: `${level} ${index}`,
        file: 'a',
        line: index + 1,
      }));
    const lines = await said([...many('warning', 10), ...many('error', 25), ...many('notice', 11)]);
    const of = (level: string) => lines.filter((line) => line.startsWith(`::${level} `));
    expect([of('error'), of('warning'), of('notice')].map((one) => one.length)).toEqual([10, 10, 10]);
    expect(of('error').at(-1)).toBe('::error title=and more::16 more of this kind: they stand in the log of this step');
    expect(of('notice').at(-1)).toContain('::2 more of this kind');
    expect(of('warning').at(-1)).toContain('warning 9');
    expect(lines.filter((line) => !line.startsWith('::'))).toHaveLength(18);
    expect(lines).toContain('error: a:25: value-invalid: error 24');
  });

  it('are cut where they are too long, and hold no secret', async () => {
    const [line = ''] = await said(
      [{ level: 'error', title: 'x'.repeat(300), message: `ghs_secret ${'y'.repeat(9_000)}` }],
      ['ghs_secret'],
    );
    expect(line).toMatch(/^::error title=x{200}::\*\*\* y+…$/);
    expect(line.length).toBeLessThan(4_300);
  });

  it('of an outcome are its failure, and nothing where it is well', () => {
    const outcome = {
      schemaVersion: 1,
      ok: false,
      code: 'locked',
      summary: 'bob holds the lock',
      details: null,
    } as const;
    expect(outcomeAnnotations(outcome)).toEqual([{ level: 'error', title: 'locked', message: 'bob holds the lock' }]);
    expect(outcomeAnnotations({ ...outcome, ok: true, code: 'done' })).toEqual([]);
  });
});
