import { describe, expect, it } from 'vitest';
import { globMatcher, matchesAny } from '../../../src/core/review/glob.ts';

describe('the globs of `paths`', () => {
  it.each([
    ['apps/web/**', 'apps/web/src/a.ts', true],
    ['apps/web/**', 'apps/website/a.ts', false],
    ['apps/web/', 'apps/web/a.ts', true],
    ['apps/*/src', 'apps/web/src', true],
    ['apps/*/src', 'apps/web/x/src', false],
    ['**/*.ts', 'a.ts', true],
    ['**/*.ts', 'deep/er/a.ts', true],
    ['**/test/**/*.ts', 'a/test/b/c/d.ts', true],
    ['packages/{a,b}/*.json', 'packages/b/x.json', true],
    ['packages/{a,b}/*.json', 'packages/c/x.json', false],
    ['./Dockerfile', 'Dockerfile', true],
    ['file?.txt', 'file1.txt', true],
    ['a.c', 'abc', false],
    ['$(touch x)/"*"', '$(touch x)/"\n"', true],
  ])('%s and %s: %s', (glob, path, expected) => {
    expect(matchesAny([glob], path)).toBe(expected);
  });

  it('none is all, and a `!` takes out', () => {
    expect(matchesAny([], 'anything')).toBe(true);
    expect(matchesAny(['apps/**', '!**/*.md'], 'apps/web/README.md')).toBe(false);
    expect(matchesAny(['!**/*.md'], 'apps/web/a.ts')).toBe(true);
  });

  it('works no more than it is let: beyond that every path counts as one of the service', () => {
    const globs = Array.from({ length: 5_000 }, (_, index) => `{a,b,c,d,e,f}{a,b,c,d,e,f}/**/*x*y*z${index}`);
    const work = { left: 1_000_000 };
    const has = globMatcher(globs, work);
    const paths = Array.from({ length: 100 }, (_, index) => `ab/cd/ef/${'x'.repeat(100)}${index}`);
    expect(has(paths[0] ?? '')).toBe(false);
    expect(paths.map(has).at(-1)).toBe(true);
    expect(work.left).toBeLessThanOrEqual(0);
  });

  it('is quick on patterns made to be slow', () => {
    const slow = `${'*a'.repeat(40)}b`;
    expect(matchesAny([slow, `${'**/'.repeat(40)}x`, '{a,b}'.repeat(20)], 'a'.repeat(4_000))).toBe(false);
  });
});
