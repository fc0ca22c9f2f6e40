/** What a judge says, in sentences with numbers: what was seen, when it failed, what would change it. */
import { alphaOf } from '../judge/alpha.ts';
import { printBound } from '../judge/wording.ts';
import type { Verdict } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toInstant } from '../model/time.ts';
import { growingSince, growthOf } from './growth.ts';
import { failedWindow } from './harm.ts';
import { readOf } from './numbers.ts';
import { stableOf } from './subject.ts';
import { paceWords } from './pace.ts';
import { type Judged, ruleWords } from './verdicts.ts';
import { printCount, printMoment, printSecond } from './words.ts';

const IMPORTANCE: readonly Verdict['verdict'][] = ['fail', 'no-data', 'undecided', 'pass', 'not-applicable'];

/** What decides first: failures, then what holds it up, then what is well; of each those that count before those that watch. */
export function byImportance(judged: readonly Judged[]): readonly Judged[] {
  const rank = ({ verdict }: Judged): number =>
    2 * IMPORTANCE.indexOf(verdict.verdict) + Number(verdict.dryRun || verdict.then === 'notify');
  return judged.toSorted((one, other) => rank(one) - rank(other));
}

/** `error-rate, below 1%: pass. errors 0.40% (16 of 4,020) ... It fails at 1% and more.` */
export function sentences(one: Judged, rollout: Rollout, now: Milliseconds): string {
  const { judge, verdict } = one;
  const rule = `${readOf(judge)}, ${ruleWords(judge, stableOf(rollout), one.weight)}`;
  const seen = verdict.until === '' ? '' : ` Numbers until ${printMoment(verdict.until, now)}.`;
  const dry = verdict.dryRun ? ' It only watches (dry run).' : '';
  const parts = [full(verdict.because), ...failure(one, rollout), whatWouldChange(one, rollout, now)];
  return `${rule}: ${verdict.verdict}. ${parts.join(' ')}${seen}${dry}`;
}

/** Severity, the window at which it failed, and since when its evidence grew. */
function failure(one: Judged, rollout: Rollout): readonly string[] {
  const { verdict, evidence } = one;
  const window = evidence && failedWindow(rollout, evidence);
  const growth = growthOf(rollout, one);
  const since = growth && growingSince(growth);
  const grown = since === undefined ? '' : `; its evidence has grown since ${clock(since)}`;
  if (verdict.verdict !== 'fail')
    return since === undefined ? [] : [`Its evidence has been above 1 since ${clock(since)}.`];
  return [
    ...(verdict.severity === undefined ? [] : [`Severity ${verdict.severity}.`]),
    ...(window === undefined
      ? []
      : [`It failed at window ${window.number} (${clock(window.from)} to ${clock(window.until)} UTC)${grown}.`]),
  ];
}

function clock(at: Milliseconds): string {
  return printSecond(toInstant(at));
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

function whatWouldChange(one: Judged, rollout: Rollout, now: Milliseconds): string {
  const { judge, verdict } = one;
  switch (verdict.verdict) {
    case 'pass':
      return `${failsWhen(one)}; then ${WORDS[verdict.then]}.`;
    case 'fail':
      return verdict.dryRun || verdict.then === 'notify'
        ? 'A judge that failed stays failed for this stage.'
        : 'It stays failed until a person resumes or promotes; then only what comes later counts.';
    case 'undecided': {
      const pace = judge.rule.type === 'compare' ? paceWords(one, rollout, now) : [];
      if (pace.length > 0) return [`${failsWhen(one)}.`, ...pace].join(' ');
      return verdict.samples < judge.minSamples
        ? `${printCount(judge.minSamples - verdict.samples)} more samples decide it (${printCount(verdict.samples)} of ${printCount(judge.minSamples)}).`
        : `${failsWhen(one)}; else it passes when its last window is closed.`;
    }
    case 'no-data':
      return `An answer from ${judge.source} would change it.`;
    case 'not-applicable':
      return 'It needs traffic on both arms, and metrics that tell them apart; it is shown and not counted.';
  }
}

function failsWhen({ judge, candidate }: Judged): string {
  const { rule } = judge;
  if (rule.type === 'compare') return `It fails when ${compared(judge)}`;
  const bound = printBound(rule.bound, judge);
  const edge = rule.type === 'below' ? `It fails at ${bound} and more` : `It fails at ${bound} and less`;
  const { sample } = candidate;
  if (rule.type === 'above' || sample?.kind !== 'proportion') return edge;
  const more = Math.ceil(rule.bound * sample.total) - sample.bad;
  return more > 0 ? `${edge} (${printCount(more)} more bad of the same ${printCount(sample.total)})` : edge;
}

/** A comparison spends its share of the rollout's false-rollback budget, and no more, however often it is looked at. */
function compared(judge: Judged['judge']): string {
  const { rule } = judge;
  const alpha = alphaOf(judge);
  const share = `${Number((100 * alpha).toPrecision(3))}%`;
  const budget = `its share of the false-rollback budget is ${share}`;
  return rule.type === 'compare' && rule.method === 'sequential'
    ? `the evidence reaches ${printCount(Math.round(1 / alpha))} (${budget})`
    : `the candidate is shown to be worse (${budget})`;
}
