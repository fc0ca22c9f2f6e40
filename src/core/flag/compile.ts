/** flagd definitions to an evaluator that never throws and never waits. */
import type { VariantValue } from '../model/flag.ts';
import type {
  Evaluation,
  EvaluationContext,
  FlagdDocument,
  FlagdFlag,
  FlagMetadata,
  Logic,
  Reason,
  Resolution,
} from './definition.ts';
import { findFault, type Scope } from './logic.ts';
import { compileTail, type Endings, type Evaluate, type Outcome } from './tail.ts';

type ValueTypes = {
  readonly boolean: boolean;
  readonly string: string;
  readonly number: number;
  readonly object: object;
};

export interface FlagEvaluator {
  /** The variant for a context, with the reason; without `value` the caller's default is meant. */
  evaluate(key: string, context?: EvaluationContext): Evaluation;
  boolean(key: string, fallback: boolean, context?: EvaluationContext): Resolution<boolean>;
  string(key: string, fallback: string, context?: EvaluationContext): Resolution<string>;
  number(key: string, fallback: number, context?: EvaluationContext): Resolution<number>;
  object<T extends object>(key: string, fallback: T, context?: EvaluationContext): Resolution<T>;
  /** Every flag in the document's order, disabled ones too. */
  evaluateAll(context?: EvaluationContext): readonly Evaluation[];
  readonly keys: readonly string[];
  /** The whole set's metadata. */
  readonly metadata: FlagMetadata;
}

const NOTHING: EvaluationContext = Object.freeze({});

/**
 * Takes a whole document. Each flag is compiled at its first evaluation, so that loading costs what parsing costs.
 * `now` (milliseconds) is read only where a rule asks for `$flagd.timestamp`. Object values are frozen.
 */
export function compileFlags(document: FlagdDocument, now: () => number): FlagEvaluator {
  const pending = new Map(Object.entries(definitionsOf(document)));
  const keys = [...pending.keys()];
  const shared: Shared = { metadata: document.metadata ?? {}, evaluators: document.$evaluators ?? {}, now };
  const compiled = new Map<string, Outcome>();
  let bulk: readonly Outcome[] | undefined;

  // A definition is let go once it is compiled.
  const compileKey = (key: string): Outcome => {
    const definition = pending.get(key);
    if (definition === undefined) return notFound(key, shared.metadata);
    const outcome = compileSafely(key, definition, shared);
    compiled.set(key, outcome);
    pending.delete(key);
    return outcome;
  };
  const evaluate = (key: string, context: EvaluationContext = NOTHING): Evaluation => {
    const outcome = compiled.get(key) ?? compileKey(key);
    return typeof outcome === 'function' ? outcome(context) : outcome;
  };

  return {
    keys,
    metadata: shared.metadata,
    evaluate,
    boolean: (key, fallback, context = NOTHING) => {
      const outcome = compiled.get(key) ?? compileKey(key);
      const evaluation = typeof outcome === 'function' ? outcome(context) : outcome;
      // The check itself is what makes the cast true; inlined, since this is the hottest path.
      if (typeof evaluation.value === 'boolean') return evaluation as unknown as Resolution<boolean>;
      return typed(evaluation, 'boolean', fallback);
    },
    string: (key, fallback, context) => typed(evaluate(key, context), 'string', fallback),
    number: (key, fallback, context) => typed(evaluate(key, context), 'number', fallback),
    object: <T extends object>(key: string, fallback: T, context?: EvaluationContext) =>
      typed(evaluate(key, context), 'object', fallback) as Resolution<T>,
    evaluateAll: (context = NOTHING) => {
      bulk ??= keys.map((key) => compiled.get(key) ?? compileKey(key));
      return bulk.map((outcome) => (typeof outcome === 'function' ? outcome(context) : outcome));
    },
  };
}

/** flagd's daemon also takes `flags` as a list with `key` in each. */
function definitionsOf(document: FlagdDocument): Readonly<Record<string, FlagdFlag>> {
  const flags: unknown = document.flags;
  if (!Array.isArray(flags)) return document.flags ?? {};
  const keyed = flags as readonly (FlagdFlag & { readonly key: string })[];
  return Object.fromEntries(keyed.map((flag) => [flag.key, flag]));
}

/** The evaluation as the type asked for; the fallback with the reason why where it has none. */
function typed<K extends keyof ValueTypes>(
  evaluation: Evaluation,
  type: K,
  fallback: ValueTypes[K],
): Resolution<ValueTypes[K]> {
  // The runtime check of the next line is what makes the cast true.
  if (typeof evaluation.value === type) return evaluation as unknown as Resolution<ValueTypes[K]>;
  if (evaluation.value === undefined) return { ...evaluation, value: fallback };
  const { flagKey, flagMetadata } = evaluation;
  return {
    flagKey,
    value: fallback,
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
    errorMessage: `flag '${flagKey}' is a ${typeof evaluation.value}, asked for as ${type}`,
    ...(flagMetadata && { flagMetadata }),
  };
}

