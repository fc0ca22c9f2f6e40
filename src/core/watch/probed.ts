/** Health and dependency triggers: failing probes of one burst, inside one tick. */
import type { TriggerConfig } from '../model/config.ts';
import { type Milliseconds, SECOND } from '../model/time.ts';
import { printSpan } from '../report/words.ts';
import type { Looked, ProbeSeen } from './observation.ts';

type ProbeTrigger = Extract<TriggerConfig, { kind: 'health' | 'dependency' }>;

/** How many probes a tick makes at most, and how far apart they begin: it stops at the first that answers well. */
export function burstOf(trigger: ProbeTrigger): { readonly times: number; readonly every: Milliseconds } {
  const times = Math.max(1, trigger.failures);
  const within = trigger.kind === 'health' ? trigger.within : times * SECOND;
  return { times, every: Math.min(SECOND, Math.floor(within / times)) };
}

/** Fires on `failures` failing probes within the period that ends with the last one. */
export function lookAtProbes(trigger: ProbeTrigger, probes: readonly ProbeSeen[]): Looked {
  const last = probes.at(-1);
  const name = trigger.kind === 'health' ? trigger.probe : trigger.url;
  if (!last) return { state: 'no-data', because: `${name} was not asked`, seen: null, quiet: false };
  const since = trigger.kind === 'health' ? last.at - trigger.within : Number.NEGATIVE_INFINITY;
  const failed = probes.filter((probe) => !probe.ok && probe.at > since);
  const seen = failed.length;
  if (seen === 0) return { state: 'ok', because: `${name}: ${last.detail}`, seen, quiet: true };
  const within = trigger.kind === 'health' ? ` within ${printSpan(trigger.within)}` : '';
  const because = `${name}: ${seen} of ${probes.length} probes failed (${failed.at(-1)?.detail ?? ''}), limit ${trigger.failures}${within}`;
  return { state: seen >= trigger.failures ? 'firing' : 'breaching', because, seen, quiet: false };
}
