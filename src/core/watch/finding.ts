/** Triggers and verdicts as findings: what alerts are opened for. */
import type { Verdict } from '../model/metric.ts';
import type { Severity } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import { nameOf, subjectOf } from '../report/subject.ts';
import type { Finding } from './alert.ts';
import type { Watched } from './question.ts';
import type { TriggerVerdict } from './trigger.ts';

/** A dependency belongs to no service: its alert is about itself. */
export function findingOfTrigger(verdict: TriggerVerdict, watched: Watched | undefined): Finding {
  const { trigger, state, severity, because, quiet } = verdict;
  const subject = watched ? `${watched.service}/${watched.environment}` : `dependency/${trigger}`;
  const breach = state === 'firing' || state === 'cooling';
  return {
    subject,
    rule: trigger,
    severity,
    title: `${trigger}: ${subject}`,
    detail: because,
    state: breach ? 'breach' : quiet ? 'quiet' : 'unclear',
  };
}

/**
 * Judges of a rollout: a comparison that failed is as severe as what it shows, another failure high (critical where it rolls
 * back), silence medium. Dry runs and others: undefined.
 */
export function findingOfVerdict(verdict: Verdict, rollout: Rollout): Finding | undefined {
  if (verdict.dryRun || verdict.verdict === 'not-applicable') return undefined;
  const severity = severityOf(verdict);
  return {
    subject: subjectOf(rollout),
    rule: verdict.judge,
    severity: severity ?? 'low',
    title: `${nameOf(rollout)}: ${verdict.judge}`,
    detail: verdict.because,
    state: severity ? 'breach' : verdict.seen === null ? 'unclear' : 'quiet',
  };
}

function severityOf({ verdict, then, severity }: Verdict): Severity | undefined {
  if (verdict === 'no-data') return 'medium';
  if (verdict !== 'fail') return undefined;
  if (severity) return severity;
  if (then === 'notify') return 'medium';
  return then === 'rollback' || then === 'rollback-gradually' ? 'critical' : 'high';
}
