/** The check `sluice / deployed` on a release's commit: whether it is live. */
import type { Rollout } from '../model/rollout.ts';
import { headline } from './rollout.ts';

export const DEPLOYED = 'sluice / deployed';

export interface DeployedCheck {
  readonly sha: string;
  /** States are GitHub's. */
  readonly state: 'queued' | 'in_progress' | 'success' | 'failure' | 'cancelled';
  readonly title: string;
}

const STATES: Readonly<Record<Rollout['phase'], DeployedCheck['state']>> = {
  queued: 'queued',
  preparing: 'queued',
  deploying: 'in_progress',
  validating: 'in_progress',
  exposing: 'in_progress',
  provisional: 'success',
  completed: 'success',
  'rolling-back': 'in_progress',
  'rolled-back': 'failure',
  cancelled: 'cancelled',
  failed: 'failure',
};

/** Undefined: no release's rollout, or nothing that the check says has changed. */
export function deployedCheck(before: Rollout | undefined, after: Rollout): DeployedCheck | undefined {
  const { subject, kind, phase } = after;
  if (subject.type !== 'release' || (kind !== 'deploy' && kind !== 'rollback')) return undefined;
  if (before && STATES[before.phase] === STATES[phase]) return undefined;
  return { sha: subject.release.commit, state: STATES[phase], title: headline(after) };
}
