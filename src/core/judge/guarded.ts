/**
 * A statistical comparison that has no second arm any more: a regression against what was recorded before, guarded by chance. It fails
 * only where the reading is beyond what is allowed, and the evidence that the version itself is (excess.ts) reaches 1/alpha.
 */
import type { Evidence, JudgeSpec } from '../model/metric.ts';
import { alphaOf } from './alpha.ts';
import { type Excess, evidenceOf, openExcess } from './excess.ts';
import { sizeOf } from './read.ts';
import { SPENT } from './recorded.ts';
import { enoughWanted, keepBudget, neededOf, type Pair, pairOf, readPair, regressed } from './regression.ts';
import { type JudgeRule, NO_STEP, type OpenFold, type Seen, type StepContext } from './rule.ts';
import { FEWEST_WINDOWS } from './sequential/differences.ts';
import { fewestOf } from './sequential/mean.ts';
import { burstWords, sentence } from './sequential/wording.ts';
import { enoughSamples } from './threshold.ts';

/**
 * The budget is divided over the stages with all the traffic, and over those that begin anew: 7/8 of it for the first, an eighth of that
 * for the next, and so on. They share what was recorded, so that their evidence may not be multiplied.
 */
const FIRST = 7 / 8;
const NEXT = 1 / 8;

export const guardedRegression: JudgeRule = {
  key: 'guarded-regression',
  needs: () => ({ candidate: true, baseline: false }),
  start(spec, previous, width): NonNullable<Evidence['extra']> {
    const kept = keepBudget(spec, previous, width);
    const begun = kept[SPENT];
    return { ...kept, [SPENT]: typeof begun === 'number' ? begun + 1 : 0 };
  },
  open,
  verdict(evidence, context): Seen {
    const { spec } = context;
    const pair = comparedWith(evidence, context);
    const { seen, usual, because } = readPair(spec, pair);
    const { log, dispersion, missing } = evidenceOf(evidence, { context, pair });
    const weighed = log + priorOf(evidence);
    const bound = -Math.log(alphaOf(spec));
    const shown = evidence.failedAt === null ? weighed : Math.max(weighed, bound);
    const words = missing === undefined || evidence.failedAt !== null ? sentence(spec, shown) : 'not tested';
    const needed = samplesOf(spec) ?? neededOf(spec, FEWEST_WINDOWS);
    return {
      seen,
      baseline: usual,
      enough: seen !== null && usual !== null && enoughOf(spec, pair),
      because: `${because}: ${words}${burstWords(dispersion)}`,
      ...(missing !== undefined && { missing }),
      ...needed,
    };
  },
};

function open(before: Evidence, context: StepContext): OpenFold {
  const { spec } = context;
  const bound = -Math.log(alphaOf(spec));
  const prior = priorOf(before);
  const excess: Excess = openExcess(before, context);
  let latest = { evidence: before, pair: comparedWith(before, context) };
  const weighed = (): number => prior + excess.log(latest.evidence, latest.pair);
  return {
    step(evidence, answer) {
      const pair = comparedWith(evidence, context);
      latest = { evidence, pair };
      excess.add(answer, pair);
      const worse = regressed(spec, pair);
      if (worse === undefined) return NO_STEP;
      return { breach: worse && weighed() >= bound, enough: enoughOf(spec, pair) };
    },
    logEvidence: weighed,
    keep: () => excess.keep(before.extra),
  };
}

/** ln of this stage's part of the budget. */
function priorOf({ extra }: Evidence): number {
  const begun = extra?.[SPENT];
  return Math.log(FIRST) + (typeof begun === 'number' ? begun : 0) * Math.log(NEXT);
}

/** What was recorded before; windows of the stage itself only where there is nothing else, or where they are what is asked for. */
function comparedWith(evidence: Evidence, context: StepContext): Pair {
  const { rule } = context.spec;
  const past = rule.type === 'compare' && rule.with === 'recorded';
  return pairOf(context.recorded && !past ? { ...evidence, baseline: null } : evidence, context);
}

/** Of means: so many that they are about normal. */
function samplesOf(spec: JudgeSpec): { readonly needed: number } | undefined {
  const isMean = spec.kind === 'mean' || (spec.kind === 'histogram' && spec.read === 'mean');
  return isMean ? { needed: fewestOf({ spec }) } : undefined;
}

function enoughOf(given: JudgeSpec, { candidate, baseline }: Pair): boolean {
  const spec = { ...given, minSamples: samplesOf(given)?.needed ?? given.minSamples };
  if (!enoughSamples(spec, candidate.sample) || !enoughSamples(spec, baseline.sample)) return false;
  if (spec.kind !== 'value') return enoughWanted(spec, { candidate, baseline });
  return [candidate, baseline].every(({ sample }) => (sizeOf(sample) ?? 0) >= FEWEST_WINDOWS);
}
