/** A rollout as rows that are painted again and again while somebody watches. */
import { printBound } from '../judge/wording.ts';
import type { Verdict } from '../model/metric.ts';
import type { Rollout, StageRecord } from '../model/rollout.ts';
import { type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';
import { WHOLE, printPercent } from '../model/weight.ts';
import { baked } from '../rollout/bake.ts';
import { rolloutTitle } from './commit.ts';
import { happenings } from './happening.ts';
import { printArmShort, readOf } from './numbers.ts';
import { holdLine } from './rollout.ts';
import { exposure, isExposed, stageState } from './stages.ts';
import { nameOf, shortId, stableOf } from './subject.ts';
import { clean, cut, pad, widthOf } from './text.ts';
import { type Judged, judgedNow } from './verdicts.ts';
import { wayBack } from './way-back.ts';
import { printClock, printSecond, printSpan } from './words.ts';

const BAR = 20;
/** Columns between the stages and the metrics beside them. */
const GAP = 3;

/** Rows of at most `width` columns: who and what, a row for each stage, the metrics beside or below, hold or way back. */
export function liveRows(rollout: Rollout, now: Milliseconds, width: number): readonly string[] {
  const stages = stageRows(rollout, now);
  const metrics = metricRows(rollout);
  const last = wayBack(rollout, now);
  const hold = rollout.hold ? [holdLine(rollout, now)] : [];
  const rows = [header(rollout, now, width), ...beside(stages, metrics, width), ...(last.length > 0 ? last : hold)];
  return rows.map((row) => cut(clean(row).replaceAll('\n', ' '), width));
}

function header(rollout: Rollout, now: Milliseconds, width: number): string {
  const { began, plan, requestedBy } = rollout;
  const left = `${nameOf(rollout)} -> ${rollout.subject.environment}  ${shortId(rollout.id)}  plan ${plan.digest.slice(0, 4)}  ${requestedBy.name} ${began.slice(11, 16)}`;
  const until = rollout.verdicts
    .map((one) => one.until)
    .filter((one) => one !== '')
    .toSorted()
    .at(-1);
  const right = until === undefined ? '' : `numbers ${printSpan(now - toMilliseconds(until))} old`;
  const room = width - widthOf(left) - widthOf(right);
  return right === '' || room < 2 ? left : left + ' '.repeat(room) + right;
}

function stageRows(rollout: Rollout, now: Milliseconds): readonly string[] {
  const { stages } = rollout.plan;
  const names = Math.max(...stages.map((stage) => widthOf(stage.name)));
  const weights = stages.map((stage, index) =>
    printPercent(isExposed(rollout, index) ? exposure(rollout) : stage.weight),
  );
  const shares = Math.max(...weights.map(widthOf));
  const times = stages.map((_, index) => time(rollout, index, now));
  const clocks = Math.max(...times.map(widthOf));
  return stages.map((stage, index) => {
    const bar = barOf(progress(rollout, index, now));
    const row = `  ${pad(stage.name, names)}  ${pad(weights[index] ?? '', shares, 'right')} [${bar}]  ${pad(times[index] ?? '', clocks)}  ${stageState(rollout, index, now)}`;
    return row.trimEnd();
  });
}

/** How much of the stage's bake is over, from 0 to 1. */
function progress(rollout: Rollout, index: number, now: Milliseconds): number {
  const stage = rollout.plan.stages[index];
  const how = recordOf(rollout, index)?.how;
  if (!stage || index > rollout.stage || how === 'skipped') return 0;
  if (
    index < rollout.stage ||
    how === 'passed' ||
    how === 'promoted' ||
    (exposure(rollout) === WHOLE && rollout.phase !== 'exposing')
  )
    return 1;
  const whole = stage.bake + rollout.extendedBy;
  return isExposed(rollout, index) && whole > 0 ? Math.min(1, baked(rollout, now) / whole) : 0;
}

function recordOf(rollout: Rollout, index: number): StageRecord | undefined {
  const name = rollout.plan.stages[index]?.name;
  return rollout.stages.findLast((record) => record.stage === name);
}

function barOf(share: number): string {
  const full = Math.floor(share * BAR);
  return '#'.repeat(full) + '.'.repeat(BAR - full);
}

/** `7:31/15:00` while it bakes, `5:00` when it was left. */
function time(rollout: Rollout, index: number, now: Milliseconds): string {
  const stage = rollout.plan.stages[index];
  const record = recordOf(rollout, index);
  if (record?.exposed !== undefined && record.ended !== undefined)
    return printClock(toMilliseconds(record.ended) - toMilliseconds(record.exposed));
  if (!stage || !isExposed(rollout, index) || rollout.exposedAt === undefined) return '';
  return `${printClock(baked(rollout, now))}/${printClock(stage.bake + rollout.extendedBy)}`;
}

const SHORT: Readonly<Record<Verdict['verdict'], string>> = {
  pass: 'ok',
  fail: 'FAIL',
  undecided: 'undecided',
  'no-data': 'no data',
  'not-applicable': 'not judged',
};

function metricRows(rollout: Rollout): readonly string[] {
  const judged = judgedNow(rollout);
  const stable = stableOf(rollout);
  const cells = judged.map((one) => [
    readOf(one.judge),
    arms(one),
    rule(one, stable),
    `${SHORT[one.verdict.verdict]}${one.verdict.dryRun ? ' (dry run)' : ''}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((row) => widthOf(row[column] ?? ''))));
  return cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function arms({ judge, candidate, baseline, other: name }: Judged): string {
  const other =
    baseline.seen === null && baseline.sample === null ? '' : ` (${name}: ${printArmShort(baseline, judge)})`;
  return printArmShort(candidate, judge) + other;
}

function rule({ judge }: Judged, stable: string): string {
  if (judge.rule.type === 'compare') return `as ${judge.rule.with === 'stable' ? stable : judge.rule.with}`;
  return `${judge.rule.type === 'below' ? '<' : '>'} ${printBound(judge.rule.bound, judge)}`;
}

function beside(left: readonly string[], right: readonly string[], width: number): readonly string[] {
  const room = Math.max(...left.map(widthOf)) + GAP;
  const fits = right.every((row) => room + widthOf(row) <= width);
  if (!fits) return [...left, ...right.map((row) => `  ${row}`)];
  const count = Math.max(left.length, right.length);
  return Array.from({ length: count }, (_, index) => {
    const other = right[index];
    return other === undefined ? (left[index] ?? '') : pad(left[index] ?? '', room) + other;
  });
}

/** One line where the screen cannot be painted again; undefined when nothing durable changed. */
export function plainLine(before: Rollout | undefined, after: Rollout, now: Milliseconds): string | undefined {
  if (happenings(before, after).length === 0) return undefined;
  return `${printSecond(toInstant(now))} ${rolloutTitle(before, after)}`;
}
