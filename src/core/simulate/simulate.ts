/** `simulate`: a policy tried on old numbers. The plan, judges, windows and machine are the real ones; only the clock is not. */
import { SLUICE } from '../model/actor.ts';
import type { Code } from '../model/code.ts';
import type { Config } from '../model/config.ts';
import type { JudgeSpec } from '../model/metric.ts';
import type { Plan, PlannedStage, Rollout, StageRecord } from '../model/rollout.ts';
import { type Milliseconds, SECOND, printDuration, toInstant, toMilliseconds } from '../model/time.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { sizeOf } from '../judge/read.ts';
import { windowWidth } from '../judge/window.ts';
import { planFor } from '../rollout/plan.ts';
import { startRollout } from '../rollout/start.ts';
import { samplesIn } from './answers.ts';
import { type Step, drive } from './drive.ts';
import { type Happening, causeOf, happenings } from './happening.ts';
import type { Arm, Series } from './series.ts';
import { computable } from './triggers.ts';

export interface SimulationOptions {
  readonly service: string;
  readonly environment: string;
  /** Instead of the service's own. */
  readonly strategy?: string;
  /** When the rollout begins; absent: with the candidate's first numbers. */
  readonly from?: Milliseconds;
  /** How often somebody looks; the source's period of `serve` is 15 s. */
  readonly every?: Milliseconds;
  /** Only this judge, in every stage that has the one of its id, and no trigger (`sweep`). */
  readonly alone?: JudgeSpec;
}

export interface SimulationResult {
  /** `unfinished`: the series ended first. `held`: it stood still for a person when the series ended. */
  readonly outcome: 'rolled-back' | 'passed' | 'held' | 'unfinished';
  /** When that came to be. */
  readonly at: Milliseconds;
  /** Of a rollback or a hold: the judge, the trigger, or the wait. */
  readonly cause?: string;
  readonly because?: string;
  /** The stage it was in. */
  readonly stage: string;
  readonly began: Milliseconds;
  readonly plan: Plan;
  readonly stages: readonly StageRecord[];
  readonly happenings: readonly Happening[];
  /** What was left out or taken for granted. */
  readonly remarks: readonly string[];
  /** Events of the candidate in the deciding judge's evidence, else the most that any judge saw. */
  readonly samples: number;
}

export type Simulated =
  | { readonly ok: true; readonly result: SimulationResult }
  | { readonly ok: false; readonly code: Code; readonly summary: string };

const PERIOD: Milliseconds = 15 * SECOND;

/**
 * What would have happened. Refused: what planning refuses, `data-missing` where no judge has numbers (or a comparison lacks an
 * arm), `data-invalid` where they are coarser than a stage's windows, `value-invalid` where it would begin outside of them. People are taken to answer at once.
 */
export function simulate(config: Config, series: Series, options: SimulationOptions): Simulated {
  const impossible = unthinkable(series, options);
  if (impossible !== undefined) return { ok: false, code: 'value-invalid', summary: impossible };
  const planned = planFor({ ...options, config, kind: 'deploy' });
  if (!planned.ok) return planned;
  const fitted = fit(planned.plan, series, options.alone);
  if (!fitted.ok) return fitted;
  const triggers = options.alone ? { triggers: [], remarks: [] } : computable(config, series);
  const from = options.from ?? firstOf(series, 'candidate');
  const begun = beginning(fitted.plan, options, from);
  const steps = drive(begun, from, {
    series,
    triggers,
    every: options.every ?? PERIOD,
    mayGoBackAlone: config.rollback.automatic,
  });
  const last = steps.at(-1)?.after ?? begun;
  const story = happenings(steps);
  const remarks = [...series.remarks, ...fitted.remarks, ...triggers.remarks, ...shares(last, series, story)];
  const told = { began: from, happenings: story, remarks, series, heldBy: heldBy(steps) };
  return { ok: true, result: resultOf(last, told) };
}

/** Why nothing can be told of such a beginning, or of such looks. */
function unthinkable({ from: first, until }: Series, { from, every }: SimulationOptions): string | undefined {
  if (every !== undefined && !(every > 0)) return 'nobody can look every 0s: --every 15s is what `serve` does';
  if (from === undefined || (from >= first && from < until)) return undefined;
  return `--from ${toInstant(from)} lies outside of the series, which goes from ${toInstant(first)} to ${toInstant(until)}`;
}

