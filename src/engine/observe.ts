/** observe: one look at the world for one rollout, everything in parallel, each question bounded. */
import { judgeStage, type StageAnswers } from '../core/judge/stage.ts';
import { lookAt } from '../core/judge/look.ts';
import { type Question, questions } from '../core/judge/question.ts';
import type { Evidence, Sample } from '../core/model/metric.ts';
import type { Operation, Rollout } from '../core/model/rollout.ts';
import { toMilliseconds } from '../core/model/time.ts';
import type { Observation, OperationResult } from '../core/rollout/input.ts';
import { exposureOf } from '../core/rollout/advance.ts';
import { mayStillLand } from '../core/rollout/operation.ts';
import { BreakerOpen } from './guard.ts';
import { askRuns } from './called-runs.ts';
import { livesOf } from './liveness.ts';
import { runningVersions } from './observe-platform.ts';
import { ask } from './perform.ts';
import { askRunBehind } from './run-behind.ts';
import { pairOf, platformFor } from './task.ts';
import type { Watched } from './watch.ts';
import type { Wiring } from './wiring.ts';

const QUESTION_TIME = 10_000;
/** Of 400 windows each: what has been left alone for weeks is caught up with in one look. */
const MOST_ROUNDS = 1_000;

export interface Look {
  readonly wiring: Wiring;
  readonly rollout: Rollout;
  readonly now: number;
  /** Operations that this very process performs at the moment. */
  readonly performing: ReadonlySet<string>;
  /** What triggers said of this rollout in this tick. */
  readonly watched?: Watched;
  readonly signal: AbortSignal;
}

export async function observe(look: Look): Promise<Observation> {
  const fired = look.watched?.fired.get(look.rollout.id) ?? [];
  const [operations, judged, dead, { endedRuns, refused }, behind] = await Promise.all([
    askOperations(look),
    judge(look),
    deadOperations(look),
    askRuns(look.wiring, look.rollout, look.now),
    askRunBehind(look.wiring, look.rollout, look.now),
  ]);
  const inTrouble = fired.length > 0 || judged.verdicts?.some((one) => one.verdict === 'fail') === true;
  const health = inTrouble || look.rollout.phase === 'rolling-back' ? await armsHealth(look) : {};
  return {
    operations,
    dead,
    ...(endedRuns.length > 0 && { endedRuns }),
    ...(refused && { refused }),
    ...(behind && { behind }),
    fired,
    at: look.now,
    about: exposureOf(look.rollout),
    ...judged,
    ...health,
  };
}

/** Operations that only the platform knows about: its own handle, no performer waiting for it. */
async function askOperations({
  wiring,
  rollout,
  now,
  signal,
}: Look): Promise<Readonly<Record<string, OperationResult>>> {
  const placed = platformFor(wiring, rollout);
  const open = rollout.operations.filter((one) => mayStillLand(one) && one.ref !== undefined);
  if (!placed || open.length === 0) return {};
  const found = await Promise.all(
    open.map(
      async (one) =>
        [
          one.id,
          await ask(placed.platform, { rollout, operation: one, signal })
            .then((result) => forgotten(one, result, now))
            .then((result) => abandoned(wiring, { operation: one, result, now }))
            .catch((): OperationResult => ({ state: 'unknown' })),
        ] as const,
    ),
  );
  return Object.fromEntries(found);
}

/** A platform that long after knows nothing of its own handle never will: a wait for it would have no end. */
function forgotten({ claim }: Operation, result: OperationResult, now: number): OperationResult {
  if (result.state !== 'unknown' || (claim && toMilliseconds(claim.until) > now)) return result;
  return { state: 'failed', detail: 'the platform knows nothing of it any more' };
}

interface Asked {
  readonly operation: Operation;
  readonly result: OperationResult;
  readonly now: number;
}

/** A way back that a job's own steps have does not wait for other jobs of the run: past its time, the job that took it is asked for. */
async function abandoned(wiring: Wiring, { operation, result, now }: Asked): Promise<OperationResult> {
  const { claim, purpose, ref } = operation;
  const isLate = claim !== undefined && toMilliseconds(claim.until) <= now;
  if (result.state !== 'running' || purpose !== 'rollback' || !ref?.startsWith('run:') || !isLate) return result;
  if ((await livesOf(wiring, claim)) !== false) return result;
  return { state: 'failed', detail: `job ${claim.job ?? ''} of run ${claim.runId ?? ''} ended without a report` };
}

/** A claim is dead when its holder is known to be, or when its time is over and nobody vouches for the holder. */
async function deadOperations({ wiring, rollout, now, performing }: Look): Promise<Readonly<Record<string, number>>> {
  const dead = await Promise.all(
    rollout.operations.map(async (one): Promise<readonly (readonly [string, number])[]> => {
      if (!mayStillLand(one) || !one.claim || one.ref !== undefined || performing.has(one.id)) return [];
      if (one.claim.by === wiring.here?.id) return [];
      const lives = await livesOf(wiring, one.claim);
      const isLate = toMilliseconds(one.claim.until) <= now;
      return lives === false || (isLate && (lives === undefined || isTakenOverLate(one)))
        ? [[one.id, one.claim.attempt]]
        : [];
    }),
  );
  return Object.fromEntries(dead.flat());
}

