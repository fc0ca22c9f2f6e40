/** What the judges say: a table of both arms. */
import type { JudgeSpec, Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Arm, type Measure, printArm, printBound } from './numbers.ts';
import type { Block } from './report.ts';
import { candidateOf, stableOf } from './subject.ts';

/** Units of metrics by name, where the configuration tells them. */
export type Units = Readonly<Record<string, string>>;

/** One judge of a stage with all that is known of it. */
export interface Judged {
  readonly stage: string;
  readonly judge: JudgeSpec;
  readonly verdict: Verdict;
  readonly candidate: Arm;
  readonly baseline: Arm;
  readonly measure: Measure;
}

/** The verdicts that stand now: of the stage users are in, else of the one left last. */
export function judgedNow(rollout: Rollout, units: Units = {}): readonly Judged[] {
  const current = rollout.plan.stages[rollout.stage]?.name ?? '';
  if (rollout.verdicts.length > 0) return judged(rollout, { stage: current, verdicts: rollout.verdicts, units });
  const last = rollout.stages.findLast((record) => record.verdicts.length > 0);
  return last ? judged(rollout, { ...last, units }) : [];
}

interface Said {
  readonly stage: string;
  readonly verdicts: readonly Verdict[];
  readonly units: Units;
}

function judged(rollout: Rollout, { stage, verdicts, units }: Said): readonly Judged[] {
  const specs = rollout.plan.stages.flatMap((one) => one.judges);
  return verdicts.flatMap((verdict) => {
    const judge = specs.find((one) => one.id === verdict.judge);
    if (!judge) return [];
    const evidence = rollout.evidence.find((one) => one.judge === judge.id && one.stage === stage);
    const unit = units[judge.metric];
    const measure = unit === undefined ? { kind: judge.kind } : { kind: judge.kind, unit };
    const candidate = { seen: verdict.seen, sample: evidence?.candidate ?? null };
    const baseline = { seen: verdict.baseline, sample: evidence?.baseline ?? null };
    return [{ stage, judge, verdict, candidate, baseline, measure }];
  });
}

/** `error-rate`, `latency.p95`. */
export function readOf({ metric, read }: JudgeSpec): string {
  return read === undefined ? metric : `${metric}.${read}`;
}

/** The judge's rule in words: `below 1%`, `no worse than 1.3.2`, `at most 0.3% worse than 1.3.2`. */
export function ruleWords(judge: JudgeSpec, measure: Measure, stable: string): string {
  const { rule } = judge;
  if (rule.type !== 'compare') return `${rule.type} ${printBound(rule.bound, measure)}`;
  const other =
    rule.with === 'stable' ? stable : rule.with === 'recorded' ? 'what was recorded before' : 'the baseline';
  if (rule.ratio !== undefined) return `at ${judge.better === 'lower' ? 'most' : 'least'} ${rule.ratio} times ${other}`;
  return rule.tolerance === undefined
    ? `no worse than ${other}`
    : `at most ${printBound(rule.tolerance, measure)} worse than ${other}`;
}

/** `pass: below 1%`; of a judge that only watches `dry run: fail, below 1%`. */
export function verdictWords({ judge, verdict, measure }: Judged, stable: string): string {
  const rule = ruleWords(judge, measure, stable);
  return verdict.dryRun ? `dry run: ${verdict.verdict}, ${rule}` : `${verdict.verdict}: ${rule}`;
}

/** The verdict table; undefined while no judge has spoken. */
export function verdictTable(rollout: Rollout, units: Units = {}): Extract<Block, { type: 'table' }> | undefined {
  const all = judgedNow(rollout, units);
  if (all.length === 0) return undefined;
  const stable = stableOf(rollout);
  return {
    type: 'table',
    columns: [
      { title: `metric in ${all[0]?.stage ?? ''}` },
      { title: stable, align: 'right' },
      { title: candidateOf(rollout), align: 'right' },
      { title: 'verdict', moods: true },
    ],
    rows: all.map((one) => [
      readOf(one.judge),
      printArm(one.baseline, one.measure),
      printArm(one.candidate, one.measure),
      verdictWords(one, stable),
    ]),
  };
}
