/** Commits of the state branch, looked up by what people type. */
import { type Decision, refuse } from '../../core/decision.ts';
import { parseTime } from '../../core/command/moment.ts';
import { toMilliseconds } from '../../core/model/time.ts';
import type { Store, StoredCommit } from '../../ports/store.ts';

/** Most of what is asked for is young; only what is not found there is looked for in all of the branch. */
const LOOK_BACK: readonly number[] = [200, 20_000];

export type FoundCommit = { readonly commit: StoredCommit } | { readonly refusal: Decision };

const BEHIND = /^head(?:~(\d+))?$/i;

/** The commit whose id begins with these digits, or that lies so far behind the newest one (`HEAD~2`). */
export async function findCommit(store: Store, text: string): Promise<FoundCommit> {
  const behind = BEHIND.exec(text);
  if (behind) return newest(store, Number(behind[1] ?? 0));
  const wanted = text.toLowerCase();
  for (const limit of LOOK_BACK) {
    const commits = await store.history({ limit, lean: true });
    const [first, second] = commits.filter(({ revision }) => revision.startsWith(wanted));
    if (second)
      return {
        refusal: refuse('target-ambiguous', `${text} begins several commits of the state branch: type more of it`),
      };
    if (first) return { commit: await whole(store, first) };
    if (commits.length < limit) break;
  }
  return { refusal: refuse('commit-unknown', `no commit of the state branch begins with ${text}: see sluice history`) };
}

async function newest(store: Store, behind: number): Promise<FoundCommit> {
  const commit = (await store.history({ limit: behind + 1, lean: true }))[behind];
  return commit
    ? { commit: await whole(store, commit) }
    : { refusal: refuse('commit-unknown', `the state branch has no ${behind + 1} commits yet`) };
}

/** The same with what it changed. */
async function whole(store: Store, commit: StoredCommit): Promise<StoredCommit> {
  return (await store.history({ from: commit.revision, limit: 1 }))[0] ?? commit;
}

/** The commit that stood at that moment: named by its id, or the last one not younger than the time. Its changes need not be there. */
export async function commitAt(store: Store, moment: string): Promise<FoundCommit> {
  const time = parseTime(moment);
  if (time === undefined) return findCommit(store, moment);
  // A time without a zone is read as UTC, which is what every answer shows.
  const at = toMilliseconds(time.endsWith('Z') ? time : `${time}Z`);
  for (const limit of LOOK_BACK) {
    const commits = await store.history({ limit, lean: true });
    const commit = commits.find((one) => one.at <= at);
    if (commit) return { commit };
    if (commits.length < limit) break;
  }
  return { refusal: refuse('commit-unknown', `the state branch has no commit as old as ${moment}`) };
}
