/** flagd's flag definitions, as far as an evaluator reads them. https://flagd.dev/reference/flag-definitions/ */
import type { Json } from '../model/document.ts';
import type { VariantValue } from '../model/flag.ts';

/** JSONLogic with flagd's operators: a value, or an object of exactly one operator and its arguments. */
export type Logic = Json;

export interface FlagdFlag {
  readonly state: 'ENABLED' | 'DISABLED';
  readonly variants: Readonly<Record<string, VariantValue>>;
  readonly defaultVariant?: string | null;
  readonly targeting?: Logic;
  readonly metadata?: FlagMetadata;
}

/** Flat, as OpenFeature wants it. */
export type FlagMetadata = Readonly<Record<string, string | number | boolean>>;

export interface FlagdDocument {
  readonly $schema?: string;
  readonly flags: Readonly<Record<string, FlagdFlag>>;
  readonly $evaluators?: Readonly<Record<string, Logic>>;
  readonly metadata?: FlagMetadata;
}

/** OpenFeature's reasons, without those that only a cache or a provider can give. */
export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';
export type ErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TYPE_MISMATCH' | 'GENERAL';

/** What an evaluation found. Without `value` the caller's own default is served. Frozen, and shared between evaluations. */
export interface Evaluation {
  readonly flagKey: string;
  readonly value?: VariantValue;
  readonly variant?: string;
  readonly reason: Reason;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  readonly flagMetadata?: FlagMetadata;
}

/** An evaluation of the type that was asked for: always with a value. */
export interface Resolution<T> extends Omit<Evaluation, 'value'> {
  readonly value: T;
}

export type EvaluationContext = Readonly<Record<string, unknown>>;
