/** Alerts about running experiments, from the decisions that stand in the state. */
import type { Experiment, ExperimentVerdict } from '../model/experiment.ts';
import type { Finding } from '../watch/alert.ts';

/** What calls a person, in words that follow `experiment KEY: `. */
const ALERTS: Readonly<Partial<Record<ExperimentVerdict, Pick<Finding, 'severity' | 'title'>>>> = {
  'sample-ratio': { severity: 'high', title: 'users do not arrive by the split' },
  'guardrail-lost': { severity: 'high', title: 'a guardrail is lost' },
};

/** One finding for each experiment and rule: a breach while it runs and the last decision says so, quiet otherwise. */
export function experimentFindings(experiments: Iterable<Experiment>): readonly Finding[] {
  return [...experiments].flatMap(({ key, state, decision }) =>
    Object.entries(ALERTS).map(([rule, { severity, title }]): Finding => {
      const isBreach = state === 'running' && decision?.verdict === rule;
      return {
        subject: `experiment/${key}`,
        rule,
        severity,
        title: `experiment ${key}: ${title}`,
        detail: isBreach
          ? decision.because
          : state === 'running'
            ? (decision?.because ?? 'nothing was decided yet')
            : state,
        state: isBreach ? 'breach' : 'quiet',
      };
    }),
  );
}
