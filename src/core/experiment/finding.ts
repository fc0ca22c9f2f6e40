/** Alerts about running experiments, from the decisions that stand in the state. */
import type { Experiment, ExperimentVerdict } from '../model/experiment.ts';
import type { Finding } from '../watch/alert.ts';
import { treatmentsOf } from './words.ts';

/** What calls a person, in words that follow `experiment KEY: `. */
const ALERTS: Readonly<Partial<Record<ExperimentVerdict, Pick<Finding, 'severity' | 'title'>>>> = {
  'sample-ratio': { severity: 'high', title: 'users do not arrive by the split' },
  'guardrail-lost': { severity: 'high', title: 'a guardrail is lost' },
};

/** What became of the last look at an experiment's numbers. */
export interface Look {
  /** Why they could not be read or judged; absent: they were. */
  readonly problem?: string;
}

/**
 * One finding for each experiment and rule: a breach while it runs and the last decision says so, quiet otherwise; and one on whether
 * its numbers could be read (`looks`, by key; one that was not looked at ends no alert).
 */
export function experimentFindings(
  experiments: Iterable<Experiment>,
  looks: ReadonlyMap<string, Look> = new Map(),
): readonly Finding[] {
  return [...experiments].flatMap((experiment) => [
    ...decided(experiment),
    ...harmed(experiment),
    unread(experiment, looks.get(experiment.key)),
  ]);
}

/** While nobody can look, nobody sees harm either. */
function unread({ key, state }: Experiment, look: Look | undefined): Finding {
  const running = state === 'running';
  return {
    subject: `experiment/${key}`,
    rule: 'numbers',
    severity: 'medium',
    title: `experiment ${key}: its numbers cannot be read`,
    detail: running ? (look?.problem ?? 'they were read') : state,
    state: !running ? 'quiet' : look === undefined ? 'unclear' : look.problem === undefined ? 'quiet' : 'breach',
  };
}

function decided(experiment: Experiment): readonly Finding[] {
  const { key, decision } = experiment;
  return Object.entries(ALERTS).map(([rule, { severity, title }]): Finding => {
    const told = ofDecision(experiment, decision?.verdict === rule);
    return { subject: `experiment/${key}`, rule, severity, title: `experiment ${key}: ${title}`, ...told };
  });
}

/** Of several treatments each has a rule of its own: one that is harmed calls somebody while the others go on. */
function harmed(experiment: Experiment): readonly Finding[] {
  const { key, decision } = experiment;
  const treatments = treatmentsOf(experiment);
  if (treatments.length < 2) return [];
  return treatments.map((variant): Finding => {
    const holds = decision?.verdict !== 'guardrail-lost' && decision?.harmed?.includes(variant) === true;
    return {
      subject: `experiment/${key}`,
      rule: `guardrail-lost-${variant}`,
      severity: 'high',
      title: `experiment ${key}: a guardrail of ${variant} is lost`,
      ...ofDecision(experiment, holds),
    };
  });
}

function ofDecision({ state, decision }: Experiment, holds: boolean): Pick<Finding, 'detail' | 'state'> {
  const detail = state === 'running' ? (decision?.because ?? 'nothing was decided yet') : state;
  return { detail, state: state === 'running' && holds ? 'breach' : 'quiet' };
}
