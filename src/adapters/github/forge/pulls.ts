/** Pull requests. https://docs.github.com/rest/pulls/pulls, https://docs.github.com/rest/pulls/reviews */
import type { ForgeFileChange, ForgePull, ForgeReview } from '../../../ports/forge.ts';
import { accountOf, GHOST } from './account.ts';
import type { Asker } from './ask.ts';
import { refused } from './refused.ts';

export async function pullOf(asker: Asker, number: number): Promise<ForgePull | undefined> {
  const asking = {
    doing: `read pull request #${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}',
  } as const;
  const found = await asker.find(asking, { pull_number: number });
  if (!found) return undefined;
  const { state, merged, draft, user, head, base, html_url: url } = found.data;
  // The repository of a deleted fork is null whatever the schema says.
  const isFork = (head.repo as { readonly id: number | bigint } | null)?.id !== base.repo.id;
  return {
    number,
    state,
    merged,
    draft: draft === true,
    author: (user as typeof user | null) === null ? GHOST : accountOf(user),
    head: { sha: head.sha, ref: head.ref, isFork },
    base: { sha: base.sha, ref: base.ref },
    url,
  };
}

const STATES: Readonly<Record<string, ForgeReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
  PENDING: 'pending',
};
const DECIDING = new Set<ForgeReview['state']>(['approved', 'changes-requested', 'dismissed']);

/** GitHub lists them oldest first. A state that we do not know says nothing, like a comment. */
export async function reviewsOf(asker: Asker, number: number): Promise<readonly ForgeReview[]> {
  const asking = {
    doing: `read the reviews of #${number}`,
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
  } as const;
  const pages = await asker.pages(asking, { pull_number: number });
  const last = new Map<string, ForgeReview>();
  for (const { user, state, commit_id: commit } of pages.flat()) {
    if (user === null) continue;
    const by = accountOf(user);
    const review: ForgeReview = { by, state: STATES[state.toUpperCase()] ?? 'commented', commit: commit ?? '' };
    if (DECIDING.has(review.state) || !last.has(by.id)) last.set(by.id, review);
  }
  return [...last.values()];
}

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests-files: no more are ever listed. */
const MOST_FILES = 3_000;

/** Rejects when the list is not whole: more than 3,000 files, or a head that moved between pages (`sha-moved`). */
export async function changedFiles(asker: Asker, number: number): Promise<readonly ForgeFileChange[]> {
  const first = await firstPage(asker, number);
  if (first.isWhole) return first.files.map(changeOf);
  const before = await pullOf(asker, number);
  const asking = filesAsking(number);
  const files = (await asker.pages(asking, { pull_number: number })).flat();
  const after = await pullOf(asker, number);
  if (before === undefined || before.head.sha !== after?.head.sha)
    throw refused('sha-moved', `${asking.doing}: its head moved meanwhile`);
  if (files.length >= MOST_FILES)
    throw refused('failed', `${asking.doing}: GitHub lists no more than ${MOST_FILES}, so some are not known`);
  return files.map(changeOf);
}

const PAGE = 100;

const filesAsking = (number: number) =>
  ({ doing: `list the files of #${number}`, route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files' }) as const;

interface FileObject {
  readonly filename: string;
  readonly previous_filename?: string;
  readonly status: string;
}

/** A full page is whole where GitHub links no next one: a hundred files are one call. */
async function firstPage(
  asker: Asker,
  number: number,
): Promise<{ readonly files: readonly FileObject[]; readonly isWhole: boolean }> {
  const { data, headers } = await asker.ask(filesAsking(number), { pull_number: number, per_page: PAGE });
  return { files: data, isWhole: data.length < PAGE || !/rel="next"/.test(headers.link ?? '') };
}

function changeOf({ filename: path, previous_filename: previous, status }: FileObject): ForgeFileChange {
  if (status === 'renamed' && previous !== undefined) return { path, previous, status };
  if (status === 'added' || status === 'copied') return { path, status: 'added' };
  return { path, status: status === 'removed' ? 'removed' : 'modified' };
}
