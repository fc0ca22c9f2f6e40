/** What the judges say: a table of both arms. */
import { SETTLING } from '../judge/look.ts';
import { limitsOf } from '../judge/regression.ts';
import { type RuleKey, ruleKeyOf } from '../judge/rule.ts';
import { printBound } from '../judge/wording.ts';
import type { Evidence, JudgeSpec, Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { copyLabel, copyOf } from '../rollout/arm.ts';
import { type Arm, printArm, readOf } from './numbers.ts';
import type { Block } from './report.ts';
import { stageKey } from '../rollout/enter.ts';
import { candidateOf, stableOf } from './subject.ts';

/** One judge of a stage with all that is known of it. */
export interface Judged {
  readonly stage: string;
  readonly judge: JudgeSpec;
  readonly verdict: Verdict;
  readonly candidate: Arm;
  readonly baseline: Arm;
  /** Whose numbers the baseline's are: `1.3.2`, `1.3.2+baseline` where the stage has a copy of it. */
  readonly other: string;
  /** The candidate's share of the traffic in the stage. */
  readonly weight?: Weight;
  readonly evidence?: Evidence;
}

/** The verdicts that stand now: of the stage users are in, else of the one left last. */
export function judgedNow(rollout: Rollout): readonly Judged[] {
  const stage = rollout.plan.stages[rollout.stage]?.name ?? '';
  if (rollout.verdicts.length > 0)
    return judged(rollout, { stage, keys: [stageKey(rollout), SETTLING], verdicts: rollout.verdicts });
  const index = rollout.stages.findLastIndex((record) => record.verdicts.length > 0);
  const last = rollout.stages[index];
  return last ? judged(rollout, { ...last, keys: [keyAt(rollout, index)] }) : [];
}

/** Under which name the evidence of a stage's record was kept. */
function keyAt({ stages, ...rollout }: Rollout, index: number): string {
  const upTo = stages.slice(0, index + 1);
  const stage = rollout.plan.stages.findIndex(({ name }) => name === upTo.at(-1)?.stage);
  return stageKey({ ...rollout, stage, stages: upTo });
}

interface Said {
  readonly stage: string;
  /** Whose evidence the verdicts were said of: what was seen at another exposure is never shown beside them. */
  readonly keys: readonly string[];
  readonly verdicts: readonly Verdict[];
}

function judged(rollout: Rollout, { stage, keys, verdicts }: Said): readonly Judged[] {
  const planned = rollout.plan.stages.find((one) => one.name === stage);
  const own = planned?.judges ?? [];
  const specs = [...own, ...rollout.plan.stages.flatMap((one) => one.judges)];
  return verdicts.flatMap((verdict) => {
    const judge = specs.find((one) => one.id === verdict.judge);
    if (!judge) return [];
    const evidence = rollout.evidence.findLast((one) => one.judge === judge.id && keys.includes(one.stage));
    const candidate = { seen: verdict.seen, sample: evidence?.candidate ?? null };
    const baseline = { seen: verdict.baseline, sample: evidence?.baseline ?? null };
    const other = otherArm(rollout, stage, judge);
    const weight = planned && { weight: planned.weight };
    return [{ stage, judge, verdict, candidate, baseline, other, ...weight, ...(evidence && { evidence }) }];
  });
}

/** Where a stage has no room for a copy, `compare: baseline` compares with the stable version itself. */
function otherArm(rollout: Rollout, stage: string, { rule }: JudgeSpec): string {
  const stable = stableOf(rollout);
  const hasCopy = rollout.plan.stages.find((one) => one.name === stage)?.baseline === true;
  if (!hasCopy || rule.type !== 'compare' || rule.with !== 'baseline') return stable;
  return copyOf(rollout) ?? copyLabel(stable, []);
}

/**
 * The judge's rule in words: `below 1%`, `no worse than 1.3.2`, `at most 0.3% worse than 1.3.2`; with all the traffic
 * `at most 2 times what 1.3.2 showed before`. `weight`: the candidate's share in the stage; absent: a part.
 */
export function ruleWords(judge: JudgeSpec, stable: string, weight: Weight = 0): string {
  const { rule } = judge;
  if (rule.type !== 'compare') return `${rule.type} ${printBound(rule.bound, judge)}`;
  const other = otherWords(rule.with, stable, weight >= WHOLE);
  const isRegression = REGRESSIONS.includes(ruleKeyOf(judge, weight));
  const { ratio, tolerance } = isRegression ? limitsOf(judge) : rule;
  const limits = [
    ...(ratio === undefined
      ? []
      : [
          `at ${judge.better === 'lower' ? 'most' : 'least'} ${ratio} times ${judge.read === 'success' ? 'the failures of ' : ''}${other}`,
        ]),
    ...(tolerance === undefined ? [] : [`at most ${printBound(tolerance, judge)} worse than ${other}`]),
  ];
  return limits.length === 0 ? `no worse than ${other}` : limits.join(', or ');
}

const REGRESSIONS: readonly RuleKey[] = ['regression', 'guarded-regression'];

function otherWords(arm: 'stable' | 'baseline' | 'recorded', stable: string, whole: boolean): string {
  if (arm === 'recorded') return 'what was recorded before';
  const name = arm === 'stable' ? stable : 'the baseline';
  return whole ? `what ${name} showed before` : name;
}

/** `pass: below 1%`; of a judge that only watches `dry run: fail, below 1%`. */
export function verdictWords({ judge, verdict, weight }: Judged, stable: string): string {
  const rule = ruleWords(judge, stable, weight);
  return verdict.dryRun ? `dry run: ${verdict.verdict}, ${rule}` : `${verdict.verdict}: ${rule}`;
}

/** An arm that is not the column's says which it is. */
function otherCell({ baseline, judge, other }: Judged, column: string): string {
  const cell = printArm(baseline, judge);
  return cell === '' || other === column ? cell : `${other}: ${cell}`;
}

/** The verdict table; undefined while no judge has spoken. */
export function verdictTable(rollout: Rollout): Extract<Block, { type: 'table' }> | undefined {
  const all = judgedNow(rollout);
  if (all.length === 0) return undefined;
  const stable = stableOf(rollout);
  const shown = all.filter(({ baseline, judge }) => printArm(baseline, judge) !== '').map(({ other }) => other);
  const column = new Set(shown).size === 1 ? (shown[0] ?? stable) : stable;
  return {
    type: 'table',
    columns: [
      { title: `metric in ${all[0]?.stage ?? ''}` },
      { title: column, align: 'right' },
      { title: candidateOf(rollout), align: 'right' },
      { title: 'verdict', moods: true },
    ],
    rows: all.map((one) => [
      readOf(one.judge),
      otherCell(one, column),
      printArm(one.candidate, one.judge),
      verdictWords(one, stable),
    ]),
  };
}
