/** From what triggers say to what is done: which rollout, which action, which alert. */
import type { Alert } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import type { Fired } from '../rollout/input.ts';
import type { Finding } from './alert.ts';
import { findingOfTrigger } from './finding.ts';
import { type Switches, gradeAction } from './grade.ts';
import type { Watched } from './question.ts';
import { chooseTarget, hasTraffic, rolloutsOf } from './target.ts';
import type { TriggerVerdict } from './trigger.ts';

export interface JudgedTrigger {
  readonly verdict: TriggerVerdict;
  readonly watched: Watched | undefined;
}

/** Flags with one of the tags are to be turned off in an environment (`flagsToDisable`). */
export interface FlagsOff {
  readonly trigger: string;
  readonly tags: readonly string[];
  readonly environment: string;
  readonly because: string;
}

export interface Firing {
  /** By rollout id. */
  readonly fired: ReadonlyMap<string, readonly Fired[]>;
  readonly flagsOff: readonly FlagsOff[];
  readonly findings: readonly Finding[];
}

interface World {
  readonly rollouts: Iterable<Rollout>;
  /** What may be done automatically to a rollout; of flags to be turned off: undefined and the pair. */
  readonly switches: (watched: Watched | undefined, rollout: Rollout | undefined) => Switches;
  readonly now: Milliseconds;
}

/** When a trigger fired last for whom it watches: on one of its rollouts, or by the alert that is open. */
export function firedAt(
  { trigger, watched }: { readonly trigger: string; readonly watched: Watched | undefined },
  { rollouts, alerts }: { readonly rollouts: Iterable<Rollout>; readonly alerts: Iterable<Alert> },
): Milliseconds | undefined {
  const mine = watched ? rolloutsOf(rollouts, watched) : [...rollouts];
  const subject = watched ? `${watched.service}/${watched.environment}` : `dependency/${trigger}`;
  const moments = [
    ...mine.flatMap((rollout) => rollout.fired[trigger] ?? []),
    ...[...alerts].filter((alert) => alert.rule === trigger && alert.subject === subject).map((alert) => alert.opened),
  ].map(toMilliseconds);
  return moments.length === 0 ? undefined : Math.max(...moments);
}

/** Firing triggers aimed at rollouts, with actions graded; every trigger as a finding, saying what was not done and why. */
export function fireTriggers(judged: readonly JudgedTrigger[], { rollouts, switches, now }: World): Firing {
  const all = [...rollouts];
  const fired = new Map<string, Fired[]>();
  const flagsOff: FlagsOff[] = [];
  const findings: Finding[] = [];
  for (const { verdict, watched } of judged) {
    const finding = findingOfTrigger(verdict, watched);
    const { trigger, tags } = verdict;
    const targets = verdict.state === 'firing' ? aim(verdict, watched, { all, now }) : [];
    const remarks = new Set<string>();
    for (const rollout of targets) {
      const { action, because } = gradeAction(verdict.action, switches(watched, rollout));
      if (because !== undefined) remarks.add(because);
      if (verdict.action === 'disable-flags') {
        if (action === 'disable-flags' && watched)
          flagsOff.push({ trigger, tags, environment: watched.environment, because: verdict.because });
      } else if (rollout && action !== 'notify') {
        fired.set(rollout.id, [...(fired.get(rollout.id) ?? []), { trigger, action, because: verdict.because }]);
      }
    }
    findings.push({ ...finding, detail: [finding.detail, ...remarks].join('; ') });
  }
  return { fired, flagsOff, findings };
}

interface Aim {
  readonly all: readonly Rollout[];
  readonly now: Milliseconds;
}
/** Its own candidate; else the last thing raised. A dependency stops whatever goes up; flags are turned off without a rollout. */
function aim(
  verdict: TriggerVerdict,
  watched: Watched | undefined,
  { all, now }: Aim,
): readonly (Rollout | undefined)[] {
  if (verdict.action === 'notify') return [];
  if (verdict.action === 'disable-flags') return [undefined];
  if (!watched) return all.filter((rollout) => rollout.phase === 'exposing' && hasTraffic(rollout));
  const id = watched.rollout ?? chooseTarget({ name: verdict.trigger }, rolloutsOf(all, watched), now);
  return all.filter((rollout) => rollout.id === id);
}
