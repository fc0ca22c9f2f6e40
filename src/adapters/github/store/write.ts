/** One commit by `createCommitOnBranch` (docs.github.com/graphql/reference/mutations#createcommitonbranch): GitHub compares, swaps and signs. */
import { printMessage } from '../../../core/external/message.ts';
import { comparePaths, pathProblem } from '../../../core/external/path.ts';
import { blobOid } from '../../../core/external/oid.ts';
import { sealOf } from '../../../core/external/seal.ts';
import type { CommitMessage, FileChange, StoredCommit } from '../../../ports/store.ts';
import { StoreError } from '../../../ports/store.ts';
import { graphqlErrors } from '../client/limits.ts';
import { answerOf, problemOf } from '../client/problem.ts';
import { COMMIT_FIELDS, type CommitNode, PARENT } from './commit.ts';
import { advance, type Entry, entryAt, type View } from './entry.ts';
import { findOurs } from './history.ts';
import type { Memory } from './memory.ts';
import { branchGone, type Place, storeError } from './place.ts';
import { headOid, readAt, rememberCommit, timeOf } from './read.ts';

export interface NewCommit {
  /** The commit to write on. */
  readonly parent: string;
  readonly changes: readonly FileChange[];
  readonly message: CommitMessage;
}

/** So often a write whose answer was lost is sent again: the parent's id lets only one of them through. */
const TRIES = 3;

/** The view after the commit; undefined: the head is not (any more) the parent. */
export async function writeCommit(place: Place, memory: Memory, asked: NewCommit): Promise<View | undefined> {
  checkPaths(asked.changes);
  const effective = await effectiveChanges(place, memory, asked);
  const message = sealedMessage(asked, effective);
  let isUncertain = false;
  for (let tries = 1; ; tries++) {
    const sent = await send(place, { ...asked, message, effective });
    if ('commit' in sent) return keep(memory, { ...asked, effective }, sent.commit);
    if (sent.outcome === 'uncertain' || isUncertain) {
      isUncertain = true;
      const ours = await findOurs(place, memory, { parent: asked.parent, message });
      if (ours) return keep(memory, { ...asked, effective }, ours);
    }
    if (sent.outcome === 'stale') return undefined;
    if (sent.outcome === 'failed' && sent.problem.code !== 'token-lacks-permission') throw sent.problem;
    const head = await headOid(place);
    if (head === undefined) throw branchGone(place);
    if (sent.outcome === 'failed' || tries === TRIES) throw sent.problem;
    if (head !== asked.parent) return undefined;
  }
}

export function checkPaths(changes: readonly FileChange[]): void {
  for (const { path } of changes) {
    const problem = pathProblem(path);
    if (problem !== undefined)
      throw new StoreError('value-invalid', `value-invalid: ${JSON.stringify(path)}: ${problem}`);
  }
}

/** What a change does to the branch, with the text where there is one. */
interface Effective {
  readonly path: string;
  readonly text: string | null;
  readonly after: string | null;
}

/** The last word on each path, without what stands there so already. */
async function effectiveChanges(
  place: Place,
  memory: Memory,
  { parent, changes }: NewCommit,
): Promise<readonly Effective[]> {
  const wanted = new Map(changes.map(({ path, text }) => [path, text]));
  // The seal names what differs, and GitHub refuses the whole commit where one of its deletions is of nothing.
  const unsure = [...wanted.keys()].filter((path) => {
    const view = memory.view(parent);
    return view === undefined || entryAt(view, path) === undefined;
  });
  const view =
    unsure.length === 0 ? memory.view(parent) : await readAt(place, memory, { revision: parent, needs: unsure });
  const effective: Effective[] = [];
  for (const [path, text] of wanted) {
    const before = view && entryAt(view, path);
    const after = text === null ? null : blobOid(text);
    const isSame = before === undefined ? false : (before?.oid ?? null) === after && before?.kind !== 'other';
    if (!isSame) effective.push({ path, text, after });
  }
  return effective.toSorted((one, other) => comparePaths(one.path, other.path));
}

function sealedMessage({ message, parent }: NewCommit, effective: readonly Effective[]): string {
  const trailers = [...message.trailers, [PARENT, parent] as const];
  return printMessage({ ...message, trailers }, sealOf(parent, effective));
}

interface Sending {
  readonly parent: string;
  readonly message: string;
  readonly effective: readonly Effective[];
}

interface Payload {
  readonly createCommitOnBranch: { readonly commit: CommitNode | null } | null;
}

type Sent =
  | { readonly commit: CommitNode }
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'uncertain' | 'failed'; readonly problem: StoreError };

const MUTATION = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { ${COMMIT_FIELDS} } }
}`;

async function send(place: Place, { parent, message, effective }: Sending): Promise<Sent> {
  const { client, owner, repo, branch } = place;
  const [headline = '', ...rest] = message.split('\n\n');
  const input = {
    branch: { repositoryNameWithOwner: `${owner}/${repo}`, branchName: branch },
    expectedHeadOid: parent,
    message: { headline, body: rest.join('\n\n').trimEnd() },
    fileChanges: {
      additions: effective.flatMap(({ path, text }) =>
        text === null ? [] : [{ path, contents: Buffer.from(text).toString('base64') }],
      ),
      deletions: effective.flatMap(({ path, text }) => (text === null ? [{ path }] : [])),
    },
  };
  try {
    const commit = (await client.graphql<Payload>(MUTATION, { input })).createCommitOnBranch?.commit;
    if (commit) return { commit };
    const problem = new StoreError(
      'unreachable',
      `unreachable: writing ${branch}: GitHub answered no commit: try again`,
    );
    return { outcome: 'uncertain', problem };
  } catch (error) {
    // Matched by its type: GitHub's words for it have changed before.
    if (graphqlErrors(answerOf(error)?.data).some(({ type }) => type === 'STALE_DATA')) return { outcome: 'stale' };
    const { uncertain } = problemOf(error, '');
    return { outcome: uncertain ? 'uncertain' : 'failed', problem: storeError(place, error, 'writing') };
  }
}

/** Remembers the commit as if it had been read. */
function keep(
  memory: Memory,
  { parent, effective }: { readonly parent: string; readonly effective: readonly Effective[] },
  node: CommitNode,
): View {
  const commit = rememberCommit(memory, node);
  const before = memory.view(parent);
  const entries = new Map<string, Entry | null>();
  for (const { path, text, after } of effective) {
    entries.set(path, after === null ? null : { oid: after, kind: 'file' });
    if (after !== null && text !== null) memory.texts.set(after, text, text.length + 1);
  }
  const known = changesFrom(before, effective);
  if (known) memory.changes.set(commit.oid, known);
  memory.head = commit.oid;
  return memory.learn(advance(before, { revision: commit.oid, at: timeOf(commit), changes: entries }));
}

/** What it changed, if what stood there before is known of every path. */
function changesFrom(view: View | undefined, effective: readonly Effective[]): StoredCommit['changes'] | undefined {
  const changes = effective.map(({ path, after }) => ({ path, before: view && entryAt(view, path), after }));
  if (changes.some(({ before }) => before === undefined)) return undefined;
  return changes.map(({ path, before, after }) => ({ path, before: before?.oid ?? null, after }));
}
