import * as z from 'zod';
import type { Json } from './document.ts';
import { Name } from './names.ts';
import { Instant } from './time.ts';
import { Weight } from './weight.ts';

/** A flag's or segment's key: also a file name, so no slash and no space. */
const Key: z.ZodString = Name;

export type VariantValue = boolean | string | number | Readonly<Record<string, Json>>;
export const VariantValue: z.ZodType<VariantValue> = z.union([
  z.boolean(),
  z.string(),
  z.number(),
  z.record(z.string(), z.json()),
]);

export const OPERATORS = [
  'equals',
  'in',
  'contains',
  'starts-with',
  'ends-with',
  'less',
  'less-or-equal',
  'greater',
  'greater-or-equal',
  'semver',
  'exists',
  'segment',
] as const;

/**
 * One question about the evaluation context; an absent attribute answers nothing but `not exists` with yes.
 * `semver` has the flagd comparison (`= != < <= > >= ^ ~`) as first value, the version as second.
 * `segment` has no attribute of its own: its one value is the segment's name.
 */
export interface Condition {
  readonly attribute: string;
  readonly operator: (typeof OPERATORS)[number];
  readonly values: readonly (string | number | boolean)[];
  readonly not?: boolean;
}
export const Condition: z.ZodType<Condition> = z.strictObject({
  attribute: z.string().min(1),
  operator: z.enum(OPERATORS),
  values: z.array(z.union([z.string(), z.number(), z.boolean()])),
  not: z.boolean().exactOptional(),
});

/** Slots of a layer: users are drawn into one of them, and `mine` are those that are meant. */
export interface Layer {
  readonly name: string;
  readonly slots: readonly (readonly [string, Weight])[];
  readonly mine: readonly string[];
}
const Layer: z.ZodType<Layer> = z.strictObject({
  name: Name,
  slots: z.array(z.tuple([z.string(), Weight])),
  mine: z.array(z.string()),
});

/** One variant for everybody, or weighted variants (weights sum to 100,000) by an attribute (default: targetingKey). */
export interface Split {
  readonly split: readonly (readonly [string, Weight])[];
  readonly by?: string;
  /** Raised only to re-randomise an experiment; absent: the flag's implicit salt. */
  readonly generation?: number;
  /** Only users of these slots are drawn, all others get `off`: what is left of an experiment while its winner is shipped. */
  readonly layer?: Layer;
}
export const Split: z.ZodType<Split> = z.strictObject({
  split: z.array(z.tuple([z.string(), Weight])).min(1),
  by: z.string().exactOptional(),
  generation: z.int().exactOptional(),
  layer: Layer.exactOptional(),
});
export type PlainServe = string | Split;
export const PlainServe: z.ZodType<PlainServe> = z.union([z.string(), Split]);

/** A candidate over a stable serve at `percent` (of 100,000), moved by a rollout or set by hand. */
export interface Ramp {
  readonly ramp: {
    readonly candidate: PlainServe;
    readonly stable: PlainServe;
    readonly percent: Weight;
  };
  readonly by?: string;
}
export const Ramp: z.ZodType<Ramp> = z.strictObject({
  ramp: z.strictObject({ candidate: PlainServe, stable: PlainServe, percent: Weight }),
  by: z.string().exactOptional(),
});
export type Serve = string | Split | Ramp;
export const Serve: z.ZodType<Serve> = z.union([z.string(), Split, Ramp]);

export interface Rule {
  readonly id: string;
  readonly if: readonly Condition[];
  readonly serve: Serve;
}
export const Rule: z.ZodType<Rule> = z.strictObject({
  id: z.string().min(1),
  if: z.array(Condition).min(1),
  serve: Serve,
});

export interface FlagEnvironment {
  readonly enabled: boolean;
  /** One unit (user id, unless the flag is by another attribute) pinned to a variant. */
  readonly targets: readonly {
    readonly unit: string;
    readonly variant: string;
  }[];
  /** Shares of users kept out of everything new; they get `off`. */
  readonly holdouts?: readonly {
    readonly name: string;
    readonly percent: Weight;
  }[];
  /** Mutual exclusion: the flag is on only for users whose slot of the layer is one of these. */
  readonly layer?: Layer;
  readonly rules: readonly Rule[];
  readonly serve: Serve;
}
export const FlagEnvironment: z.ZodType<FlagEnvironment> = z.strictObject({
  enabled: z.boolean(),
  targets: z.array(z.strictObject({ unit: z.string(), variant: z.string() })).default([]),
  holdouts: z.array(z.strictObject({ name: Name, percent: Weight })).exactOptional(),
  layer: Layer.exactOptional(),
  rules: z.array(Rule).default([]),
  serve: Serve,
});

/** `flags/<key>.json`. An environment that is not named serves `off`. */
export interface Flag {
  readonly schemaVersion: 1;
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly kind: 'release' | 'experiment' | 'ops' | 'permission';
  readonly owner?: string;
  readonly tags: readonly string[];
  readonly created?: Instant;
  readonly expires?: Instant;
  readonly archived?: boolean;
  readonly services: readonly string[];
  readonly variants: Readonly<Record<string, VariantValue>>;
  readonly off: string;
  readonly requires: readonly {
    readonly flag: string;
    readonly variant: string;
  }[];
  readonly environments: Readonly<Record<string, FlagEnvironment>>;
}
export const Flag: z.ZodType<Flag> = z.strictObject({
  schemaVersion: z.literal(1),
  key: Key,
  name: z.string().exactOptional(),
  description: z.string().exactOptional(),
  kind: z.enum(['release', 'experiment', 'ops', 'permission']).default('release'),
  owner: z.string().exactOptional(),
  tags: z.array(z.string()).default([]),
  created: Instant.exactOptional(),
  expires: Instant.exactOptional(),
  archived: z.boolean().exactOptional(),
  services: z.array(Name).default([]),
  variants: z.record(z.string(), VariantValue),
  off: z.string(),
  requires: z.array(z.strictObject({ flag: Key, variant: z.string() })).default([]),
  environments: z.record(z.string(), FlagEnvironment).default({}),
});

/** `segments/<name>.json`: a named list of conditions, all of which must hold. */
export interface Segment {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly description?: string;
  readonly if: readonly Condition[];
}
export const Segment: z.ZodType<Segment> = z.strictObject({
  schemaVersion: z.literal(1),
  name: Name,
  description: z.string().exactOptional(),
  if: z.array(Condition).min(1),
});
