/** What a plan can see, for a report. */
import { often } from '../judge/forecast/often.ts';
import type { FewWindows } from '../judge/forecast/few-windows.ts';
import type { ByChance } from '../judge/forecast/by-chance.ts';
import { OFTEN, type OutOfReach, type Sight, type Traffic } from '../judge/forecast/sight.ts';
import { nameReading, printBound } from '../judge/wording.ts';
import type { PlannedStage } from '../model/plan.ts';
import { printDuration } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import type { Block } from './report.ts';
import { printCount } from './words.ts';

/** `At about 20 requests/s, as given, canary sees about 300 requests; ...`, then what is out of reach. */
export function sightRemarks(sight: Sight, traffic: Traffic): readonly string[] {
  const [first, ...others] = sight.sentences;
  if (first === undefined) return [];
  const known = `At ${printPerSecond(traffic.perSecond)}, ${traffic.from}, ${first}`;
  return [known, ...others, ...sight.outOfReach.map(outOfReachWords), ...sight.byChance.map(byChanceWords)];
}

/** `errors below 1% would be crossed by chance in about 34% of rollouts that are no worse than usual: below 1.4% hardly ever is`. */
export function byChanceWords({ judge, chance, bound }: ByChance): string {
  const { rule } = judge;
  if (rule.type === 'compare') return '';
  const name = `\`${nameReading(judge)} ${rule.type} ${printBound(rule.bound, judge)}\``;
  const share = chance >= 0.995 ? 'nearly all' : `about ${Math.round(chance * 100)}% of the`;
  const better =
    bound === undefined ? 'compare with the stable version instead' : `write ${rule.type} ${printBound(bound, judge)}`;
  return `${name} would be crossed by chance in ${share} rollouts that are no worse than usual: ${better}`;
}

/** `stage canary brings about 300 samples, and `errors below 1%` asks for 500: bake 9m, or 9% of the traffic`. */
export function outOfReachWords({ stage, judges, samples, minSamples, bake, weight }: OutOfReach): string {
  const larger = weight === undefined ? '' : `, or ${printPercent(weight)} of the traffic`;
  const [first, ...others] = judges;
  const who = others.length === 0 ? `\`${first}\` asks` : `\`${first}\` and ${others.length} more ask`;
  return `stage ${stage} brings about ${samples} samples, and ${who} for ${minSamples}: bake ${printDuration(bake)}${larger}`;
}

/** `stage canary has 6 windows, and `cpu compare stable` is not tested before 20: bake 4m, or give it a bound`. */
export function fewWindowsWords({ stage, judges, windows, needed, bake }: FewWindows): string {
  const [first, ...others] = judges;
  const who = others.length === 0 ? `\`${first}\` is` : `\`${first}\` and ${others.length} more are`;
  return `stage ${stage} has ${windows} windows, and ${who} not tested before ${needed}: bake ${printDuration(bake)}, or give it a bound (\`below\`, \`above\`)`;
}

/** Two digits: it is a forecast. */
function printPerSecond(perSecond: number): string {
  return `about ${printCount(Number(perSecond.toPrecision(2)))} requests/s`;
}

/** Judge by judge: how often so many times the errors are noticed in each stage, and how often nothing is called something. */
export function sightTable(sight: Sight, stages: readonly PlannedStage[]): Block | undefined {
  if (sight.judges.length === 0) return undefined;
  const rows = sight.judges.flatMap(({ judge, noticed, falseAlarm, smallest, tenfold = 0 }) => {
    const shift = smallest === undefined ? 'not even ten times worse' : `${smallest.toFixed(2)} times worse`;
    const alarm = often(falseAlarm);
    const altogether = often(smallest === undefined ? tenfold : OFTEN);
    if (noticed.length === 0) return [[judge, shift, ...stages.map(() => ''), altogether, alarm]];
    return noticed.map(({ worse, byStage, whole }) => [
      judge,
      `${worse} times the errors`,
      ...stages.map((_, index) => often(byStage[index] ?? 0)),
      often(whole),
      alarm,
    ]);
  });
  const columns = ['judge', 'notices', ...stages.map(({ name }) => `in ${name}`), 'altogether', 'false alarm'];
  return { type: 'table', columns: columns.map((title) => ({ title })), rows };
}
