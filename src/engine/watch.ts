/** Triggers and alerts of one tick: ask, judge, aim at rollouts, open and end alerts. */
import type { Decision } from '../core/decision.ts';
import { serviceIn, type TriggerConfig } from '../core/model/config.ts';
import type { CheckSpec } from '../core/model/rollout.ts';
import type { State } from '../core/model/state.ts';
import { toMilliseconds } from '../core/model/time.ts';
import type { Fired } from '../core/rollout/input.ts';
import { defaultHealth } from '../core/watch/default-health.ts';
import { decideAlerts } from '../core/watch/decide-alerts.ts';
import { findingOfVerdict } from '../core/watch/finding.ts';
import { firedAt, fireTriggers, type FlagsOff, type JudgedTrigger } from '../core/watch/fire.ts';
import type { Switches } from '../core/watch/grade.ts';
import type { ProbeSeen, TriggerObservation } from '../core/watch/observation.ts';
import { triggerQuestions, type TriggerQuestion, type Watched as Whom } from '../core/watch/question.ts';
import { judgeTrigger } from '../core/watch/trigger.ts';
import type { Finding } from '../core/watch/alert.ts';
import type { Wiring } from './wiring.ts';

/** What triggers came to in one tick. */
export interface Watched {
  readonly fired: ReadonlyMap<string, readonly Fired[]>;
  readonly flagsOff: readonly FlagsOff[];
  readonly findings: readonly Finding[];
}

const QUESTION_TIME = 10_000;

/** Asks all triggers in parallel; one that cannot be asked says so and fires nothing. */
export async function watch(wiring: Wiring, state: State, now: number): Promise<Watched> {
  const triggers = [...wiring.config.triggers, ...defaultHealth(wiring.config)];
  const world = {
    places: [...state.places.values()],
    rollouts: [...state.rollouts.values()],
    metrics: wiring.config.metrics,
    now,
  };
  const asked = triggers.flatMap((trigger) =>
    triggerQuestions([trigger], world).map((question) => ({ trigger, question })),
  );
  const judged = await Promise.all(
    asked.map(async ({ trigger, question }): Promise<JudgedTrigger> => {
      const observation = await ask(wiring, question, now).catch(() => undefined);
      return {
        verdict: judgeTrigger(trigger, observation, memoryOf(wiring, { trigger, question, state, now })),
        watched: question.watched,
      };
    }),
  );
  const firing = fireTriggers(judged, {
    rollouts: state.rollouts.values(),
    switches: (whom) => switchesOf(wiring, state, { whom, now }),
    now,
  });
  return { ...firing, findings: [...firing.findings, ...verdictFindings(state)] };
}

interface Memory {
  readonly trigger: TriggerConfig;
  readonly question: TriggerQuestion;
  readonly state: State;
  readonly now: number;
}

function memoryOf({ config }: Wiring, { trigger, question, state, now }: Memory): Parameters<typeof judgeTrigger>[2] {
  const last = firedAt(
    { trigger: trigger.name, watched: question.watched },
    { rollouts: state.rollouts.values(), alerts: state.alerts.values() },
  );
  const metric = 'metric' in trigger ? config.metrics[trigger.metric] : undefined;
  return { now, ...(last === undefined ? {} : { firedAt: last }), ...(metric === undefined ? {} : { metric }) };
}

function switchesOf(
  { config, automaticOff }: Wiring,
  state: State,
  { whom, now }: { readonly whom: Whom | undefined; readonly now: number },
): Switches {
  const place = whom && state.places.get(`${whom.service}/${whom.environment}`);
  const manual = place?.manual && toMilliseconds(place.manual.until) > now ? place.manual : undefined;
  return {
    configured: config.rollback.automatic,
    breaker: !automaticOff,
    now,
    ...(manual === undefined ? {} : { manual }),
  };
}

async function ask(wiring: Wiring, question: TriggerQuestion, now: number): Promise<TriggerObservation | undefined> {
  switch (question.type) {
    case 'slices':
      return askSlices(wiring, question);
    case 'probes':
      return { type: 'probes', probes: await burst(wiring, question, { now, checks: checksOf(wiring, question) }) };
    case 'url':
      return { type: 'probes', probes: await burst(wiring, question, { now, checks: [urlCheck(question)] }) };
  }
}

