/** Every rule a judge can have; a new one is added here. */
import { regression } from './regression.ts';
import { keepRecorded } from './recorded.ts';
import type { JudgeRule, RuleKey, Seen } from './rule.ts';
import { readSample } from './read.ts';
import { threshold } from './threshold.ts';
import { nameReading, printSeen } from './wording.ts';

export const judgeRules: Readonly<Record<RuleKey, JudgeRule>> = {
  threshold,
  regression,
  sequential: collecting('sequential'),
  'mann-whitney': collecting('mann-whitney'),
};

/** A method that is not built yet: both arms are summed, shown and kept for the stage with all the traffic. */
function collecting(key: 'sequential' | 'mann-whitney'): JudgeRule {
  return {
    key,
    later: `the method ${key} comes with a later version`,
    needs: () => ({ candidate: true, baseline: true }),
    start: keepRecorded,
    step: () => ({ breach: undefined, enough: true }),
    verdict(evidence, { spec, width }): Seen {
      const span = evidence.answered * width;
      const seen = readSample(evidence.candidate, spec.read, span);
      const baseline = readSample(evidence.baseline, spec.read, span);
      const stable = printSeen(baseline, evidence.baseline, spec);
      const because = `${nameReading(spec)} ${printSeen(seen, evidence.candidate, spec)} against ${stable}`;
      return { seen, baseline, enough: true, because };
    },
  };
}
