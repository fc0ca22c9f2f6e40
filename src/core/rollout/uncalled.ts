/** Calls for a job that came to nothing: a person is asked. */
import type { Rollout, Wake } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { subjectOf } from '../report/subject.ts';
import type { Finding } from '../watch/alert.ts';
import { shortId } from './changes.ts';
import { hasEnded } from './input.ts';
import { isPauseOver, isRefused, MOST_TRIES } from './wake.ts';

const RULE = 'no-job';

/**
 * One finding for each pair or flag that moves or has such an alert: a breach where somebody was called for three times and what waits
 * for him waits on, or where reviewers refused the job.
 */
export function uncalledFindings(
  { rollouts, alerts }: Pick<State, 'rollouts' | 'alerts'>,
  now: number,
): readonly Finding[] {
  const open = [...rollouts.values()].filter((one) => !hasEnded(one));
  const known = [...alerts.values()].flatMap(({ rule, subject }) => (rule === RULE ? [subject] : []));
  const subjects = new Set([...open.map(subjectOf), ...known]);
  return [...subjects].map((subject) => {
    const said = open.filter((one) => subjectOf(one) === subject).flatMap((one) => why(one, now));
    const [first] = said;
    return {
      subject,
      rule: RULE,
      severity: 'high',
      title: `${subject}: ${first?.title ?? 'no job comes'}`,
      detail: first?.detail ?? 'nothing waits for a job that was called for in vain',
      state: first ? 'breach' : 'quiet',
    };
  });
}

type Said = Pick<Finding, 'title' | 'detail'>;

function why(rollout: Rollout, now: number): readonly Said[] {
  const { hold, operations } = rollout;
  const id = shortId(rollout);
  if (isRefused(rollout)) return [{ title: 'reviewers said no', detail: `${id}: ${hold?.reason ?? ''}` }];
  const pending = operations.flatMap(({ state, purpose, wake }) =>
    state === 'pending' && isInVain(wake, now) ? [{ what: `${purpose} (${id})`, wake }] : [],
  );
  const held =
    hold?.kind === 'job' && isInVain(hold.wake, now) ? [{ what: `${id}: ${hold.reason}`, wake: hold.wake }] : [];
  return [...pending, ...held].map(({ what, wake }) => ({
    title: `no job comes, after ${wake?.tries ?? 0} calls`,
    detail: `${what}; start ${wake?.workflow ?? 'its workflow'} by hand, or see why it does not run`,
  }));
}

/** The way back is called for on and on: of that the next call is as good as the end of the wait for this one. */
function isInVain(wake: Wake | undefined, now: number): boolean {
  if (!wake || wake.tries < MOST_TRIES) return false;
  return wake.tries > MOST_TRIES || isPauseOver(wake, now);
}