async function askSlices(
  wiring: Wiring,
  question: Extract<TriggerQuestion, { type: 'slices' }>,
): Promise<TriggerObservation | undefined> {
  const metric = wiring.config.metrics[question.metric];
  const source = metric && wiring.sources.get(metric.source);
  if (!source || !question.watched) return undefined;
  const { start, width, count, watched } = question;
  const samples = await source.read({
    metric,
    labels: watched.labels,
    start,
    width,
    count,
    signal: AbortSignal.timeout(QUESTION_TIME),
  });
  return { type: 'slices', samples, width, until: start + width * count };
}

type Burst = Extract<TriggerQuestion, { type: 'probes' | 'url' }>;

/** Probes one after another until one answers well: a burst inside one tick, nothing is remembered for the next. */
async function burst(
  wiring: Wiring,
  question: Burst,
  { now, checks }: { readonly now: number; readonly checks: readonly CheckSpec[] },
): Promise<readonly ProbeSeen[]> {
  const seen = await Promise.all(checks.map((check) => burstOne(wiring, question, { check, now })));
  return seen.find((probes) => probes.length > 0 && probes.every((probe) => !probe.ok)) ?? seen[0] ?? [];
}

async function burstOne(
  wiring: Wiring,
  question: Burst,
  { check, now }: { check: CheckSpec; now: number },
): Promise<readonly ProbeSeen[]> {
  const seen: ProbeSeen[] = [];
  const signal = AbortSignal.timeout(QUESTION_TIME + question.times * question.every);
  for (let time = 0; time < question.times; time++) {
    if (time > 0) await wiring.clock.sleep(question.every, signal);
    const result = await wiring.probe.run(check, { ...probeContext(wiring, question.watched), signal });
    seen.push({ ok: result.ok, detail: result.detail, at: now + time * question.every });
    if (result.ok) break;
  }
  return seen;
}

function probeContext(
  wiring: Wiring,
  whom: Whom | undefined,
): { readonly baseUrl?: string; readonly variables: Readonly<Record<string, string>> } {
  if (!whom) return { variables: {} };
  const service = serviceIn(wiring.config, whom.service, whom.environment);
  const baseUrl = whom.url ?? wiring.platforms.get(`${whom.service}/${whom.environment}`)?.address ?? service?.url;
  const variables = { SLUICE_SERVICE: whom.service, SLUICE_ENVIRONMENT: whom.environment };
  return baseUrl === undefined ? { variables } : { baseUrl, variables };
}

function checksOf(
  { config }: Wiring,
  { probe, watched }: Extract<TriggerQuestion, { type: 'probes' }>,
): readonly CheckSpec[] {
  const health = watched ? (serviceIn(config, watched.service, watched.environment)?.health ?? []) : [];
  return health
    .filter((one) => probe === 'any' || one.name === probe)
    .map(({ every: _, failures: __, ...rest }) => ({ env: [], allowFailure: false, ...rest }) as CheckSpec);
}

function urlCheck({ trigger, url, timeout }: Extract<TriggerQuestion, { type: 'url' }>): CheckSpec {
  return { name: trigger, url, timeout, env: [], allowFailure: false };
}

function verdictFindings(state: State): readonly Finding[] {
  return [...state.rollouts.values()].flatMap((rollout) =>
    rollout.verdicts.flatMap((verdict) => findingOfVerdict(verdict, rollout) ?? []),
  );
}

/** Alerts that the tick opens, worsens or ends, as one commit; no commit where nothing changed. */
export function alertDecision(state: State, findings: readonly Finding[], now: number): Decision {
  const { changes, events } = decideAlerts({ open: state.alerts.values(), findings, now });
  const words = events.map((one) => `${one.event.replace('alert.', '')}: ${one.alert.title}`);
  const outcome = {
    schemaVersion: 1 as const,
    ok: true,
    code: 'done' as const,
    summary: words.join('; '),
    details: events.map((one) => one.alert.id),
  };
  const [first] = events;
  if (!first) return { changes: [], outcome: { ...outcome, code: 'unchanged' } };
  const body = events.map((one) => `- ${one.alert.severity}: ${one.alert.detail}`).join('\n');
  return {
    changes,
    outcome,
    message: { title: `alert ${words[0] ?? ''}`.slice(0, 100), body, event: first.event, subject: first.alert.subject },
  };
}
