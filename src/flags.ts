/**
 * `sluice/flags`: the synchronous evaluator over an exported flagd document (`sluice flag export`), and nothing else.
 * Evaluation never throws and never waits.
 */
import { compileFlags, type FlagEvaluator } from './core/flag/compile.ts';
import type { FlagdDocument } from './core/flag/definition.ts';

export type { FlagEvaluator } from './core/flag/compile.ts';
export type {
  ErrorCode,
  Evaluation,
  EvaluationContext,
  FlagdDocument,
  FlagdFlag,
  FlagMetadata,
  Reason,
  Resolution,
} from './core/flag/definition.ts';

/**
 * An evaluator of a flagd document, given as its text or parsed. Each flag is compiled when it is first evaluated.
 * @throws SyntaxError when the text is not JSON, TypeError when it is no object with `flags`
 */
export function createFlags(document: string | FlagdDocument): FlagEvaluator {
  const parsed: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  const flags = typeof parsed === 'object' && parsed !== null && 'flags' in parsed ? parsed.flags : undefined;
  if (typeof flags !== 'object' || flags === null) throw new TypeError('a flagd document has an object called "flags"');
  return compileFlags(parsed as FlagdDocument, Date.now);
}
