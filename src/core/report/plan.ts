/** A dry run: the plan, the checks that would run, what would change; nothing changes (R-114). */
import { alphaOf } from '../judge/alpha.ts';
import { ruleKeyOf } from '../judge/rule.ts';
import type { JudgeSpec } from '../model/metric.ts';
import type { CheckSpec, GateAnswer, Plan, PlannedStage } from '../model/rollout.ts';
import { printPercent, WHOLE } from '../model/weight.ts';
import { readOf } from './numbers.ts';
import type { Block, Report } from './report.ts';
import { armsOf } from './stages.ts';
import { ruleWords } from './verdicts.ts';
import { plural, printSpan } from './words.ts';

export interface PlanContext {
  /** `web 1.4.0`, `flag new-dashboard`. */
  readonly name: string;
  readonly environment: string;
  /** What users have now: a label, or `stable`; absent on a first release. */
  readonly stable?: string;
  readonly gates?: readonly GateAnswer[];
  /** What a canary can see, `noticed within`, other remarks: one sentence each. */
  readonly remarks?: readonly string[];
}

/** The plan as it would be stored. */
export function planReport(plan: Plan, context: PlanContext): Report {
  const blocks: readonly (Block | undefined)[] = [
    {
      type: 'heading',
      text: `Plan: ${context.name} → ${context.environment}, ${plan.strategy}, nothing is changed`,
      mood: 'neutral',
    },
    stages(plan, context),
    context.gates && context.gates.length > 0 ? gates(context.gates) : undefined,
    judges(plan, context),
    checks(plan),
    { type: 'list', items: changes(plan, context) },
    context.remarks && context.remarks.length > 0 ? { type: 'list', items: context.remarks } : undefined,
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

function stages(plan: Plan, { stable = 'stable' }: PlanContext): Block {
  return {
    type: 'table',
    columns: [
      { title: 'stage' },
      { title: 'traffic', align: 'right' },
      { title: 'bake', align: 'right' },
      { title: 'left' },
      { title: 'begins after' },
    ],
    rows: plan.stages.map((stage) => [
      stage.name,
      (stage.baseline ? armsOf(stage.weight, stable) : printPercent(stage.weight)) +
        (stage.shift ? ` over ${printSpan(stage.shift.over)}` : ''),
      stage.bake === 0 ? '' : printSpan(stage.bake),
      { auto: 'by itself', manual: 'by a person', job: 'by a job' }[stage.promote],
      stage.approvals
        ? `${plural(stage.approvals.count, 'approval')} from ${stage.approvals.from.join(', ') || 'anybody who may'}`
        : '',
    ]),
  };
}

function gates(answers: readonly GateAnswer[]): Block {
  return {
    type: 'table',
    columns: [{ title: 'gate' }, { title: 'answer', moods: true }, { title: 'detail' }],
    rows: answers.map(({ gate, answer, detail }) => [gate, answer, detail]),
  };
}

function judges(plan: Plan, { stable = 'stable' }: PlanContext): Block | undefined {
  const rows = plan.stages.flatMap((stage) =>
    stage.judges.map((judge) => [
      stage.name,
      readOf(judge),
      ruleWords(judge, stable, stage.weight),
      methodWords(judge, stage),
      judge.dryRun ? 'nothing (dry run)' : judge.then,
    ]),
  );
  if (rows.length === 0) return undefined;
  return {
    type: 'table',
    columns: [
      { title: 'in' },
      { title: 'judged by' },
      { title: 'must be' },
      { title: 'method, share of the budget' },
      { title: 'else' },
    ],
    rows,
  };
}

/** `sequential, 2.5%`: the chance that it fails a candidate that is no worse; rules without one are not in the budget. */
function methodWords(judge: JudgeSpec, { weight }: PlannedStage): string {
  const key = ruleKeyOf(judge, weight);
  if (key === 'threshold') return 'bound, none';
  if (key === 'regression') return 'regression, none';
  return `${key.replace('guarded-', '')}, ${Number((100 * alphaOf(judge)).toPrecision(3))}%${judge.dryRun ? ' (not counted)' : ''}`;
}

function checks(plan: Plan): Block | undefined {
  const rows = [
    ...plan.before.map((check) => row('before the deploy', check)),
    ...plan.validate.map((check) => row('before traffic', check)),
    ...plan.stages.flatMap((stage) => stage.checks.map((check) => row(`in ${stage.name}`, check))),
    ...plan.after.map((check) => row('at the end', check)),
  ];
  if (rows.length === 0) return undefined;
  return {
    type: 'table',
    columns: [{ title: 'when' }, { title: 'check' }, { title: 'runs' }, { title: 'at most', align: 'right' }],
    rows,
  };
}

function row(when: string, { name, run, get, url, timeout, allowFailure }: CheckSpec): readonly string[] {
  const what = typeof run === 'string' ? run : run ? run.join(' ') : (url ?? `GET ${get ?? '/'}`);
  return [when, allowFailure ? `${name} (may fail)` : name, what, printSpan(timeout)];
}

function changes(plan: Plan, { name, environment, stable }: PlanContext): readonly string[] {
  const first = plan.stages[0];
  const whole = plan.stages.map((stage) => printPercent(stage.weight)).join(', ');
  const bakes = plan.stages.reduce((sum, stage) => sum + stage.bake, 0);
  return [
    `Would change: ${environment} gets ${name}${first ? `, at first ${printPercent(first.weight)}` : ''}; then ${whole}.`,
    stable === undefined
      ? 'Nothing is live there yet: going back takes the candidate away.'
      : `${stable} stays for ${printSpan(plan.keepOld)} after the end; going back is ${plan.automaticRollback ? 'automatic' : 'only by command'}.`,
    `At the least ${printSpan(bakes)} of baking, at most ${printSpan(plan.deadline)} in all.`,
    ...copies(plan, stable ?? 'the stable version'),
    `Plan ${plan.digest.slice(0, 4)}: approvals are bound to it.`,
  ];
}

/** What the baseline is, and in which stages there is no room for one. */
function copies(plan: Plan, stable: string): readonly string[] {
  const compares = (stage: PlannedStage): boolean =>
    stage.judges.some(({ rule }) => rule.type === 'compare' && rule.with === 'baseline');
  const hasCopy = plan.stages.some(({ baseline }) => baseline);
  const without = plan.stages.filter((stage) => 2 * stage.weight > WHOLE && stage.weight < WHOLE && compares(stage));
  return [
    ...(hasCopy
      ? [
          `The baseline is a fresh copy of ${stable}, as old as the candidate and with the same traffic; it goes when no stage needs it any more.`,
        ]
      : []),
    ...without.map(
      ({ name, weight }) =>
        `In ${name} twice ${printPercent(weight)} is more than there is: it has no baseline, and is compared with ${stable} itself.`,
    ),
  ];
}