function notFound(flagKey: string, flagMetadata: FlagMetadata): Evaluation {
  return {
    flagKey,
    reason: 'ERROR',
    errorCode: 'FLAG_NOT_FOUND',
    errorMessage: `flag '${flagKey}' not found`,
    ...(Object.keys(flagMetadata).length > 0 && { flagMetadata }),
  };
}

interface Shared {
  readonly metadata: FlagMetadata;
  readonly evaluators: Readonly<Record<string, Logic>>;
  readonly now: () => number;
}

/** A rule nested too deeply for the stack is a rule that cannot be parsed. */
function compileSafely(flagKey: string, flag: FlagdFlag, shared: Shared): Outcome {
  try {
    return compileFlag(flagKey, flag, shared);
  } catch (error) {
    const errorMessage = `flag '${flagKey}': ${error instanceof Error ? error.message : 'cannot be compiled'}`;
    return Object.freeze({ flagKey, reason: 'ERROR', errorCode: 'PARSE_ERROR', errorMessage });
  }
}

function compileFlag(flagKey: string, flag: FlagdFlag, shared: Shared): Outcome {
  const flagMetadata = mergeMetadata(shared.metadata, flag?.metadata);
  const base: Base = flagMetadata ? { flagKey, flagMetadata } : { flagKey };
  const wrong = faultOfFlag(flag);
  if (wrong !== undefined) return fails(base, 'PARSE_ERROR', wrong);
  if (flag.state === 'DISABLED') return Object.freeze({ ...base, reason: 'DISABLED' });

  const { targeting } = flag;
  const normal = flag.defaultVariant || undefined;
  if (targeting === undefined || targeting === null || isEmpty(targeting))
    return ending(base, flag, { variant: normal, reason: 'STATIC' });

  const fault = findFault(targeting, shared.evaluators);
  if (fault !== undefined) return fails(base, 'PARSE_ERROR', fault);
  const scope: Scope = { flagKey, evaluators: shared.evaluators, now: shared.now, root: true };
  const endings = endingsOf(base, flag, ending(base, flag, { variant: normal, reason: 'DEFAULT' }));
  const outcome = compileTail(targeting, { scope, endings, split: false });
  return typeof outcome === 'function' ? guarded(outcome, base) : outcome;
}

function guarded(run: Evaluate, base: Base): Evaluate {
  return (data) => {
    try {
      return run(data);
    } catch {
      return fails(base, 'GENERAL', 'its targeting cannot be computed for this context');
    }
  };
}

type Base = Pick<Evaluation, 'flagKey' | 'flagMetadata'>;

function fails(base: Base, errorCode: 'PARSE_ERROR' | 'GENERAL', why: string): Evaluation {
  return Object.freeze({ ...base, reason: 'ERROR', errorCode, errorMessage: `flag '${base.flagKey}': ${why}` });
}

interface End {
  readonly variant: string | undefined;
  readonly reason: Reason;
}

function ending(base: Base, { variants }: FlagdFlag, { variant, reason }: End): Evaluation {
  const { flagKey, flagMetadata } = base;
  if (variant === undefined) return Object.freeze({ ...base, reason: 'DEFAULT' });
  if (!Object.hasOwn(variants, variant)) return fails(base, 'GENERAL', `it has no variant '${variant}'`);
  const value = freeze(variants[variant] as VariantValue);
  return Object.freeze(
    flagMetadata ? { flagKey, value, variant, reason, flagMetadata } : { flagKey, value, variant, reason },
  );
}

function endingsOf(base: Base, flag: FlagdFlag, otherwise: Evaluation): Endings {
  const made: Evaluation[] = [];
  return {
    otherwise,
    variant: (variant, split) => {
      const reason = split ? 'SPLIT' : 'TARGETING_MATCH';
      const known = made.find((one) => one.variant === variant && one.reason === reason);
      if (known) return known;
      const evaluation = ending(base, flag, { variant, reason });
      // A computed name is text from the context: only the flag's own variants are kept.
      if (evaluation.variant !== undefined) made.push(evaluation);
      return evaluation;
    },
  };
}

function isEmpty(targeting: unknown): boolean {
  return typeof targeting === 'object' && targeting !== null && Object.keys(targeting).length === 0;
}

/** What is wrong with a definition's shape: documents come from outside and are not trusted to fit their type. */
function faultOfFlag(flag: unknown): string | undefined {
  if (flag === null || typeof flag !== 'object') return 'it is no object';
  const { state, variants, defaultVariant } = flag as Readonly<Record<string, unknown>>;
  if (state !== 'ENABLED' && state !== 'DISABLED') return 'state must be ENABLED or DISABLED';
  if (variants === null || typeof variants !== 'object') return 'it has no variants';
  if (defaultVariant === undefined || defaultVariant === null || defaultVariant === '') return undefined;
  if (typeof defaultVariant === 'string' && Object.hasOwn(variants, defaultVariant)) return undefined;
  return 'defaultVariant is none of its variants';
}

function mergeMetadata(set: FlagMetadata | undefined, own: FlagMetadata | undefined): FlagMetadata | undefined {
  if (own) return Object.freeze({ ...set, ...own });
  return set && Object.keys(set).length > 0 ? set : undefined;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