type Fitted =
  | { readonly ok: true; readonly plan: Plan; readonly remarks: readonly string[] }
  | (Simulated & { readonly ok: false });

/** The plan with the judges that the series has numbers for, and with nothing in it that asks a person or runs. */
function fit(plan: Plan, series: Series, only: JudgeSpec | undefined): Fitted {
  const all = plan.stages.flatMap(({ judges }) => judges);
  const absent = [...new Set(all.filter(({ metric }) => !series.metrics[metric]).map(({ id }) => id))];
  if (all.length > 0 && all.every(({ id }) => absent.includes(id)))
    return missing(`the series has no numbers for any judge of ${plan.strategy}: ${absent.join(', ')}`);
  if (all.length === 0) return missing(`${plan.strategy} has no judges: give \`analysis.judges\``);
  const stages = plan.stages.map((stage) => ({
    ...alone(stage),
    judges: stage.judges.flatMap((judge) =>
      absent.includes(judge.id) || (only && only.id !== judge.id) ? [] : [only ?? judge],
    ),
  }));
  for (const stage of stages)
    for (const judge of stage.judges) {
      const refusal = unusable(stage, judge, series);
      if (refusal) return refusal;
    }
  const waits = plan.stages.some(({ promote, approvals }) => promote !== 'auto' || approvals !== undefined);
  const remarks = [
    ...absent.map((id) => `\`${id}\` is left out: the series has no numbers for it`),
    ...(waits ? ['people are taken to say yes at once'] : []),
  ];
  return { ok: true, plan: { ...plan, before: [], validate: [], after: [], stages }, remarks };
}

function missing(summary: string): Simulated & { readonly ok: false } {
  return { ok: false, code: 'data-missing', summary };
}

function alone({ approvals: _, ...stage }: PlannedStage): PlannedStage {
  return { ...stage, promote: 'auto', checks: [] };
}

/** Why a judge cannot work on the series: an arm is missing, or its numbers are coarser than the stage's windows. */
function unusable(
  stage: PlannedStage,
  { id, metric, rule }: JudgeSpec,
  series: Series,
): (Simulated & { readonly ok: false }) | undefined {
  const arms: readonly Arm[] =
    rule.type === 'compare' && stage.weight < WHOLE ? ['candidate', 'stable'] : ['candidate'];
  const width = windowWidth(stage.bake);
  for (const arm of arms) {
    const own = series.metrics[metric]?.[arm];
    if (!own)
      return missing(
        `\`${id}\` needs ${metric} of the ${arm} version, and the series has none: add lines with arm \`${arm}\``,
      );
    if (stage.bake > 0 && own.points.length < 2)
      return {
        ok: false,
        code: 'data-invalid',
        summary: `${metric} of ${arm} stands at one time only: the step is not known; give two moments at least`,
      };
    if (stage.bake > 0 && own.step > width)
      return {
        ok: false,
        code: 'data-invalid',
        summary: `${metric} of ${arm} has a number every ${printDuration(own.step)}, and stage ${stage.name} (bake ${printDuration(stage.bake)}) is judged in windows of ${printDuration(width)}: export the series with that step or a finer one`,
      };
  }
  return undefined;
}

function firstOf({ metrics, from }: Series, arm: Arm): Milliseconds {
  const firsts = Object.values(metrics).flatMap((arms) => arms[arm]?.points[0]?.at ?? []);
  return firsts.length === 0 ? from : firsts.reduce((a, b) => Math.min(a, b));
}

function beginning(plan: Plan, { service, environment }: SimulationOptions, from: Milliseconds): Rollout {
  return startRollout({
    kind: 'deploy',
    subject: {
      type: 'release',
      service,
      environment,
      release: { label: 'candidate', commit: '0'.repeat(40) },
    },
    stable: { label: 'stable', commit: '1'.repeat(40) },
    plan,
    asking: {
      now: from,
      actor: SLUICE,
      rights: { teams: [] },
      request: 'simulate',
      dryRun: true,
      overrides: [],
      command: 'simulate',
    },
  });
}

/** Shares further apart than this are worth a remark: what the usual `sample-ratio` lets pass. */
const APART = 0.25;

