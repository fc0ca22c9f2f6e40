import { describe, expect, it } from 'vitest';
import { matchesAny } from '../../../src/core/review/glob.ts';

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

  it('is quick on patterns made to be slow', () => {
    const slow = `${'*a'.repeat(40)}b`;
    expect(matchesAny([slow, `${'**/'.repeat(40)}x`, '{a,b}'.repeat(20)], 'a'.repeat(4_000))).toBe(false);
  });
});
