/** Comments on the pull requests of a release: one that is edited, and a new one for what needs a person. */
import type { Rollout } from '../../../core/model/rollout.ts';
import { rolloutReport } from '../../../core/report/rollout.ts';
import { awaitedStage } from '../../../core/report/subject.ts';
import type { Notice } from '../../../ports/channel.ts';
import { pullsOf } from './pulls.ts';
import type { Showing } from './showing.ts';

/** False: the progress comment was edited a moment ago, and waits for its turn. */
export async function showComments(showing: Showing): Promise<boolean> {
  const { options, shown } = showing;
  const { after, notices } = shown;
  if (after.subject.type !== 'release' || notices.length + (shown.before ? 1 : 0) === 0) return true;
  const pulls = await pullsOf(showing, after.subject.release.commit);
  if (pulls.length === 0) return true;
  const whole = await showProgress(showing, pulls);
  for (const notice of notices) {
    const called = asksPeople(notice, after);
    if (called === undefined) continue;
    const marker = `${after.id} ${notice.event} ${momentOf(notice, after)}`;
    await tell(showing, { pulls, marker, body: options.markdown(notice.report, mentions(called, options.owner)) });
  }
  return whole;
}

/** Edits notify nobody, and are rare: GitHub takes 80 writes a minute for everything. */
async function showProgress({ options, memory, shown, last }: Showing, pulls: readonly number[]): Promise<boolean> {
  const { after, at, notices } = shown;
  const now = options.clock.now();
  const since = memory.edited.get(after.id);
  const isDue = since === undefined || now - since >= options.progress || now < since;
  if (!isDue && !last && notices.length === 0) return false;
  const body = options.markdown(rolloutReport(after, at), []);
  for (const number of pulls) await options.forge.talk.stick(number, { marker: after.id, body });
  memory.edited.set(after.id, now);
  return true;
}

interface Told {
  readonly pulls: readonly number[];
  readonly marker: string;
  readonly body: string;
}

/** By a marker of its own: the same question is never asked twice, whoever asks. */
async function tell({ options, memory }: Showing, { pulls, marker, body }: Told): Promise<void> {
  if (memory.told.has(marker)) return;
  for (const number of pulls) await options.forge.talk.stick(number, { marker, body });
  memory.told.add(marker);
}

/** Who is called by a new comment, as the policy names them; undefined: the progress comment says enough. */
function asksPeople({ event }: Notice, after: Rollout): readonly string[] | undefined {
  const { hold, phase } = after;
  if (event === 'rolled-back' || (event === 'failed' && phase === 'failed')) return [];
  if (event !== 'waiting' || !hold) return undefined;
  if (hold.kind === 'approval') return awaitedStage(after)?.approvals?.from ?? [];
  return hold.kind !== 'gate' && hold.kind !== 'job' && hold.by.kind === 'sluice' ? [] : undefined;
}

function momentOf({ event }: Notice, { hold, phaseSince }: Rollout): string {
  return event === 'waiting' ? (hold?.since ?? phaseSince) : phaseSince;
}

/** `team:web-leads` below the owner, `user:alice`; roles cannot be called. */
function mentions(from: readonly string[], owner: string): readonly string[] {
  return from.flatMap((who) => {
    const [kind, name = ''] = who.split(':');
    if (kind === 'team') return [name.includes('/') ? name : `${owner}/${name}`];
    return kind === 'user' ? [name] : [];
  });
}