/** Where the candidate's share in the series is not what the stage gives it: evidence grows slower or faster than told. */
function shares({ plan, stages }: Rollout, series: Series, story: readonly Happening[]): readonly string[] {
  const remarks = stages.flatMap((record) => {
    const stage = plan.stages.find(({ name }) => name === record.stage);
    const weight = stage?.weight ?? 0;
    const seen = shareIn(steadySpan(record, stage?.bake ?? 0, story), series);
    if (seen === undefined || weight <= 0 || weight >= WHOLE) return [];
    if (Math.abs(seen * WHOLE - weight) <= weight * APART) return [];
    return [`${printPercent(Math.round(seen * 1_000) * 100)} instead of ${printPercent(weight)} in ${record.stage}`];
  });
  if (remarks.length === 0) return [];
  return [
    `in the series the candidate has other shares than the stages give it: ${remarks.join(', ')}. The method \`sequential\` does not compare such arms (\`sample-ratio: 100%\` never asks)`,
  ];
}

interface Span {
  readonly start: Milliseconds;
  readonly end: Milliseconds;
}

/** While the stage had its planned share: its bake, without the delay after which it is left, and until it was reduced. */
function steadySpan(
  { exposed, ended }: StageRecord,
  bake: Milliseconds,
  story: readonly Happening[],
): Span | undefined {
  if (exposed === undefined) return undefined;
  const start = toMilliseconds(exposed);
  const reduced = story.find(({ what, at }) => what === 'reduced' && at >= start)?.at ?? Number.POSITIVE_INFINITY;
  const left = ended === undefined ? Number.POSITIVE_INFINITY : toMilliseconds(ended);
  return { start, end: Math.min(start + bake, reduced, left) };
}

/** Of the first metric that counts events of both arms; undefined: none does. */
function shareIn(span: Span | undefined, { metrics, until }: Series): number | undefined {
  if (!span) return undefined;
  const { start } = span;
  const width = Math.min(span.end, until) - start;
  if (width <= 0) return undefined;
  for (const { candidate, stable } of Object.values(metrics)) {
    const [mine = 0, others = 0] = [candidate, stable].map((arm) =>
      arm ? (sizeOf(samplesIn(arm, { start, width, count: 1 })[0] ?? null) ?? 0) : 0,
    );
    if (mine > 0 && others > 0) return mine / (mine + others);
  }
  return undefined;
}

/** The judge whose verdict was the reason of the last hold: its numbers have moved on since. */
function heldBy(steps: readonly Step[]): string | undefined {
  const step = steps.findLast(({ before, after }) => after.hold && after.hold.kind !== before.hold?.kind);
  const reason = step?.after.hold?.reason;
  return step?.after.verdicts.find(({ because }) => because !== '' && reason?.startsWith(because))?.judge;
}

interface Told extends Pick<SimulationResult, 'began' | 'happenings' | 'remarks'> {
  readonly series: Series;
  readonly heldBy: string | undefined;
}
function resultOf(rollout: Rollout, { series, heldBy: judge, ...told }: Told): SimulationResult {
  const { plan, stages, goingBack, hold, verdicts } = rollout;
  const stage = plan.stages[rollout.stage]?.name ?? '';
  const common = { ...told, plan, stages, stage };
  const of = (cause: string): number => verdicts.find(({ judge }) => judge === cause)?.samples ?? most(rollout);
  const when = (what: Happening['what']): Milliseconds =>
    told.happenings.findLast((one) => one.what === what)?.at ?? series.until;
  if (goingBack) {
    const cause = causeOf(rollout);
    return {
      ...common,
      outcome: 'rolled-back',
      at: when('rolled-back'),
      cause,
      because: goingBack.reason,
      samples: of(cause),
    };
  }
  const samples = most(rollout);
  if (rollout.phase === 'provisional' || rollout.phase === 'completed')
    return { ...common, outcome: 'passed', at: when('all-passed'), samples };
  if (hold) {
    const at = when(hold.kind === 'reduced' ? 'reduced' : 'held');
    return { ...common, outcome: 'held', at, cause: judge ?? hold.kind, because: hold.reason, samples };
  }
  return { ...common, outcome: 'unfinished', at: series.until, samples };
}

function most({ verdicts, stages }: Rollout): number {
  const all = verdicts.length > 0 ? verdicts : (stages.findLast((one) => one.verdicts.length > 0)?.verdicts ?? []);
  return all.reduce((highest, { samples }) => Math.max(highest, samples), 0);
}
