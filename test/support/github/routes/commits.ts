/** Commits as people look at them: one with its files, lists, comparisons. https://docs.github.com/rest/commits/commits */
import { type Commit, commitAt, resolveCommit } from '../git/commit.ts';
import { type FileDiff, filesBetween } from '../git/diff.ts';
import { walkHistory } from '../git/history.ts';
import {
  linkHeader,
  notFound,
  ok,
  pageOf,
  refuse,
  type Reply,
  type Route,
  route,
  type RouteContext,
} from '../route.ts';
import { commitShape } from '../shapes/commit.ts';
import { personByEmail } from '../shapes/person.ts';
import { repositoryUrl, webUrl } from '../shapes/repository.ts';
import type { FakeState } from '../state.ts';

/** GitHub shows at most so many files of a commit or comparison. */
const FILE_LIMIT = 300;

/** `diff-entry`: a changed file. */
function fileShape(state: FakeState, file: FileDiff, at: string): Record<string, unknown> {
  const { path, previous, status, oid, additions, deletions, patch } = file;
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: oid,
    filename: path,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${webUrl(state)}/blob/${at}/${escaped}`,
    raw_url: `${webUrl(state)}/raw/${at}/${escaped}`,
    contents_url: `${repositoryUrl(state)}/contents/${escaped}?ref=${at}`,
    ...(patch === undefined ? {} : { patch }),
    ...(previous === undefined ? {} : { previous_filename: previous }),
  };
}

async function commitNamed(state: FakeState, name: string): Promise<Commit> {
  const commit = await resolveCommit(state.git, name === 'HEAD' ? state.defaultBranch : name);
  if (commit !== undefined) return commit;
  throw /^[0-9a-f]{40}$/.test(name) ? refuse(422, `No commit found for SHA: ${name}`) : notFound();
}

async function shownCommits(state: FakeState, oids: readonly string[]): Promise<readonly Commit[]> {
  return (await Promise.all(oids.map((oid) => commitAt(state.git, oid)))).filter((commit) => commit !== undefined);
}

async function listCommits(context: RouteContext): Promise<Reply> {
  const { state, query } = context;
  const head = await commitNamed(state, query.get('sha') ?? state.defaultBranch);
  const { number, size } = pageOf(context);
  const walk = {
    from: head.oid,
    path: query.get('path'),
    since: query.get('since'),
    until: query.get('until'),
  };
  const author = query.get('author');
  if (author === null) {
    const skip = (number - 1) * size;
    const oids = await walkHistory(state.git, { ...walk, skip, count: size + 1 });
    // GitHub names the next page only: how many there are in all is not counted.
    const link = linkHeader(context, skip + oids.length)?.replace(/, <[^>]+>; rel="last"/, '');
    const page = await shownCommits(state, oids.slice(0, size));
    return ok(
      page.map((commit) => commitShape(state, commit)),
      link === undefined ? undefined : { link },
    );
  }
  const all = await shownCommits(state, await walkHistory(state.git, { ...walk, skip: 0, count: Infinity }));
  const theirs = all.filter(
    ({ author: { email } }) => email === author || personByEmail(state, email)?.login === author,
  );
  const link = linkHeader(context, theirs.length);
  const page = theirs.slice((number - 1) * size, number * size);
  return ok(
    page.map((commit) => commitShape(state, commit)),
    link === undefined ? undefined : { link },
  );
}

async function compare(context: RouteContext): Promise<Reply> {
  const { state, param } = context;
  const [from = '', to = ''] = param('basehead').split(/\.\.\.?(.*)/s);
  const bare = (name: string): string => name.replace(/^[\w-]+:/, '');
  const [base, head] = [await commitNamed(state, bare(from)), await commitNamed(state, bare(to))];
  const merge = await mergeBase(state, base.oid, head.oid);
  const range = async (range: string): Promise<readonly string[]> =>
    (await state.git.run(['rev-list', '--reverse', range])).toString().split('\n').filter(Boolean);
  const [ahead, behind] = [await range(`${base.oid}..${head.oid}`), await range(`${head.oid}..${base.oid}`)];
  const files = await filesBetween(state.git, merge.oid, head.oid);
  const { number, size } = pageOf(context);
  const page = await shownCommits(state, ahead.slice((number - 1) * size, number * size));
  const link = linkHeader(context, ahead.length);
  const url = `${repositoryUrl(state)}/compare/${base.oid}...${head.oid}`;
  const web = `${webUrl(state)}/compare/${from}...${to}`;
  const status =
    ahead.length === 0 ? (behind.length === 0 ? 'identical' : 'behind') : behind.length === 0 ? 'ahead' : 'diverged';
  return ok(
    {
      url,
      html_url: web,
      permalink_url: `${webUrl(state)}/compare/${base.oid.slice(0, 12)}...${head.oid.slice(0, 12)}`,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: commitShape(state, base),
      merge_base_commit: commitShape(state, merge),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: page.map((commit) => commitShape(state, commit)),
      // Only on the first page.
      ...(number === 1 ? { files: files.slice(0, FILE_LIMIT).map((file) => fileShape(state, file, head.oid)) } : {}),
    },
    link === undefined ? undefined : { link },
  );
}

async function mergeBase(state: FakeState, base: string, head: string): Promise<Commit> {
  const found = await state.git.run(['merge-base', base, head]).catch(() => undefined);
  const commit = found === undefined ? undefined : await commitAt(state.git, found.toString().trim());
  if (commit === undefined) throw refuse(404, `No common ancestor between ${base} and ${head}.`);
  return commit;
}

/** Of this repository: a fork's branches are not here, though its commits are. */
async function branchesWhereHead({ state, param }: RouteContext): Promise<Reply> {
  const { oid } = await commitNamed(state, param('commit_sha'));
  const heads = await state.git.refs('refs/heads/');
  const url = `${repositoryUrl(state)}/commits/${oid}`;
  return ok(
    heads.flatMap(({ name, oid: at }) =>
      at === oid ? [{ name: name.slice('refs/heads/'.length), commit: { sha: oid, url }, protected: false }] : [],
    ),
  );
}

export const commitRoutes: readonly Route[] = [
  route(
    'GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head',
    { permission: 'contents:read' },
    branchesWhereHead,
  ),

  route('GET /repos/{owner}/{repo}/commits', { permission: 'contents:read' }, listCommits),

  route('GET /repos/{owner}/{repo}/commits/{ref}', { permission: 'contents:read' }, async (context) => {
    const { state, param, headers, query } = context;
    const commit = await commitNamed(state, param('ref'));
    // The short way to learn where a ref points to: https://docs.github.com/rest/commits/commits#get-a-commit
    if (/application\/vnd\.github(\.v3)?\.sha\b/.test(headers['accept'] ?? '')) {
      const type = 'application/vnd.github.sha; charset=utf-8';
      return {
        status: 200,
        body: Buffer.from(commit.oid),
        headers: { 'content-type': type, etag: `"${commit.oid}"` },
      };
    }
    const all = await filesBetween(state.git, commit.parents[0], commit.oid);
    const sum = (of: 'additions' | 'deletions'): number => all.reduce((total, file) => total + file[of], 0);
    const [additions, deletions] = [sum('additions'), sum('deletions')];
    // 300 files a page where nobody asks for fewer; whoever asks gets 100 at most, as everywhere.
    const paging = pageOf(context);
    const [size, number] = query.has('per_page') ? [paging.size, paging.number] : [FILE_LIMIT, paging.number];
    const link = all.length > size ? linkHeader(context, all.length, size) : undefined;
    const files = all.slice((number - 1) * size, number * size).map((file) => fileShape(state, file, commit.oid));
    return ok(
      { ...commitShape(state, commit), stats: { additions, deletions, total: additions + deletions }, files },
      link === undefined ? undefined : { link },
    );
  }),

  route('GET /repos/{owner}/{repo}/compare/{basehead}', { permission: 'contents:read' }, compare),
];
