import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMessage, printMessage } from '../../../src/core/external/message.ts';
import type { Facts } from '../../../src/core/facts.ts';
import { basisTrailers, factsAgain, isFolded, observedFacts, readBasis } from '../../../src/core/replay/basis.ts';

/** Texts with everything that a line of a message folds: runs of blanks, line ends, controls, invisible characters. */
const awkward = fc.string({
  unit: fc.oneof(
    fc.constantFrom(' ', '  ', '\n', '\r', '\t', '\u00a0', '\u2028', '\u0085', '\u007f', '\ufeff'),
    fc.string(),
  ),
});

const written = (trailers: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
  parseMessage(printMessage({ title: 'x', trailers }, 'seal')).trailers;

describe('what a decision was made on', () => {
  it('comes back from a commit’s message as it was, whatever a result’s text holds', () => {
    fc.assert(
      fc.property(awkward, fc.nat({ max: 4e12 }), (detail, now) => {
        const basis = {
          now,
          policy: '4f2c90d1a7b3e865',
          uncommitted: now % 2 === 1,
          observed: {
            as: 'step' as const,
            rollout: 'web-production-20261121-7f3a9c01',
            facts: {},
            input: { type: 'operation' as const, id: 'x/1', attempt: 1, result: { state: 'failed' as const, detail } },
          },
        };
        expect(readBasis(written(basisTrailers(basis)))).toEqual(basis);
      }),
    );
  });

  it('is nothing where a commit tells nothing, and never trusts what does not parse', () => {
    expect(readBasis(new Map())).toEqual({});
    const damaged = [
      ['Sluice-Time', 'yesterday'],
      ['Sluice-Observed', '{"as":"step"'],
    ] as const;
    expect(readBasis(new Map(damaged))).toEqual({});
    expect(readBasis(new Map([['Sluice-Observed', '{"as":"step","facts":{"unknown":1}}']]))).toEqual({});
  });

  it('knows which texts a trailer cannot hold as they are', () => {
    fc.assert(
      fc.property(awkward, (text) => {
        const line = written([['Sluice-Command', `x${text}x`]]).get('Sluice-Command');
        expect(isFolded(`x${text}x`)).toBe(line !== `x${text}x`);
      }),
    );
  });

  it('keeps of the platforms those it is about, and of what the performer has only what concerns them', () => {
    const can = {
      preview: true,
      keepsOld: true,
      instantBack: false,
      perVersionMetrics: true,
      find: false,
      baseline: false,
    } as const;
    const pairs = ['web/production', 'api/production'].map((pair) => [
      pair,
      { weights: 'any' as const, ...can, needs: [`local:${pair}`], timeout: 600_000 },
    ]);
    const facts: Facts = {
      now: 7,
      performer: { id: 'a', has: ['checkout', 'local:web/production', 'local:api/production'], claimFor: 9 },
      platforms: Object.fromEntries(pairs) as Facts['platforms'],
      sources: ['router'],
      releases: { '1.4.0': { label: '1.4.0', commit: 'c'.repeat(40) } },
      automaticOff: false,
      clockOff: true,
    };
    const kept = observedFacts(facts, ['web/production']);
    expect(JSON.stringify(kept)).not.toContain('api/production');
    expect(factsAgain({ observed: kept, now: 7 }, { platforms: {} })).toEqual({
      ...facts,
      performer: { id: 'a', has: ['checkout', 'local:web/production'], claimFor: 9 },
      platforms: { 'web/production': facts.platforms['web/production'] },
    });
  });
});
