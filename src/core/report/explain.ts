/** Why a rollout stands where it does: the verdicts in sentences, and what would change them. */
import { printBound } from '../judge/wording.ts';
import type { Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';
import { weightChart } from './chart.ts';
import { nextCommands } from './next.ts';
import { readOf } from './numbers.ts';
import type { Block, Report } from './report.ts';
import { headline, holdLine } from './rollout.ts';
import { stageTable } from './stages.ts';
import { stableOf } from './subject.ts';
import { type Judged, judgedNow, ruleWords, verdictTable } from './verdicts.ts';
import { wayBack } from './way-back.ts';
import { moodOfPhase, printCount, printMoment } from './words.ts';

/** The explanation of a rollout: sentences with the numbers seen, a chart of its share, and what may be done. */
export function explainReport(rollout: Rollout, now: Milliseconds): Report {
  const judged = judgedNow(rollout);
  const reasons = whyNotOn(rollout, now);
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: headline(rollout), mood: moodOfPhase(rollout.phase, rollout.hold !== undefined) },
    listOf(wayBack(rollout, now)),
    reasons.length > 0 ? { type: 'list', items: reasons } : undefined,
    judged.length > 0 ? { type: 'list', items: judged.map((one) => sentences(one, rollout, now)) } : silence(rollout),
    verdictTable(rollout),
    stageTable(rollout, now),
    weightChart(rollout, now),
    { type: 'buttons', buttons: nextCommands(rollout).filter((button) => !button.command.startsWith('explain')) },
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

/** Both arms side by side, nothing else: what `metrics` answers. */
export function metricsReport(rollout: Rollout): Report {
  return { blocks: [{ type: 'heading', text: headline(rollout) }, verdictTable(rollout) ?? silence(rollout)] };
}

function listOf(items: readonly string[]): Block | undefined {
  return items.length === 0 ? undefined : { type: 'list', items };
}

function silence(rollout: Rollout): Block {
  const judges = rollout.plan.stages[rollout.stage]?.judges.length ?? 0;
  const text = judges === 0 ? 'No judge watches this stage.' : `None of the stage's judges has spoken yet (${judges}).`;
  return { type: 'text', text };
}

function whyNotOn(rollout: Rollout, now: Milliseconds): readonly string[] {
  const closed = rollout.gates.filter((gate) => gate.answer === 'no' || gate.answer === 'wait');
  return [
    ...(rollout.hold ? [holdLine(rollout, now)] : []),
    ...closed.map((gate) => `The gate ${gate.gate} says ${gate.answer}: ${gate.detail}`),
    ...Object.entries(rollout.fired).map(([trigger, at]) => `The trigger ${trigger} fired at ${printMoment(at, now)}.`),
  ];
}

/** `error-rate, below 1%: pass. errors 0.40% (16 of 4,020) ... It fails at 1% and more.` */
function sentences(one: Judged, rollout: Rollout, now: Milliseconds): string {
  const { judge, verdict } = one;
  const rule = `${readOf(judge)}, ${ruleWords(judge, stableOf(rollout))}`;
  const seen = verdict.until === '' ? '' : ` Numbers until ${printMoment(verdict.until, now)}.`;
  const dry = verdict.dryRun ? ' It only watches (dry run).' : '';
  return `${rule}: ${verdict.verdict}. ${full(verdict.because)} ${whatWouldChange(one)}${seen}${dry}`;
}

function full(because: string): string {
  return /[.!?]$/.test(because) ? because : `${because}.`;
}

const WORDS: Readonly<Record<Verdict['then'], string>> = {
  notify: 'people are told',
  pause: 'the rollout is held',
  reduce: 'its traffic is halved',
  rollback: 'it is rolled back',
  'rollback-gradually': 'it is rolled back step by step',
  'disable-flags': 'flags are switched off',
};

function whatWouldChange(one: Judged): string {
  const { judge, verdict } = one;
  switch (verdict.verdict) {
    case 'pass':
      return `${failsWhen(one)}; then ${WORDS[verdict.then]}.`;
    case 'fail':
      return 'A judge that failed stays failed for this stage.';
    case 'undecided':
      return verdict.samples < judge.minSamples
        ? `${printCount(judge.minSamples - verdict.samples)} more samples decide it (${printCount(verdict.samples)} of ${printCount(judge.minSamples)}).`
        : 'Its last window is not closed yet.';
    case 'no-data':
      return `An answer from ${judge.source} would change it.`;
    case 'not-applicable':
      return 'It needs traffic on both arms, and metrics that tell them apart; it is shown and not counted.';
  }
}

function failsWhen({ judge, candidate }: Judged): string {
  const { rule } = judge;
  if (rule.type === 'compare') return 'It fails when the candidate is shown to be worse';
  const bound = printBound(rule.bound, judge);
  const edge = rule.type === 'below' ? `It fails at ${bound} and more` : `It fails at ${bound} and less`;
  const { sample } = candidate;
  if (rule.type === 'above' || sample?.kind !== 'proportion') return edge;
  const more = Math.ceil(rule.bound * sample.total) - sample.bad;
  return more > 0 ? `${edge} (${printCount(more)} more bad of the same ${printCount(sample.total)})` : edge;
}
