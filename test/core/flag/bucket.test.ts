import * as fc from 'fast-check';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { boundsOf, bucketOf, hashUnit, MAX_TOTAL, murmur3, pick, prefixOf } from '../../../src/core/flag/bucket.ts';

const require = createRequire(import.meta.url);
const Imurmur = require('imurmurhash') as new (text: string) => { result(): number };
const ascii = fc.string({ unit: 'binary-ascii', maxLength: 40 });

describe('the bucket of a unit', () => {
  it.each([
    ['', 0],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ])('R-502 hashes %j as murmur3_x86_32 is published to', (text, hash) => {
    expect(murmur3(text)).toBe(hash);
  });

  it('R-502 hashes any ASCII text as the implementation behind flagd-core does', () => {
    fc.assert(fc.property(ascii, (text) => murmur3(text) === new Imurmur(text).result() >>> 0));
  });

  it('hashes a unit after a prefix hashed in advance as it hashes the whole text, ASCII or not', () => {
    const any = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(fc.property(any, any, (prefix, unit) => hashUnit(prefixOf(prefix), unit) === murmur3(prefix + unit)));
  });

  it('multiplies exactly: the bucket equals the one of unlimited integers for every total', () => {
    const uint32 = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(uint32, fc.integer({ min: 0, max: MAX_TOTAL }), (hash, total) => {
        expect(bucketOf(hash, total)).toBe(Number((BigInt(hash) * BigInt(total)) >> 32n));
      }),
    );
  });

  it('finds by bounds the same entry as by cumulative weights', () => {
    const weights = fc.array(fc.integer({ min: -5, max: 200_000_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 0, max: 0xffffffff }), (entries, hash) => {
        const bounds = boundsOf(entries);
        expect(bounds ? bounds.findIndex((bound) => hash < bound) : -1).toBe(pick(hash, entries));
      }),
    );
  });

  it('answers no entry when all weights are zero or their sum is beyond 32 bits', () => {
    expect(pick(123, [0, -3])).toBe(-1);
    expect(pick(123, [MAX_TOTAL, 1])).toBe(-1);
    expect(boundsOf([0, 0])).toBeUndefined();
  });
});
