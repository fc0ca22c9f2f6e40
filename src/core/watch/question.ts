/** What to ask for the triggers. */
import type { TriggerConfig } from '../model/config.ts';
import type { MetricConfig } from '../model/metric.ts';
import type { Place } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';
import type { ArmLabels } from '../judge/question.ts';
import { burstOf } from './probed.ts';
import { sliceStart, slicesOf } from './slices.ts';
import { hasTraffic } from './target.ts';

/** Whom a question is about; with `rollout` it speaks of that candidate alone, and the trigger acts on it. */
export interface Watched {
  readonly service: string;
  readonly environment: string;
  readonly rollout?: string;
  readonly labels: ArmLabels;
  /** Where it answers by itself; absent: at the service's own URL. */
  readonly url?: string;
}

interface Common {
  readonly trigger: string;
  /** Undefined for a dependency: it belongs to no service. */
  readonly watched: Watched | undefined;
}
export type TriggerQuestion = Common &
  (
    | {
        readonly type: 'slices';
        readonly metric: string;
        readonly start: Milliseconds;
        readonly width: Milliseconds;
        readonly count: number;
      }
    | { readonly type: 'probes'; readonly probe: string; readonly times: number; readonly every: Milliseconds }
    | {
        readonly type: 'url';
        readonly url: string;
        readonly times: number;
        readonly every: Milliseconds;
        readonly timeout: Milliseconds;
      }
  );

interface World {
  readonly places: Iterable<Place>;
  readonly rollouts: Iterable<Rollout>;
  readonly metrics: Readonly<Record<string, MetricConfig>>;
  readonly now: Milliseconds;
}

/**
 * Pairs with something live, and every candidate with traffic. A metric that tells versions apart is asked of the
 * live version and of each candidate; any other is asked once a pair.
 */
export function triggerQuestions(
  triggers: readonly TriggerConfig[],
  { places, rollouts, metrics, now }: World,
): readonly TriggerQuestion[] {
  const pairs = [...places].filter((place) => place.live !== null).map(watchedPair);
  const candidates = [...rollouts].flatMap((rollout) => watchedCandidate(rollout) ?? []);
  return triggers.flatMap((trigger) => ask(trigger, { pairs, candidates, metrics, now }));
}

interface AskOptions {
  readonly pairs: readonly { readonly whole: Watched; readonly live: Watched | undefined }[];
  readonly candidates: readonly Watched[];
  readonly metrics: World['metrics'];
  readonly now: Milliseconds;
}
function ask(trigger: TriggerConfig, { pairs, candidates, metrics, now }: AskOptions): readonly TriggerQuestion[] {
  const common = { trigger: trigger.name };
  if (trigger.kind === 'dependency') {
    const { url, timeout } = trigger;
    return [{ ...common, ...burstOf(trigger), type: 'url', watched: undefined, url, timeout }];
  }
  if (trigger.kind === 'health') {
    const asked = [...pairs.map((pair) => pair.whole), ...candidates.filter((one) => one.url !== undefined)];
    const { of, probe } = trigger;
    return asked
      .filter((one) => !of || (one.service === of.service && one.environment === of.environment))
      .map((watched) => ({ ...common, ...burstOf(trigger), type: 'probes', watched, probe }));
  }
  const metric = metrics[trigger.metric];
  if (!metric) return [];
  const slices = slicesOf(trigger);
  const range = { start: sliceStart(slices, now, metric.delay), width: slices.width, count: slices.count };
  const asked = metric.perVersion
    ? [...pairs.flatMap((pair) => pair.live ?? []).filter((live) => !isCandidate(live, candidates)), ...candidates]
    : pairs.map((pair) => pair.whole);
  return asked.map((watched) => ({ ...common, ...range, type: 'slices', watched, metric: trigger.metric }));
}

function watchedPair({ service, environment, live }: Place): AskOptions['pairs'][number] {
  const whole = { service, environment, labels: { service, environment } };
  if (!live) return { whole, live: undefined };
  return { whole, live: { ...whole, labels: { ...whole.labels, version: live.label, sha: live.commit } } };
}

/** A provisional release may be live already; it is asked once, as what a trigger can still act on. */
function isCandidate({ service, environment, labels }: Watched, candidates: readonly Watched[]): boolean {
  return candidates.some(
    (one) => one.service === service && one.environment === environment && one.labels.version === labels.version,
  );
}

/** A release with traffic, while it can still go back. */
function watchedCandidate(rollout: Rollout): Watched | undefined {
  const { id, subject, url } = rollout;
  if (subject.type !== 'release' || !hasTraffic(rollout)) return undefined;
  const { service, environment, release } = subject;
  return {
    service,
    environment,
    rollout: id,
    labels: { service, environment, version: release.label, sha: release.commit },
    ...(url !== undefined && { url }),
  };
}
