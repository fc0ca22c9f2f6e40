import { describe, expect, it } from 'vitest';
import type { EnvironmentState } from '../../../src/core/model/place.ts';
import { stateOf } from '../../support/state.ts';
import { decided, twoPlaces } from '../deciding.ts';

const zone = (name: string, timeZone: string): string =>
  `{ name: ${name}, from: fri 16:00, until: mon 08:00, time-zone: ${timeZone} }`;

function until(freezes: readonly string[], time: string): string | undefined {
  const state = stateOf({ config: twoPlaces(freezes.length === 0 ? '' : `freezes: [${freezes.join(', ')}]`) });
  const { outcome, changes } = decided(state, `freeze in production --until ${time} -m x`, {
    rights: { role: 'maintain', teams: [] },
  });
  const [change] = changes;
  return change ? (change.document as EnvironmentState).freezes[0]?.until : outcome.summary;
}

describe('freeze --until', () => {
  it('reads a time without a zone on the walls of the environment’s own freezes', () => {
    expect(until([zone('a', 'Europe/Berlin')], '2026-12-27T08:00')).toBe('2026-12-27T07:00:00.000Z');
    expect(until([zone('a', 'Asia/Kolkata'), zone('b', 'Asia/Kolkata')], '2026-12-27T08:00')).toBe(
      '2026-12-27T02:30:00.000Z',
    );
  });

  it('asks for an offset where nothing says which walls are meant', () => {
    for (const freezes of [[], [zone('a', 'Europe/Berlin'), zone('b', 'UTC')]])
      expect(until(freezes, '2026-12-27T08:00')).toBe(
        '2026-12-27T08:00 is a time without a place: write 2026-12-27T08:00Z, or an offset such as +01:00',
      );
    expect(until([], '2026-12-27T08:00Z')).toBe('2026-12-27T08:00:00.000Z');
    expect(until([zone('a', 'Europe/Berlin')], '2026-12-27T08:00+05:00')).toBe('2026-12-27T03:00:00.000Z');
  });
});
