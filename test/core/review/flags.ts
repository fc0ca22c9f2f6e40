/** Flags for reviews: on and off, 10 % of everybody in production, unless a test says otherwise. */
import { Flag, type FlagEnvironment, type Segment } from '../../../src/core/model/flag.ts';
import type { BlastQuestion } from '../../../src/core/review/blast.ts';
import type { FlagSet } from '../../../src/core/review/flag-set.ts';

export function flag(key: string, settings: Partial<FlagEnvironment> = {}, rest: object = {}): Flag {
  return Flag.parse({
    schemaVersion: 1,
    key,
    variants: { on: true, off: false },
    off: 'off',
    environments: { production: { enabled: true, serve: ramp(10), ...settings } },
    ...rest,
  });
}

/** A ramp at so many percent. */
export function ramp(percent: number, by?: string): FlagEnvironment['serve'] {
  return {
    ramp: { candidate: 'on', stable: 'off', percent: percent * 1_000 },
    ...(by !== undefined && { by }),
  };
}

export function setOf(flags: readonly Flag[], segments: readonly Segment[] = []): FlagSet {
  return {
    flags: new Map(flags.map((one) => [one.key, one])),
    segments: new Map(segments.map((one) => [one.name, one])),
  };
}

export function asked(before: FlagSet, after: FlagSet, rest: Partial<BlastQuestion> = {}): BlastQuestion {
  return { before, after, environments: ['production'], recorded: [], renamed: new Map(), ...rest };
}
