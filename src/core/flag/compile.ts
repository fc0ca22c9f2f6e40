/** flagd definitions to an evaluator that never throws and never waits. */
import type { VariantValue } from '../model/flag.ts';
import type {
  Evaluation,
  EvaluationContext,
  FlagdDocument,
  FlagdFlag,
  FlagMetadata,
  Reason,
  Resolution,
} from './definition.ts';
import { findFault, type Scope } from './logic.ts';
import { compileTail, type Endings, type Evaluate } from './tail.ts';

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
  const definitions = definitionsOf(document);
  const metadata = document.metadata ?? {};
  const compiled = new Map<string, Evaluate>();
  let bulk: readonly Evaluate[] | undefined;

  const compileKey = (key: string): Evaluate => {
    const definition = Object.hasOwn(definitions, key) ? definitions[key] : undefined;
    if (definition === undefined) return () => notFound(key, metadata);
    const evaluate = compileSafely(key, definition, { document, now });
    compiled.set(key, evaluate);
    return evaluate;
  };
  const evaluate = (key: string, context: EvaluationContext = NOTHING): Evaluation =>
    (compiled.get(key) ?? compileKey(key))(context);
  const keys = Object.keys(definitions);

  return {
    keys,
    metadata,
    evaluate,
    boolean: (key, fallback, context) => typed(evaluate(key, context), 'boolean', fallback),
    string: (key, fallback, context) => typed(evaluate(key, context), 'string', fallback),
    number: (key, fallback, context) => typed(evaluate(key, context), 'number', fallback),
    object: <T extends object>(key: string, fallback: T, context?: EvaluationContext) =>
      typed(evaluate(key, context), 'object', fallback) as Resolution<T>,
    evaluateAll: (context = NOTHING) => {
      bulk ??= keys.map((key) => compiled.get(key) ?? compileKey(key));
      const answers = new Array<Evaluation>(bulk.length);
      for (let i = 0; i < bulk.length; i++) answers[i] = (bulk[i] as Evaluate)(context);
      return answers;
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

interface Surroundings {
  readonly document: FlagdDocument;
  readonly now: () => number;
}

/** A rule nested too deeply for the stack is a rule that cannot be parsed. */
function compileSafely(flagKey: string, flag: FlagdFlag, surroundings: Surroundings): Evaluate {
  try {
    return compileFlag(flagKey, flag, surroundings);
  } catch (error) {
    const errorMessage = `flag '${flagKey}': ${error instanceof Error ? error.message : 'cannot be compiled'}`;
    return always(Object.freeze({ flagKey, reason: 'ERROR', errorCode: 'PARSE_ERROR', errorMessage }));
  }
}

function compileFlag(flagKey: string, flag: FlagdFlag, { document, now }: Surroundings): Evaluate {
  const flagMetadata = mergeMetadata(document.metadata, flag?.metadata);
  const base = { flagKey, ...(flagMetadata && { flagMetadata }) };
  const fails = (errorCode: 'PARSE_ERROR' | 'GENERAL', errorMessage: string): Evaluation =>
    Object.freeze({ ...base, reason: 'ERROR', errorCode, errorMessage });

  const wrong = faultOfFlag(flag);
  if (wrong !== undefined) return always(fails('PARSE_ERROR', `flag '${flagKey}': ${wrong}`));
  if (flag.state === 'DISABLED') return always(Object.freeze({ ...base, reason: 'DISABLED' }));

  const ending = (variant: string | undefined, reason: Reason): Evaluation => {
    if (variant === undefined) return Object.freeze({ ...base, reason: 'DEFAULT' });
    if (!Object.hasOwn(flag.variants, variant))
      return fails('GENERAL', `flag '${flagKey}' has no variant '${variant}'`);
    return Object.freeze({ ...base, value: freeze(flag.variants[variant] as VariantValue), variant, reason });
  };
  const normal = flag.defaultVariant || undefined;
  const { targeting } = flag;
  if (targeting === undefined || targeting === null || isEmpty(targeting)) return always(ending(normal, 'STATIC'));

  const evaluators = document.$evaluators ?? {};
  const fault = findFault(targeting, evaluators);
  if (fault !== undefined) return always(fails('PARSE_ERROR', `flag '${flagKey}': ${fault}`));
  const scope: Scope = { flagKey, evaluators, now, root: true };
  const run = compileTail(targeting, { scope, endings: endingsOf(ending, ending(normal, 'DEFAULT')), split: false });
  const failed = fails('GENERAL', `flag '${flagKey}': its targeting cannot be computed for this context`);
  return (data) => {
    try {
      return run(data);
    } catch {
      return failed;
    }
  };
}

function endingsOf(make: (variant: string, reason: Reason) => Evaluation, otherwise: Evaluation): Endings {
  const made = new Map<string, Evaluation>();
  return {
    otherwise,
    variant: (name, split) => {
      const reason = split ? 'SPLIT' : 'TARGETING_MATCH';
      const known = made.get(reason + name);
      if (known) return known;
      const evaluation = make(name, reason);
      // A computed name is text from the context: only the flag's own variants are kept.
      if (evaluation.variant !== undefined) made.set(reason + name, evaluation);
      return evaluation;
    },
  };
}

function always(evaluation: Evaluation): Evaluate {
  return () => evaluation;
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
  return own ? Object.freeze({ ...set, ...own }) : set;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
