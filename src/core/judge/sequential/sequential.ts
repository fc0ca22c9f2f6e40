/**
 * `sequential`: the candidate against the stable version, right at any number of looks. The evidence that it is worse than allowed is a
 * product over windows and stages whose mean is at most 1 while the candidate is no worse; the judge fails where it reaches 1/alpha,
 * which by Ville's inequality happens with a chance of at most alpha, however often and whenever anybody looks.
 */
import type { Evidence, JudgeSpec } from '../../model/metric.ts';
import type { Milliseconds } from '../../model/time.ts';
import { alphaOf } from '../alpha.ts';
import { compared } from '../compared.ts';
import { keepRecorded } from '../recorded.ts';
import { type JudgeRule, NO_STEP, type OpenFold, type Seen, type Step, type StepContext } from '../rule.ts';
import { sampleRatioOff } from '../sample-ratio.ts';
import { enoughSamples } from '../threshold.ts';
import { atBestWords, openShares } from './at-best.ts';
import { type Bets, betsOf, logEvidence, reaches, withBets } from './bets.ts';
import { carriedOn } from './dispersion.ts';
import { marginsOf } from './margin.ts';
import { neededFor } from './mean.ts';
import { comparedWords, missingOf } from './missing.ts';
import { proportionsSoFar } from './proportion.ts';
import { isExact, testerOf } from './testers.ts';
import { burstWords, sentence } from './wording.ts';

export const sequential: JudgeRule = {
  key: 'sequential',
  needs: () => ({ candidate: true, baseline: true }),
  start,
  open,
  verdict(evidence, context): Seen {
    const { spec } = context;
    const { seen, baseline, because } = compared(evidence, context);
    const bets = betsOf(evidence);
    const dispersion = bets?.dispersion ?? 1;
    const now = bets ? logEvidence(bets.logs, marginsOf(spec).length) / dispersion : 0;
    const shown = evidence.failedAt === null ? now : Math.max(now, bets?.peak ?? now);
    const off = sampleRatioOff(evidence, context);
    const missing = missingOf(spec, evidence, bets);
    const words = missing === undefined || evidence.failedAt !== null ? sentence(spec, shown) : 'not tested';
    return {
      seen,
      baseline,
      enough: seen !== null && baseline !== null && enoughOf(spec, evidence),
      needed: neededOf(spec, evidence),
      because: `${because}: ${words}${burstWords(dispersion)}${comparedWords(spec, evidence, bets)}${atBestWords(spec, evidence)}`,
      ...(missing !== undefined && { missing }),
      ...(off !== undefined && evidence.failedAt === null && { withheld: off }),
    };
  },
};

/** Means count only from their own least number on, so that a pass says as much as it seems to. */
function neededOf(spec: JudgeSpec, evidence: Evidence): number {
  return isExact(spec) ? spec.minSamples : neededFor(spec, evidence);
}

function enoughOf(spec: JudgeSpec, evidence: Evidence): boolean {
  const { candidate, baseline } = evidence;
  const needed = { ...spec, minSamples: neededOf(spec, evidence) };
  return enoughSamples(needed, candidate) && enoughSamples(needed, baseline);
}

/** The product goes on, and what was learnt is kept; boundaries and differences are the stage's own. */
function start(spec: JudgeSpec, previous: Evidence | undefined, width: Milliseconds): NonNullable<Evidence['extra']> {
  const extra = keepRecorded(spec, previous, width);
  const bets = previous && betsOf(previous);
  if (!bets) return extra;
  const isProportion = spec.kind === 'proportion';
  return withBets(extra, {
    logs: bets.logs,
    earlier: isProportion ? proportionsSoFar(previous, bets.earlier) : bets.logs,
    ...(isProportion && bets.marks && { marks: bets.marks }),
    ...(bets.spread && { spread: carriedOn(bets.spread) }),
  });
}

function open(before: Evidence, context: StepContext): OpenFold {
  const kept = betsOf(before);
  const margins = marginsOf(context.spec);
  const tester = testerOf({ context, margins, bets: kept });
  const shares = openShares({ before, kept, context, margins, plain: tester });
  const hypotheses = margins.length;
  const bound = -Math.log(alphaOf(context.spec));
  let peak = kept?.peak;
  const dispersion = (): number => tester.dispersion?.() ?? 1;
  const weighed = (): number => logEvidence(tester.logs, hypotheses) / dispersion();
  return {
    step(evidence, answer): Step {
      shares.add(evidence, answer);
      tester.add(evidence, answer);
      if (!reaches(tester.logs, hypotheses, bound)) return NO_BREACH;
      if (!reaches(tester.logs, hypotheses, bound * dispersion())) return NO_BREACH;
      if (shares.off() && !shares.reaches(bound * dispersion())) return NO_STEP;
      peak = Math.max(peak ?? bound, weighed());
      return BREACH;
    },
    logEvidence: weighed,
    keep(): NonNullable<Evidence['extra']> {
      const bets: Bets = {
        logs: tester.logs,
        ...(kept?.earlier && { earlier: kept.earlier }),
        ...tester.keep?.(),
        ...shares.keep(),
        ...(dispersion() > 1 && { dispersion: dispersion() }),
        ...(peak !== undefined && { peak }),
      };
      return withBets(before.extra, bets);
    },
  };
}

const BREACH: Step = { breach: true, enough: true };
const NO_BREACH: Step = { breach: false, enough: true };
