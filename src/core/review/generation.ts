/** Splits whose generation was raised: the one way to say that everybody shall be drawn anew. */
import type { FlagEnvironment, Serve } from '../model/flag.ts';

/** Names of the steps (`default`, `rule/ID`) in which a split has a higher generation than before. */
export function generationsRaised(before: FlagEnvironment, after: FlagEnvironment): ReadonlySet<string> {
  const old = new Map(stepsOf(before));
  return new Set(
    stepsOf(after).flatMap(([name, serve]) => {
      const was = old.get(name);
      return was !== undefined && generationOf(serve) > generationOf(was) ? [name] : [];
    }),
  );
}

function stepsOf({ serve, rules }: FlagEnvironment): readonly (readonly [string, Serve])[] {
  return [['default', serve], ...rules.map((rule) => [`rule/${rule.id}`, rule.serve] as const)];
}

/** -1: drawn by the flag's own salt. */
export function generationOf(serve: Serve): number {
  if (typeof serve === 'string') return -1;
  if ('split' in serve) return serve.generation ?? -1;
  return Math.max(generationOf(serve.ramp.candidate), generationOf(serve.ramp.stable));
}
