/** What a judge says of a stage at one look. */
import type { Action, Evidence, JudgeSpec, Verdict } from '../model/metric.ts';
import { MINUTE, type Milliseconds, toInstant } from '../model/time.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { printCount, printSpan } from '../report/words.ts';
import { notApplicable } from './applicable.ts';
import { sizeOf } from './read.ts';
import { recordedOf } from './recorded.ts';
import { WAYS_OUT } from './sample-ratio.ts';
import { type Effect, severityOf } from './severity.ts';
import { type Seen, ruleKeyOf } from './rule.ts';
import { judgeRules } from './rules.ts';
import { unusableOf, unusableWords } from './usable.ts';
import { nameReading } from './wording.ts';

type Word = Verdict['verdict'];

/** A source that should answer and gave nothing for so many closed windows is silent. */
export const SILENT_WINDOWS = 3;
/** A stage passes only when at least this share of its windows was judged. */
const COVERAGE = 0.9;

export interface VerdictFacts {
  readonly stage: string;
  readonly exposedAt: Milliseconds;
  readonly width: Milliseconds;
  /** All windows of the stage. */
  readonly windows: number;
  /** How many are closed for this judge: of those, and of later ones that are watched while held. */
  readonly closed: number;
  /** The bake is over and its last window is closed. */
  readonly ended: boolean;
  readonly candidateWeight: Weight;
  /** The share of the arm that is compared with; absent: all the rest. */
  readonly stableWeight?: Weight;
  /** The stage had that weight from its first window on. */
  readonly steady?: boolean;
  /** Windows of the stage as planned. */
  readonly planned?: number;
  readonly now: Milliseconds;
  readonly hasStable?: boolean;
  readonly perVersion?: boolean;
  /** The source answers, or was not asked this time: windows that wait say nothing about it. */
  readonly catchingUp?: boolean;
}

/**
 * Failed stays failed. Arms whose shares of traffic are off fail as well, and pause at most: they cannot be compared. `no-data` where
 * a source that should answer was silent for three closed windows. At the end of the bake `pass` if enough samples were seen and nine windows in ten were judged; `undecided` otherwise, and before the end.
 */
export function verdict(spec: JudgeSpec, evidence: Evidence | undefined, facts: VerdictFacts): Verdict {
  const own = evidence?.stage === facts.stage ? evidence : undefined;
  const [word, because, seen] = decide(spec, { own, facts, recorded: hasRecord(evidence, own) });
  const isShown = word === 'fail' && seen && spec.rule.type === 'compare';
  const withheld = word === 'fail' && own?.failedAt === null;
  const shown = isShown ? severityOf(spec, { ...seen, ...effectOf(own, facts) }) : undefined;
  const severity = withheld ? 'high' : shown;
  return {
    judge: spec.id,
    verdict: word,
    then: withheld && !MILD.includes(spec.then) ? 'pause' : spec.then,
    dryRun: spec.dryRun,
    because,
    samples: own ? (sizeOf(own.candidate) ?? own.answered) : 0,
    seen: seen?.seen ?? null,
    baseline: seen?.baseline ?? null,
    ...(severity && { severity }),
    until: toInstant(facts.exposedAt + (own?.folded ?? 0) * facts.width),
  };
}

/** What a severity is read of beside the two numbers. */
function effectOf(
  evidence: Evidence | undefined,
  { candidateWeight, stableWeight = WHOLE - candidateWeight }: VerdictFacts,
): Pick<Effect, 'evidence' | 'weights'> {
  return { ...(evidence && { evidence }), weights: { candidate: candidateWeight, baseline: stableWeight } };
}

/** What is no more than this stays as it is where arms cannot be compared; all else becomes a pause, at once. */
const MILD: readonly Action[] = ['notify', 'disable-flags', 'pause'];

type Decided = readonly [word: Word, because: string, seen?: Seen | undefined];