/** A run may live on for days with a job that is lost: past its time what can be done twice is, and the way back always. */
function isTakenOverLate({ kind, purpose, claim }: Operation): boolean {
  return claim?.runId !== undefined && (kind === 'weights' || purpose === 'rollback');
}

type Judged = Pick<Observation, 'evidence' | 'verdicts' | 'unasked'>;

/** Asks for all closed windows since the last committed fold, again while one look could not take them all. */
export async function judge({ wiring, rollout, now }: Pick<Look, 'wiring' | 'rollout' | 'now'>): Promise<Judged> {
  const perVersion =
    platformFor(wiring, rollout)?.platform.capabilities().perVersionMetrics ?? rollout.subject.type === 'flag';
  let evidence: readonly Evidence[] = rollout.evidence;
  for (let round = 0; ; round++) {
    const seen: Rollout = { ...rollout, evidence };
    const look = lookAt(seen, now, perVersion);
    if (!look) return {};
    const asked = questions(seen, now, perVersion);
    const answers = await askSources(wiring, asked);
    const judged = judgeStage({ look, evidence, answers });
    evidence = merged(evidence, judged.evidence);
    const again = asked.some((one) => one.more) && answers.size > 0 && round < MOST_ROUNDS;
    if (again) continue;
    const unasked = [...answers].flatMap(([id, answer]) => (answer === 'unasked' ? [id] : []));
    return { evidence, verdicts: judged.verdicts, unasked };
  }
}

function merged(all: readonly Evidence[], fresh: readonly Evidence[]): readonly Evidence[] {
  return [...all.filter((one) => !fresh.some((other) => other.judge === one.judge)), ...fresh];
}

async function askSources(wiring: Wiring, asked: readonly Question[]): Promise<StageAnswers> {
  const judges = [...new Set(asked.map((one) => one.judge))];
  const found = await Promise.all(
    judges.map(async (judgeId) => {
      const mine = asked.filter((one) => one.judge === judgeId);
      const arms = await Promise.all(
        (['candidate', 'baseline'] as const).map((arm) =>
          askArm(
            wiring,
            mine.find((one) => one.arm === arm),
          ),
        ),
      );
      return [judgeId, mine, arms] as const;
    }),
  );
  const answers = new Map<string, StageAnswer>();
  for (const [judgeId, mine, arms] of found) {
    // Without an answer the judge counts its open windows as silence, which becomes no-data.
    if (!arms.includes('silent')) answers.set(judgeId, answerOf(mine, arms));
  }
  return answers;
}

type StageAnswer = StageAnswers extends ReadonlyMap<string, infer A> ? A : never;

/** All arms or none: a window folded with one arm missing would never be asked again. */
function answerOf(asked: readonly Question[], arms: readonly Arm[]): StageAnswer {
  const [candidate, baseline] = arms;
  const isAsked = (arm: Question['arm']): boolean => asked.some((one) => one.arm === arm);
  if (!isAnswer(candidate) || (isAsked('baseline') && !isAnswer(baseline))) return 'unasked';
  const base = isAnswer(baseline) ? baseline : [];
  const answers = candidate.map((sample, index) => ({ candidate: sample, baseline: base[index] ?? null }));
  return { answers, from: asked[0]?.from ?? 0 };
}

type Arm = readonly (Sample | null)[] | 'silent' | undefined;

function isAnswer(arm: Arm): arm is readonly (Sample | null)[] {
  return Array.isArray(arm);
}

/** undefined: the source could not be asked now, the windows stay open for a later look; `silent`: it has not answered for long. */
async function askArm(wiring: Wiring, question: Question | undefined): Promise<Arm> {
  if (!question) return undefined;
  const metric = wiring.config.metrics[question.spec.metric];
  const source = wiring.sources.get(question.spec.source);
  if (!metric || !source) return undefined;
  const { labels, start, width, count } = question;
  return source
    .read({ metric, labels, start, width, count, signal: AbortSignal.timeout(QUESTION_TIME) })
    .catch((error: unknown) => (error instanceof BreakerOpen ? 'silent' : undefined));
}

/** Both arms are looked at when traffic is about to go back: an unhealthy stable never gets it. */
async function armsHealth({
  wiring,
  rollout,
  signal,
}: Look): Promise<Pick<Observation, 'stableHealthy' | 'candidateHealthy' | 'fallbackHealthy'>> {
  if (rollout.subject.type !== 'release') return {};
  const { service, environment } = pairOf(rollout);
  const versions = await runningVersions(wiring, `${service}/${environment}`, signal);
  const stable = versions?.find((one) => one.label === rollout.stable?.label);
  const fallback = versions?.find((one) => one.label === rollout.fallback?.label);
  const { label } = rollout.subject.release;
  const candidate = versions?.find((one) => one.label === label);
  return {
    ...(stable === undefined ? {} : { stableHealthy: stable.healthy }),
    ...(candidate === undefined ? {} : { candidateHealthy: candidate.healthy }),
    ...(fallback === undefined ? {} : { fallbackHealthy: fallback.healthy }),
  };
}
