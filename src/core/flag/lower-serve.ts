/** What a rule serves to flagd's `fractional`: salts, guards, ramps. */
import type { Layer, PlainServe, Ramp, Serve, Split } from '../model/flag.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import type { Logic } from './definition.ts';
import { and, variable } from './lower-condition.ts';

/** The unit that buckets are drawn for, unless a serve says another. */
export const UNIT = 'targetingKey';

export interface ServeContext {
  readonly key: string;
  readonly off: string;
  /** Inlined into another flag: its implicit salt would be that flag's. */
  readonly inlined: boolean;
}

export function isSplit(serve: Serve): serve is Split {
  return typeof serve === 'object' && 'split' in serve;
}

export function isRamp(serve: Serve): serve is Ramp {
  return typeof serve === 'object' && 'ramp' in serve;
}

type Entries = readonly (readonly [string, Weight])[];

export function lowerServe(serve: Serve, context: ServeContext): Logic {
  if (typeof serve === 'string') return serve;
  return isRamp(serve) ? lowerRamp(serve, context) : lowerSplit(serve, context);
}

/** A unit is there: for the targeting key an empty text is none, as in flagd's own implicit bucket. */
export function hasUnit(unit: string): Logic {
  return unit === UNIT ? { '!!': [variable(unit)] } : { '!==': [variable(unit), null] };
}

/** A bucket with a salt of its own. The caller guards it by `hasUnit`. */
export function explicitBucket(salt: string, unit: string, entries: Entries): Logic {
  return { fractional: [{ cat: [salt, variable(unit)] }, ...entries] };
}

/** The salt of a flag's own bucket, as flagd's implicit one for the targeting key. */
export function saltOfUnit(key: string, unit: string): string {
  return unit === UNIT ? key : `${key}/`;
}

/** The user is in one of the layer's slots that are meant. */
export function isInLayer({ name, slots, mine }: Layer): Logic {
  return and([hasUnit(UNIT), { in: [explicitBucket(`layer/${name}/`, UNIT, slots), mine] }]);
}

function lowerSplit({ layer, ...serve }: Split, context: ServeContext): Logic {
  const drawn = lowerDrawn(serve, context);
  return layer ? { if: [isInLayer(layer), drawn, context.off] } : drawn;
}

function lowerDrawn({ split, by: unit = UNIT, generation }: Split, context: ServeContext): Logic {
  const { key, off } = context;
  if (unit === UNIT && generation === undefined && !context.inlined) return { fractional: split };
  const salt = generation === undefined ? saltOfUnit(key, unit) : splitSalt(key, generation);
  return { if: [hasUnit(unit), explicitBucket(salt, unit, split), off] };
}

/** Raising the generation draws the arms anew. */
export function splitSalt(key: string, generation: number): string {
  return `${key}/split/${generation}/`;
}

/** A split that is ramped needs its own salt: under the ramp's, everybody who is in would get the same arm. */
export function asCandidate(serve: PlainServe): PlainServe {
  return isSplit(serve) && serve.generation === undefined ? { ...serve, generation: 0 } : serve;
}

/** Who is in only grows with the percentage, and the last in are the first out: one bound moves, in one bucket of two. */
function lowerRamp({ ramp, by: unit = UNIT }: Ramp, context: ServeContext): Logic {
  const { candidate, stable, percent } = ramp;
  if (percent <= 0) return lowerServe(stable, context);
  if (percent >= WHOLE) return lowerServe(asCandidate(candidate), context);
  const implicit = unit === UNIT && !context.inlined;
  // The same answers in fewer words: without a unit both end in `off`.
  if (implicit && typeof candidate === 'string' && stable === context.off) {
    return {
      fractional: [
        [candidate, percent],
        [stable, WHOLE - percent],
      ],
    };
  }
  const entries: Entries = [
    ['in', percent],
    ['out', WHOLE - percent],
  ];
  const bucket = implicit ? { fractional: entries } : explicitBucket(saltOfUnit(context.key, unit), unit, entries);
  const isIn: Logic = { '===': [bucket, 'in'] };
  return {
    if: [
      implicit ? isIn : { and: [hasUnit(unit), isIn] },
      lowerServe(asCandidate(candidate), context),
      lowerServe(stable, context),
    ],
  };
}
