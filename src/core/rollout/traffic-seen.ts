/** The traffic of a pair as its last rollout recorded it, for what the next plan can see. */
import type { Traffic } from '../judge/forecast/sight.ts';
import { recordedOf } from '../judge/recorded.ts';
import { SETTLING } from '../judge/look.ts';
import { sizeOf } from '../judge/read.ts';
import { windowWidth } from '../judge/window.ts';
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Plan, Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { type Milliseconds, SECOND, toMilliseconds } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { shortId } from './changes.ts';

/** Sums of one healthy arm, over how long, and its share of the traffic meanwhile. */
export interface Recording {
  readonly metric: string;
  readonly sample: Sample;
  readonly span: Milliseconds;
  readonly weight: Weight;
}

/** Requests a second of everybody, by the metric that counts most of them; undefined: nothing was counted. */
export function trafficOf(recordings: readonly Recording[], from: string): Traffic | undefined {
  const usual: Record<string, Sample> = {};
  let perSecond = 0;
  for (const { metric, sample, span, weight } of recordings) {
    usual[metric] ??= sample;
    const events = sizeOf(sample) ?? 0;
    if (span > 0 && weight > 0) perSecond = Math.max(perSecond, (events * SECOND * WHOLE) / (span * weight));
  }
  return perSecond > 0 ? { perSecond, usual, from } : undefined;
}

/**
 * Of the given rollouts of a pair, the newest that recorded anything healthy: its stable arm, or its candidate where that turned
 * out to be good.
 */
export function trafficSeen(rollouts: readonly Rollout[]): Traffic | undefined {
  const newest = rollouts
    .filter(({ kind }) => kind === 'deploy')
    .toSorted((one, other) => toMilliseconds(other.began) - toMilliseconds(one.began));
  for (const rollout of newest) {
    const recordings = rollout.evidence.flatMap((evidence) => recordingsOf(evidence, rollout));
    const found = trafficOf(recordings, `as recorded by ${shortId(rollout)} on ${rollout.began.slice(0, 10)}`);
    if (found) return found;
  }
  return undefined;
}

/** Rollouts of a pair that are not over. */
export function rolloutsOfPair(
  { rollouts }: Pick<State, 'rollouts'>,
  { service, environment }: { readonly service: string; readonly environment: string },
): readonly Rollout[] {
  return [...rollouts.values()].filter(
    ({ subject }) => subject.type === 'release' && subject.service === service && subject.environment === environment,
  );
}

/** The stable arm first: nobody doubts it. */
function recordingsOf(evidence: Evidence, rollout: Rollout): readonly Recording[] {
  const { plan, phase } = rollout;
  const judge = judgeOf(plan, evidence.judge);
  const stage = stageOf(plan, evidence.stage);
  if (!judge || !stage) return [];
  const { metric } = judge;
  const span = evidence.answered * stage.width;
  const weight = WHOLE - stage.weight;
  const compared = judge.rule.type === 'compare' && judge.rule.with !== 'recorded';
  const stable =
    evidence.baseline && compared && weight > 0 ? [{ metric, sample: evidence.baseline, span, weight }] : [];
  const isGood = phase === 'completed' || phase === 'provisional';
  const own = evidence.candidate && isGood ? [{ metric, sample: evidence.candidate, span, weight: stage.weight }] : [];
  const past = recordedOf(evidence);
  // Its share changed from stage to stage: good for what is usual, not for how much.
  const before = past ? [{ metric, sample: past.sample, span: 0, weight: 0 }] : [];
  return [...stable, ...own, ...before];
}

function judgeOf({ stages }: Plan, id: string): JudgeSpec | undefined {
  return stages.flatMap(({ judges }) => judges).find((judge) => judge.id === id);
}

function stageOf(plan: Plan, key: string): { readonly width: Milliseconds; readonly weight: Weight } | undefined {
  if (key === SETTLING) return { width: windowWidth(Math.max(plan.settle, plan.keepOld)), weight: WHOLE };
  const stage = plan.stages.find(({ name }) => name === key.split('/')[0]);
  return stage && { width: windowWidth(stage.bake), weight: stage.weight };
}

/** What a person said of it (`--traffic 20/s --errors 0.5%`) counts more than what was recorded. */
export function trafficGiven(
  options: Readonly<Record<string, unknown>>,
  recorded: Traffic | undefined,
): Traffic | undefined {
  const perSecond = options['traffic'];
  const errors = options['errors'];
  const rate = typeof perSecond === 'number' ? perSecond : recorded?.perSecond;
  if (rate === undefined || (typeof perSecond !== 'number' && typeof errors !== 'number')) return recorded;
  const all = Object.entries(recorded?.usual ?? {});
  const kept = typeof errors === 'number' ? all.filter(([, { kind }]) => kind !== 'proportion') : all;
  const given = { perSecond: rate, usual: Object.fromEntries(kept), from: 'as given' };
  return typeof errors === 'number' ? { ...given, errorRate: errors / WHOLE } : given;
}