interface DecideOptions {
  readonly own: Evidence | undefined;
  readonly facts: VerdictFacts;
  readonly recorded: boolean;
}
function decide(spec: JudgeSpec, { own, facts, recorded }: DecideOptions): Decided {
  const { candidateWeight: weight, width, windows } = facts;
  const rule = judgeRules[ruleKeyOf(spec, weight)];
  const { steady = true, planned = windows, stableWeight = WHOLE - weight } = facts;
  const context = { spec, width, weight, stableWeight, steady, planned };
  const seen = own && rule.verdict(own, { ...context, recorded: recordedOf(own) });
  if (seen && own.failedAt !== null) return ['fail', seen.because, seen];
  const reason = notApplicable(spec, {
    weight,
    hasStable: facts.hasStable ?? true,
    perVersion: facts.perVersion ?? spec.perVersion,
    recorded,
  });
  if (reason !== undefined) return ['not-applicable', seen ? `${seen.because}; ${reason}` : reason, seen];
  if (windows === 0) return ['not-applicable', 'the stage has no time to be judged in'];
  const odd = own && unusableOf(own);
  if (isSilent(own, facts)) {
    const silence = `${spec.source} says nothing about ${nameReading(spec)}`;
    return ['no-data', odd ? `${silence}: ${unusableWords(odd)}` : silence, seen];
  }
  if (!seen) return ['undecided', `${nameReading(spec)}: no window is closed yet`];
  if (seen.withheld !== undefined) return ['fail', `${seen.because}; ${seen.withheld}; ${WAYS_OUT}`, seen];
  return facts.ended ? atTheEnd(own, seen, { facts, spec }) : ['undecided', seen.because, seen];
}

function atTheEnd(
  own: Evidence,
  seen: Seen,
  { facts, spec }: { readonly facts: VerdictFacts; readonly spec: JudgeSpec },
): Decided {
  const { windows } = facts;
  const judged = Math.min(own.answered, windows);
  if (own.folded < windows || judged < COVERAGE * windows) {
    const odd = unusableOf(own);
    const few = `${seen.because}; only ${judged} of ${windows} windows were judged`;
    return ['undecided', odd ? `${few}, ${unusableWords(odd)}` : few, seen];
  }
  if (seen.missing !== undefined) return ['undecided', `${seen.because}; ${seen.missing}`, seen];
  return seen.enough
    ? ['pass', seen.because, seen]
    : ['undecided', `${seen.because}; ${lacking(own, seen.needed ?? spec.minSamples, facts)}`, seen];
}

/** What a pass lacks, and how much longer that takes at the present pace of the slower arm. */
function lacking(own: Evidence, needed: number, { width }: VerdictFacts): string {
  const arms = own.baseline === null ? [own.candidate] : [own.candidate, own.baseline];
  const sizes = arms.map(sizeOf).filter((size) => size !== null);
  const size = sizes.length === 0 ? own.answered : Math.min(...sizes);
  const has = `${printCount(size)} samples, ${printCount(needed)} are needed`;
  if (size >= needed) return 'too little was seen';
  if (!(size > 0)) return has;
  return `${has}: about ${printSpan(roundedUp(((needed - size) / size) * own.answered * width))} more at this pace`;
}

/** To whole windows of a minute: it is a forecast. */
function roundedUp(length: Milliseconds): Milliseconds {
  return Math.ceil(length / MINUTE) * MINUTE;
}

/**
 * Windows in a row without an answer, with those that closed and for which the source could not be asked.
 * At the end one such window is enough: without it nobody can say that the stage passed.
 */
function isSilent(own: Evidence | undefined, { closed, windows, ended, catchingUp }: VerdictFacts): boolean {
  const missing = Math.max(0, closed - (own?.folded ?? 0));
  if (ended && missing > 0) return true;
  const waiting = catchingUp ? 0 : missing;
  return (own?.silent ?? 0) + waiting >= Math.min(SILENT_WINDOWS, windows);
}

/** Kept from before: by this stage's evidence, or by that of the stage before, which this one will begin with. */
function hasRecord(evidence: Evidence | undefined, own: Evidence | undefined): boolean {
  if (!evidence) return false;
  return recordedOf(evidence) !== undefined || (own === undefined && evidence.baseline !== null);
}
