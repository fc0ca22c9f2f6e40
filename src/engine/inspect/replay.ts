/** `replay COMMIT`: a recorded decision made again and compared byte for byte (rollouts.md section 4). Writes nothing. */
import type { Command } from '../../core/command/command.ts';
import { type Decision, refuse } from '../../core/decision.ts';
import { firstFiles } from '../../core/external/first-files.ts';
import { toInstant } from '../../core/model/time.ts';
import { OBSERVED, readBasis } from '../../core/replay/basis.ts';
import { differing, type FileAgain, firstJudge, type JudgeDiffers } from '../../core/replay/compare.ts';
import type { EvidenceAgain } from '../../core/replay/evidence.ts';
import { saidOtherwise } from '../../core/replay/message.ts';
import { replayAnswer } from '../../core/replay/report.ts';
import type { FileChange, StoredCommit } from '../../ports/store.ts';
import { type Again, decideAgain, type Then } from '../replay/again.ts';
import { foldAgain } from '../replay/fold.ts';
import { type PolicyThen, policyThen } from '../replay/policy.ts';
import { rolloutOf } from '../replay/step.ts';
import type { Wiring } from '../wiring.ts';
import { findCommit } from './commits.ts';

export async function replay(wiring: Wiring, command: Command): Promise<Decision> {
  const found = await findCommit(wiring.store, String(command.args['commit']));
  if ('refusal' in found) return found.refusal;
  const { commit } = found;
  const reason = noDecision(commit);
  if (reason !== undefined) return nothing(commit, reason);
  const basis = readBasis(commit.trailers);
  const now = basis.now ?? commit.at;
  const policy = await policyThen(wiring, { digest: basis.policy, at: now });
  const then: Then = { wiring, commit, config: policy.config, basis: { ...basis, now } };
  const again = await decideAgain(then);
  if ('nothing' in again) return nothing(commit, again.nothing);
  return compared(then, again, policy);
}

function nothing({ revision }: StoredCommit, because: string): Decision {
  return refuse('nothing-to-replay', `${revision.slice(0, 7)}: ${because}; ${INSTEAD}`);
}

const INSTEAD = 'take a command or a move of a rollout that `sluice history` lists';

/** Why a commit holds no decision; undefined: it does. */
function noDecision({ trailers, parents, changes, title }: StoredCommit): string | undefined {
  if (!trailers.has('Sluice-Event')) return `"${title}" was not written by Sluice`;
  if (parents.length > 1) return 'a merge decides nothing';
  if (trailers.get('Sluice-Command') === 'init')
    return 'it begins the branch, with the flags that `sluice init` starts with: that decides nothing';
  // An edit by hand that is adopted as it stands changes nothing more and is a decision; so is a command. A note is none.
  if (changes.length === 0 && trailers.has('Sluice-Command') && !trailers.has(OBSERVED))
    return 'it changes no document: it only says something';
  return undefined;
}

async function compared(then: Then, again: Extract<Again, { files: unknown }>, policy: PolicyThen): Promise<Decision> {
  const { commit, basis } = then;
  const files = await filesAgain(then, again.files);
  const said = saidOtherwise(commit, again.message);
  const judge = firstJudgeOf(files);
  return replayAnswer({
    revision: commit.revision,
    title: commit.title,
    at: toInstant(basis.now),
    command: commit.trailers.get('Sluice-Command'),
    actor: commit.trailers.get('Sluice-Actor'),
    files,
    said,
    ...(again.instead === undefined ? {} : { instead: again.instead }),
    ...(judge ? { judge } : {}),
    evidence: await evidenceOf(then),
    policy: { digest: basis.policy, by: policy.by, uncommitted: basis.uncommitted ?? false },
    sealed: commit.sealed,
    complete: basis.policy !== undefined,
  });
}

function evidenceOf(then: Then): Promise<readonly EvidenceAgain[]> {
  const { observed } = then.basis;
  return observed?.as === 'step' ? foldAgain(then, observed) : Promise.resolve([]);
}

/** Every path that the commit changes, or that would be changed now. */
async function filesAgain({ wiring, commit }: Then, made: readonly FileChange[]): Promise<readonly FileAgain[]> {
  const { store } = wiring;
  const parent = commit.parents[0];
  // What the first commit of a branch writes beside its own is no decision.
  const own = parent === undefined ? firstFiles('').map(({ path }) => path) : [];
  const all = [...new Set([...commit.changes.map(({ path }) => path), ...made.map(({ path }) => path)])];
  const touched = all.filter((path) => !own.includes(path)).sort();
  const before = parent === undefined ? new Map<string, never>() : (await store.read(touched, parent)).files;
  const after = (await store.read(touched, commit.revision)).files;
  const files = touched.map((path): FileAgain => {
    const old = before.get(path)?.text ?? null;
    const change = made.find((one) => one.path === path);
    return { path, before: old, committed: after.get(path)?.text ?? null, again: change ? change.text : old };
  });
  // What neither changes is not part of it.
  return files.filter(({ before: old, committed, again }) => committed !== old || again !== old);
}

const ROLLOUT = /^(?:rollouts\/|history\/[^/]+\/rollout-)(.+)\.json$/;

function firstJudgeOf(files: readonly FileAgain[]): JudgeDiffers | undefined {
  for (const { path, committed, again } of differing(files)) {
    const id = ROLLOUT.exec(path)?.[1];
    const [then, now] = [committed, again].map((text) =>
      id === undefined || text === null ? undefined : rolloutOf(text, id),
    );
    const judge = then && now && firstJudge(then, now);
    if (judge) return judge;
  }
  return undefined;
}
