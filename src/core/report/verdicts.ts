/** What the judges say: a table of both arms. */
import { printBound } from '../judge/wording.ts';
import type { Evidence, JudgeSpec, Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Arm, printArm, readOf } from './numbers.ts';
import type { Block } from './report.ts';
import { candidateOf, stableOf } from './subject.ts';

/** One judge of a stage with all that is known of it. */
export interface Judged {
  readonly stage: string;
  readonly judge: JudgeSpec;
  readonly verdict: Verdict;
  readonly candidate: Arm;
  readonly baseline: Arm;
  readonly evidence?: Evidence;
}

/** The verdicts that stand now: of the stage users are in, else of the one left last. */
export function judgedNow(rollout: Rollout): readonly Judged[] {
  const stage = rollout.plan.stages[rollout.stage]?.name ?? '';
  if (rollout.verdicts.length > 0) return judged(rollout, { stage, verdicts: rollout.verdicts });
  const last = rollout.stages.findLast((record) => record.verdicts.length > 0);
  return last ? judged(rollout, last) : [];
}

interface Said {
  readonly stage: string;
  readonly verdicts: readonly Verdict[];
}

function judged(rollout: Rollout, { stage, verdicts }: Said): readonly Judged[] {
  const own = rollout.plan.stages.find((one) => one.name === stage)?.judges ?? [];
  const specs = [...own, ...rollout.plan.stages.flatMap((one) => one.judges)];
  return verdicts.flatMap((verdict) => {
    const judge = specs.find((one) => one.id === verdict.judge);
    if (!judge) return [];
    const evidence = rollout.evidence.findLast((one) => one.judge === judge.id && isOf(one.stage, stage));
    const candidate = { seen: verdict.seen, sample: evidence?.candidate ?? null };
    const baseline = { seen: verdict.baseline, sample: evidence?.baseline ?? null };
    return [{ stage, judge, verdict, candidate, baseline, ...(evidence && { evidence }) }];
  });
}

/** Evidence of a stage that was exposed again carries the number of that exposure: `beta/2`. */
function isOf(key: string, stage: string): boolean {
  return key === stage || key.startsWith(`${stage}/`);
}

/** The judge's rule in words: `below 1%`, `no worse than 1.3.2`, `at most 0.3% worse than 1.3.2`. */
export function ruleWords(judge: JudgeSpec, stable: string): string {
  const { rule } = judge;
  if (rule.type !== 'compare') return `${rule.type} ${printBound(rule.bound, judge)}`;
  const other =
    rule.with === 'stable' ? stable : rule.with === 'recorded' ? 'what was recorded before' : 'the baseline';
  const limits = [
    ...(rule.ratio === undefined
      ? []
      : [`at ${judge.better === 'lower' ? 'most' : 'least'} ${rule.ratio} times ${other}`]),
    ...(rule.tolerance === undefined ? [] : [`at most ${printBound(rule.tolerance, judge)} worse than ${other}`]),
  ];
  return limits.length === 0 ? `no worse than ${other}` : limits.join(', or ');
}

/** `pass: below 1%`; of a judge that only watches `dry run: fail, below 1%`. */
export function verdictWords({ judge, verdict }: Judged, stable: string): string {
  const rule = ruleWords(judge, stable);
  return verdict.dryRun ? `dry run: ${verdict.verdict}, ${rule}` : `${verdict.verdict}: ${rule}`;
}

/** The verdict table; undefined while no judge has spoken. */
export function verdictTable(rollout: Rollout): Extract<Block, { type: 'table' }> | undefined {
  const all = judgedNow(rollout);
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
      printArm(one.baseline, one.judge),
      printArm(one.candidate, one.judge),
      verdictWords(one, stable),
    ]),
  };
}
