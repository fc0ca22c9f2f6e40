/** What people read of experiments. */
import type { Experiment, ExperimentVerdict } from '../model/experiment.ts';
import type { Milliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import type { Block, Column, Mood, Report } from '../report/report.ts';
import { plural, printAgo, printCount, printMoment } from '../report/words.ts';
import type { Analysis, Arm, MetricResult } from './results.ts';
import { printChange, printEffect, printP, printRange, printSplit, printValue } from './words.ts';

const MOODS: Readonly<Record<ExperimentVerdict, Mood>> = {
  collecting: 'waiting',
  won: 'good',
  'sample-ratio': 'bad',
  'guardrail-lost': 'bad',
  lost: 'bad',
};

/** What it is, since when, and what was decided. */
export function experimentReport(experiment: Experiment, now: Milliseconds): Report {
  const { key, name, state, decision, hypothesis, description } = experiment;
  const title = `experiment ${key}${name === undefined ? '' : `: ${name}`}`;
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: `${title} (${state})`, mood: decision ? MOODS[decision.verdict] : 'neutral' },
    text(description),
    text(hypothesis && `Hypothesis: ${hypothesis}`),
    { type: 'list', items: settings(experiment, now) },
    {
      type: 'table',
      columns: titled(['metric', 'role', 'kind', 'better', 'looks for', 'margin']),
      rows: experiment.metrics.map(({ name: metric, role, kind, better, effect, margin }) => [
        metric,
        role,
        kind,
        better,
        effect === undefined ? '' : printEffect(better === 'lower' ? -effect : effect),
        margin === undefined ? '' : `${printEffect(margin).replace('+', '')} worse`,
      ]),
    },
    text(decision && `${decision.verdict}, ${printAgo(decision.at, now)} by ${decision.by.name}: ${decision.because}`),
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

function text(said: string | undefined): Block | undefined {
  return said === undefined || said === '' ? undefined : { type: 'text', text: said };
}

function titled(titles: readonly string[]): readonly Column[] {
  return titles.map((title) => ({ title }));
}

function settings(experiment: Experiment, now: Milliseconds): readonly string[] {
  const { flag, environment, variants, by, layer, holdouts, alpha, started, stopped, owner, rollout } = experiment;
  const slots = layer && (layer.slots.length > 0 ? `slots ${layer.slots.join(', ')}` : plural(layer.count, 'slot'));
  return [
    `flag ${flag} in ${environment}, ${printSplit(variants)}${by === undefined ? '' : ` by ${by}`}`,
    ...(layer ? [`${slots} of layer ${layer.name}`] : []),
    ...(holdouts.length > 0 ? [`held out: ${holdouts.join(', ')}`] : []),
    `at most ${Number((alpha * 100).toPrecision(3))}% false winners, over all goals and variants, at any number of looks`,
    ...(started === undefined ? [] : [`started ${printMoment(started, now)}, ${printAgo(started, now)}`]),
    ...(stopped === undefined ? [] : [`ended ${printMoment(stopped, now)}, ${printAgo(stopped, now)}`]),
    ...(rollout === undefined ? [] : [`its winner is shipped by ${rollout}`]),
    ...(owner === undefined ? [] : [`owner: ${owner}`]),
  ];
}

/** One line each; users and leader as the last decision saw them, or as they are known now. */
export function listReport(rows: readonly (readonly string[])[]): Report {
  if (rows.length === 0) return { blocks: [{ type: 'text', text: 'There is no experiment yet.' }] };
  const columns: readonly Column[] = [
    ...titled(['experiment', 'environment', 'state', 'flag']),
    { title: 'users', align: 'right' },
    { title: 'verdict', moods: true },
    { title: 'leads' },
  ];
  return { blocks: [{ type: 'table', columns, rows }] };
}

/** Verdict, users, each metric at any number of looks, and beside it the report of one look. */
export function analysisReport(analysis: Analysis): Report {
  const { ruling } = analysis;
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: `experiment ${analysis.experiment}: ${ruling.verdict}`, mood: MOODS[ruling.verdict] },
    { type: 'text', text: ruling.because },
    ruling.missing.length > 0 ? { type: 'list', items: ruling.missing } : undefined,
    usersTable(analysis),
    resultsTable(analysis),
    fixedTable(analysis),
    { type: 'list', items: notes(analysis) },
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

function usersTable({ users }: Analysis): Block {
  const all = users.reduce((sum, one) => sum + one.users, 0);
  return {
    type: 'table',
    columns: [{ title: 'variant' }, right('users'), right('share'), right('set')],
    rows: users.map(({ variant, users: count, weight }) => [
      variant,
      printCount(count),
      all === 0 ? '' : `${((count / all) * 100).toFixed(2)}%`,
      printPercent(weight),
    ]),
  };
}

function right(title: string): Column {
  return { title, align: 'right' };
}

function resultsTable({ metrics }: Analysis): Block {
  return {
    type: 'table',
    columns: [
      ...titled(['metric', 'role', 'variant']),
      right('control'),
      right('variant'),
      right('effect'),
      right('interval'),
      right('p'),
      right('chance'),
      { title: 'result', moods: true },
    ],
    rows: metrics.flatMap((metric) => metric.arms.map((arm) => resultRow(metric, arm))),
  };
}

function resultRow({ name, role, kind, control }: MetricResult, arm: Arm): readonly string[] {
  const { effect, chance } = arm;
  return [
    name,
    role === 'secondary' ? 'secondary (decides nothing)' : role,
    arm.variant,
    printValue(kind, control.value),
    printValue(kind, arm.value),
    effect ? printChange(effect) : '',
    effect ? printRange(effect) : '',
    effect ? printP(effect.p) : '',
    chance === undefined ? '' : `${(chance * 100).toFixed(1)}%`,
    arm.result === 'nothing-seen' ? 'nothing seen' : arm.result,
  ];
}

/** Welch's t test as it would be after one look: to compare with other tools, not to decide by. */
function fixedTable({ metrics }: Analysis): Block | undefined {
  const rows = metrics.flatMap(({ name, arms }) =>
    arms.flatMap(({ variant, fixed }) =>
      fixed
        ? [
            [
              name,
              variant,
              number(fixed.difference),
              `${number(fixed.lower)} to ${number(fixed.upper)}`,
              number(fixed.t),
              number(fixed.dof),
              printP(fixed.p),
              printP(fixed.adjusted),
              fixed.winner ?? '',
            ],
          ]
        : [],
    ),
  );
  const level = metrics.flatMap(({ arms }) => arms.flatMap(({ fixed }) => fixed?.level ?? []))[0];
  if (rows.length === 0 || level === undefined) return undefined;
  return {
    type: 'table',
    columns: [
      { title: 'with one look (Welch)' },
      { title: 'variant' },
      right('difference'),
      right(`${Number((level * 100).toPrecision(3))}% interval`),
      right('t'),
      right('dof'),
      right('p'),
      right('p (Holm)'),
      { title: 'winner' },
    ],
    rows,
  };
}

function number(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function notes(analysis: Analysis): readonly string[] {
  const { ratio, crossed, users, metrics } = analysis;
  const all = users.reduce((sum, one) => sum + one.users, 0) + crossed;
  const adjusted = metrics.filter(({ arms }) => arms.some(({ theta }) => theta !== undefined && theta !== 0));
  return [
    `sample ratio: p ${printP(ratio.p)} at any number of looks (below 0.001 nothing is read from the numbers); chi-square ${printP(ratio.chiSquare)}`,
    ...(crossed > 0
      ? [
          `${plural(crossed, 'user')} of ${printCount(all)} crossed from one variant to another and ${crossed === 1 ? 'is' : 'are'} left out`,
        ]
      : []),
    ...remarks(metrics),
    ...(adjusted.length > 0
      ? [`adjusted by what was before (CUPED): ${adjusted.map(({ name }) => name).join(', ')}`]
      : []),
    `numbers from ${analysis.from}, until ${analysis.until}`,
  ];
}

/** What a reader must know of how a metric was compared. */
function remarks(metrics: readonly MetricResult[]): readonly string[] {
  const named = (holds: (metric: MetricResult) => boolean): string =>
    metrics
      .filter(holds)
      .map(({ name }) => name)
      .join(', ');
  const summed = named(({ isSummed }) => isSummed === true);
  const inUnits = named(({ arms }) => arms.some(({ effect }) => effect?.scale === 'absolute' && !effect.isSame));
  const same = named(({ arms }) => arms.some(({ effect }) => effect?.isSame));
  const beside = named(({ role }) => role === 'secondary');
  return [
    ...(beside === ''
      ? []
      : [`${beside}: secondary, each at the whole level of its own: outside of the false winners that are promised`]),
    ...(summed === ''
      ? []
      : [
          `${summed}: only events are known, not users: right where each user has few and independent ones (Poisson); give users and sum-squares otherwise`,
        ]),
    ...(inUnits === ''
      ? []
      : [
          `${inUnits}: the control is 0, constant or within noise of 0: the effect is a difference in the metric's own unit`,
        ]),
    ...(same === ''
      ? []
      : [`${same}: nothing differs (0 of all, or all of all): not worse; what a margin would allow cannot be known`]),
  ];
}
