import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage, printMessage } from '../../../src/core/external/message.ts';
import { blobOid } from '../../../src/core/external/oid.ts';
import { comparePaths, covers, markProblem, pathProblem } from '../../../src/core/external/path.ts';
import { Recent } from '../../../src/core/external/recent.ts';
import { sealOf } from '../../../src/core/external/seal.ts';

const SEAL = 'ab'.repeat(32);
const oids = fc.stringMatching(/^[0-9a-f]{40}$/);
const changes = fc.uniqueArray(fc.record({ path: fc.string({ minLength: 1 }), after: fc.option(oids) }), {
  selector: ({ path }) => path,
});

describe('sealOf', () => {
  it('is SHA-256 over the parent and the sorted paths with their blobs, NUL after each part', () => {
    // printf 'p\0a\0-\0b\0x\0' | sha256sum
    const seal = sealOf('p', [
      { path: 'b', after: 'x' },
      { path: 'a', after: null },
    ]);
    expect(seal).toBe('e2502fd477aeb32c867870fd386ef83b8fd6540a56969b999f0458b42b86cba5');
  });

  it('does not depend on the order in which the changes are given', () => {
    fc.assert(fc.property(changes, (list) => sealOf('p', list) === sealOf('p', list.toReversed())));
  });

  it('differs when the parent, a path or a blob differs', () => {
    fc.assert(
      fc.property(changes, changes, fc.tuple(oids, oids), (one, other, [parent, otherParent]) => {
        const key = (list: typeof one) => JSON.stringify(list.toSorted((a, b) => comparePaths(a.path, b.path)));
        // NUL cannot stand in a path that a store takes.
        fc.pre([...one, ...other].every(({ path }) => pathProblem(path) === undefined));
        const same = key(one) === key(other) && parent === otherParent;
        expect(sealOf(parent, one) === sealOf(otherParent, other)).toBe(same);
      }),
    );
  });
});

describe('a commit message', () => {
  const lines = fc.string({ unit: 'grapheme' });
  it('gives its title and values back as one line each, whatever they hold, and no other trailer', () => {
    fc.assert(
      fc.property(
        lines,
        lines,
        fc.array(fc.tuple(fc.constantFrom('Sluice-Command', 'Sluice-Actor'), lines)),
        (title, body, list) => {
          const forged = `${body}\n\nSluice-Actor: github:1 (root)\nSluice-Seal: ${'0'.repeat(64)}`;
          const parsed = parseMessage(printMessage({ title, body: forged, trailers: list }, SEAL));
          expect(parsed.title).not.toContain('\n');
          expect(parsed.trailers.get('Sluice-Seal')).toBe(SEAL);
          expect(new Set(parsed.trailers.keys())).toEqual(new Set([...list.map(([name]) => name), 'Sluice-Seal']));
          for (const [name, value] of new Map(list)) {
            // eslint-disable-next-line no-control-regex -- what the printer makes a space of
            expect(parsed.trailers.get(name)).toBe(value.replace(/[\s\u0000-\u001f\u007f\u0085]+/g, ' ').trim());
          }
        },
      ),
    );
  });

  it('keeps a plain body as it is, with [skip ci] before the trailers', () => {
    const text = printMessage({ title: 't', body: 'one\n- two\n\nthree', trailers: [['Sluice-Event', 'e']] }, SEAL);
    expect(text).toBe(`t\n\none\n- two\n\nthree\n\n[skip ci]\n\nSluice-Event: e\nSluice-Seal: ${SEAL}\n`);
    expect(parseMessage(text).body).toBe('one\n- two\n\nthree');
  });

  it('reads messages of people: a last paragraph that is not all trailers is body', () => {
    expect(parseMessage('fix it\n\nSee also: that.\nand more').trailers.size).toBe(0);
    expect(parseMessage('Signed-off-by: me').title).toBe('Signed-off-by: me');
    expect(parseMessage('t\r\n\r\nA: 1\r\nA: 2\r\n').trailers.get('A')).toBe('2');
    expect(parseMessage('')).toEqual({ title: '', body: '', trailers: new Map() });
  });
});

describe('names of objects and paths', () => {
  it('names a text as `git hash-object` does', () => {
    expect(blobOid('')).toBe('e69de29bb2d1d6434b8b29ae775ad8c2e48c5391');
    expect(blobOid('hello\n', 'sha256')).toBe('2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4');
  });

  it('orders paths by their bytes in UTF-8', () => {
    const text = fc.string({ unit: 'binary' }).filter((one) => Buffer.from(one).toString() === one);
    fc.assert(
      fc.property(
        text,
        text,
        (a, b) => Math.sign(comparePaths(a, b)) === Buffer.compare(Buffer.from(a), Buffer.from(b)),
      ),
    );
  });

  it('covers exactly what is needed', () => {
    expect(['flags/a.json', 'flags/b/c', 'flags', 'flagsx/a'].map((path) => covers(['flags/'], path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(covers(['a'], 'a/b')).toBe(false);
  });

  it('takes only refs below refs/sluice as marks', () => {
    expect(markProblem('refs/sluice/sent/slack')).toBeUndefined();
    for (const name of ['refs/heads/a', 'refs/sluice', 'refs/sluice/a..b', 'refs/sluice/.a', 'refs/sluice/a.']) {
      expect(markProblem(name)).toBeDefined();
    }
  });
});

describe('Recent', () => {
  it('never holds more than its limit, and forgets what was not used for longest', () => {
    const recent = new Recent<string, number>(3);
    for (const key of ['a', 'b', 'c']) recent.set(key, 1);
    recent.get('a');
    recent.set('d', 1);
    expect(['a', 'b', 'c', 'd'].filter((key) => recent.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
    recent.set('large', 1, 10);
    expect(recent.get('large')).toBeUndefined();
  });
});
