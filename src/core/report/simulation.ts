/** What a simulated policy did, as a report: the story, the verdicts, a chart, and tables of other settings. */
import type { Config } from '../model/config.ts';
import type { JudgeSpec } from '../model/metric.ts';
import { type Milliseconds, toInstant } from '../model/time.ts';
import { readSample } from '../judge/read.ts';
import { nameReading } from '../judge/wording.ts';
import { samplesIn } from '../simulate/answers.ts';
import type { ArmSeries, Series as Recorded } from '../simulate/series.ts';
import type { SimulationResult } from '../simulate/simulate.ts';
import type { SweepRow } from '../simulate/sweep.ts';
import type { Block, Report, Series } from './report.ts';
import { printCount, printMoment, printSecond, printSpan } from './words.ts';

/** `would have rolled back at 10:27 UTC by error-rate: errors 6.1% (46 of 756), allowed below 1%`. */
export function simulationSummary({ outcome, at, cause, because, stage, began }: SimulationResult): string {
  const when = `${printMoment(toInstant(at), began)}, ${printSpan(at - began)} after it began`;
  switch (outcome) {
    case 'rolled-back':
      return `would have rolled back at ${when}, by ${cause ?? ''}: ${because ?? ''}`;
    case 'held':
      return `would have been held in ${stage} at ${when}, by ${cause ?? ''}: ${because ?? ''}`;
    case 'passed':
      return `would have passed all stages at ${when}`;
    case 'unfinished':
      return `the series ends in ${stage} at ${printMoment(toInstant(at), began)}; nothing would have been taken back until then`;
  }
}

export interface SimulationReportOptions {
  readonly result: SimulationResult;
  readonly config: Config;
  readonly series: Recorded;
  /** `web in production`. */
  readonly name: string;
  readonly sweep?: readonly SweepRow[];
  /** What these stages can see at the series' own traffic. */
  readonly sight?: readonly Block[];
}

export function simulationReport(options: SimulationReportOptions): Report {
  const { result, name, sweep = [], sight = [] } = options;
  const mood = { 'rolled-back': 'bad', held: 'waiting', unfinished: 'neutral', passed: 'good' } as const;
  const chart = chartOf(options);
  const text = `${name}: ${result.plan.strategy} on old numbers`;
  return {
    blocks: [
      { type: 'heading', text, mood: mood[result.outcome] },
      story(result),
      ...verdicts(result),
      ...(chart ? [chart] : []),
      ...sight,
      ...(sweep.length > 0 ? [sweepTable(sweep, result)] : []),
      ...(result.remarks.length > 0 ? [{ type: 'list' as const, items: result.remarks }] : []),
    ],
  };
}

function story({ happenings, began }: SimulationResult): Block {
  const sameDay = happenings.every(({ at }) => toInstant(at).slice(0, 10) === toInstant(began).slice(0, 10));
  const print = (at: Milliseconds): string =>
    sameDay ? printSecond(toInstant(at)) : toInstant(at).slice(0, 19).replace('T', ' ');
  return {
    type: 'table',
    columns: [{ title: 'time (UTC)' }, { title: 'stage' }, { title: 'what would have happened' }],
    rows: happenings.map(({ at, stage, text }) => [print(at), stage, text]),
  };
}

function verdicts({ stages }: SimulationResult): readonly Block[] {
  const rows = stages.flatMap(({ stage, verdicts: said }) =>
    said.map(({ judge, verdict, samples, because }) => [stage, judge, verdict, printCount(samples), because]),
  );
  if (rows.length === 0) return [];
  const columns = [
    { title: 'stage' },
    { title: 'judge' },
    { title: 'verdict', moods: true as const },
    { title: 'samples', align: 'right' as const },
    { title: 'saw' },
  ];
  return [{ type: 'table', columns, rows }];
}

const MOST_POINTS = 120;

/** The deciding judge's metric (else the first judge's) over time, both arms. */
function chartOf({ result, config, series }: SimulationReportOptions): Block | undefined {
  const judges = result.plan.stages.flatMap((stage) => stage.judges);
  const judge = judges.find(({ id }) => id === result.cause) ?? judges[0];
  const arms = judge && series.metrics[judge.metric];
  if (!judge || !arms) return undefined;
  const end = Math.max(result.at, ...result.happenings.map(({ at }) => at));
  const span = { from: result.began, until: Math.min(series.until, end) };
  const drawn = (['candidate', 'stable'] as const).flatMap((arm): readonly Series[] => {
    const own = arms[arm];
    const points = own ? pointsOf(own, judge, span) : [];
    return points.length > 0 ? [{ name: arm, points }] : [];
  });
  if (drawn.length === 0) return undefined;
  const unit =
    judge.kind === 'proportion' ? '%' : (config.metrics[judge.metric]?.unit ?? (judge.kind === 'histogram' ? 's' : ''));
  return { type: 'chart', title: nameReading(judge), unit, series: drawn };
}

function pointsOf(
  own: ArmSeries,
  judge: JudgeSpec,
  { from, until }: { readonly from: Milliseconds; readonly until: Milliseconds },
): readonly (readonly [number, number])[] {
  const steps = Math.max(1, Math.ceil((until - from) / own.step));
  const width = own.step * Math.ceil(steps / MOST_POINTS);
  const count = Math.ceil((until - from) / width);
  const scale = judge.kind === 'proportion' ? 100 : 1;
  return samplesIn(own, { start: from, width, count }).flatMap((sample, index) => {
    const value = readSample(sample, judge.read, width);
    return value === null ? [] : [[from + index * width, value * scale] as const];
  });
}

const OUTCOMES: Readonly<Record<SweepRow['outcome'], string>> = {
  'rolled-back': 'rolled-back',
  held: 'held',
  passed: 'passed',
  unfinished: 'neither',
};

function sweepTable(rows: readonly SweepRow[], { began }: SimulationResult): Block {
  return {
    type: 'table',
    columns: [
      { title: 'one judge by itself' },
      { title: 'with' },
      { title: 'outcome', moods: true },
      { title: 'after', align: 'right' },
      { title: 'samples', align: 'right' },
    ],
    rows: rows.map((row) => [
      row.judge,
      row.asConfigured ? `${row.setting} (as it is)` : row.setting,
      OUTCOMES[row.outcome],
      row.outcome === 'unfinished' ? '' : printSpan(row.at - began),
      printCount(row.samples),
    ]),
  };
}
