/** Commits, pull requests, reviews, files. https://docs.github.com/rest/commits/commits, https://docs.github.com/rest/pulls */
import type { ForgeCode, ForgeCommit } from '../../../ports/forge.ts';
import { isWebFlow, type UserObject } from './account.ts';
import type { Asker } from './ask.ts';
import { type ChecksOptions, checksOf } from './checks-of.ts';
import { fileAt } from './file.ts';
import { filesAt } from './files.ts';
import { changedFiles, pullOf, reviewsOf } from './pulls.ts';
import { arrivedAt, pushesTo } from './pushes.ts';
import { standingOf, trialMerge } from './standing.ts';

export function forgeCode(asker: Asker, checks: ChecksOptions): ForgeCode {
  return {
    resolve: (ref) => resolve(asker, ref),
    checksOf: (sha) => checksOf(asker, sha, checks),
    pull: (number) => pullOf(asker, number),
    arrivedAt: (branch, sha) => arrivedAt(asker, branch, sha),
    pushesTo: (branch) => pushesTo(asker, branch),
    reviewsOf: (number) => reviewsOf(asker, number),
    changedFiles: (number) => changedFiles(asker, number),
    standing: (base, head) => standingOf(asker, base, head),
    trialMerge: (number) => trialMerge(asker, number),
    file: (path, sha) => fileAt(asker, path, sha),
    files: (paths, sha) => filesAt(asker, paths, sha),
  };
}

/** What git takes for a ref (git-check-ref-format): a text with `..` would climb out of the address. */
export function isRef(text: string): boolean {
  const parts = text.split('/');
  const whole = text.length <= 1_024 && !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\.$/u.test(text) && text !== '@';
  return whole && parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}

/** 422: no commit of that name; 409: an empty repository. */
const NO_COMMIT = [404, 409, 422] as const;

async function resolve(asker: Asker, ref: string): Promise<ForgeCommit | undefined> {
  if (!isRef(ref) || ref.startsWith('-')) return undefined;
  const asked = await shortened(asker, ref);
  if (asked === undefined) return undefined;
  const asking = {
    doing: `look up ${ref.slice(0, 100)}`,
    route: 'GET /repos/{owner}/{repo}/commits/{ref}',
    empty: NO_COMMIT,
  } as const;
  const found = await asker.find(asking, { ref: asked, per_page: 1 });
  if (!found) return undefined;
  const { sha, html_url: url, author, committer } = found.data;
  // A branch may be called like the beginning of somebody else's commit, and GitHub answers with the branch.
  if (/^[0-9a-f]{7,64}$/i.test(ref) && !sha.startsWith(ref.toLowerCase())) return undefined;
  return { sha, url, authors: knownOf([author, committer]) };
}

/** The commits API takes `heads/...` and `tags/...`; any other ref is asked of git first. */
async function shortened(asker: Asker, ref: string): Promise<string | undefined> {
  if (!ref.startsWith('refs/')) return ref;
  const short = ref.slice('refs/'.length);
  if (/^(heads|tags)\//.test(short)) return short;
  const asking = {
    doing: `read ${ref.slice(0, 100)}`,
    route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
    empty: NO_COMMIT,
  } as const;
  const found = await asker.find(asking, { ref: short });
  return found?.data.object.sha;
}

/** Numeric ids, each once; an author whom GitHub does not know is `{}` or null. */
function knownOf(users: readonly (UserObject | Record<string, never> | null)[]): readonly string[] {
  const known = users.flatMap((user) => (isAccount(user) && !isWebFlow(user) ? [String(user.id)] : []));
  return [...new Set(known)];
}

function isAccount(user: UserObject | Record<string, never> | null): user is UserObject {
  return user !== null && user.id !== undefined;
}
