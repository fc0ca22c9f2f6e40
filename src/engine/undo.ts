/** `undo COMMIT`: finds the commit and its files, and asks the core. Of a rollout's commit it is `rollback`. */
import { type Asking, type Decision, refuse } from '../core/decision.ts';
import type { Command } from '../core/command/command.ts';
import { firstFiles } from '../core/external/first-files.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { paths, type State } from '../core/model/state.ts';
import { decideUndo, rollbackMeant, rolloutMovedBy, type UndoneFile } from '../core/undo.ts';
import type { Snapshot, StoredCommit } from '../ports/store.ts';
import { decodeDocument } from './documents.ts';
import { foreignProblem } from './foreign-problem.ts';
import { findCommit } from './inspect/commits.ts';
import { stateOf } from './state.ts';
import type { Wiring } from './wiring.ts';

/** Either what to do instead, or what must be read to decide, and how. */
export type Undo =
  | { readonly command: Command }
  | { readonly needs: readonly string[]; readonly decide: (snapshot: Snapshot, asking: Asking) => Promise<Decision> };

export async function undoOf(wiring: Wiring, command: Command): Promise<Undo> {
  const found = await findCommit(wiring.store, String(command.args['commit']));
  if ('refusal' in found) return always(found.refusal);
  const { commit } = found;
  const id = commit.sealed ? rolloutMovedBy(commit.changes.map(({ path }) => path)) : undefined;
  if (id !== undefined) return ofRollout(wiring, commit, { id, command });
  // The first commit also says what the branch is; that stays.
  const own = firstFiles('').map(({ path }) => path);
  const changed = commit.changes.filter(({ path }) => !own.includes(path));
  const touched = changed.map(({ path }) => path);
  return {
    needs: [...new Set([...touched, 'flags/', 'segments/', 'rollouts/', 'experiments/', 'environments/'])],
    decide: async (snapshot, asking) => {
      const state = await stateOf(snapshot, wiring.config, wiring.store);
      const files = await Promise.all(changed.map((change) => fileOf(wiring, change, { snapshot, state })));
      const { revision, title, sealed } = commit;
      return decideUndo(state, { revision, title, sealed, files }, asking);
    },
  };
}

function always(refusal: Decision): Undo {
  return { needs: [], decide: () => Promise.resolve(refusal) };
}

/** The rollout as it stands or ended; its last commit alone says which. */
async function ofRollout(
  { store }: Wiring,
  commit: StoredCommit,
  { id, command }: { readonly id: string; readonly command: Command },
): Promise<Undo> {
  const open = await store.read([paths.rollout(id)]);
  const text = open.files.get(paths.rollout(id))?.text ?? (await endedText(store, id));
  const decoded = text === undefined ? undefined : decodeDocument(paths.rollout(id), text);
  if (!decoded || 'problem' in decoded)
    return always(refuse('target-unknown', `${commit.revision.slice(0, 7)} moved ${id}, which is no longer kept`));
  const rollout = decoded.document as Rollout;
  if (rollout.kind === 'rollback' || ['rolling-back', 'rolled-back', 'cancelled'].includes(rollout.phase))
    return always(refuse('rollout-ended', `${id} is ${rollout.phase}: there is nothing to take back`));
  const { reason } = command.options;
  const meant = rollbackMeant(rollout, commit.revision, typeof reason === 'string' ? { reason } : {});
  return { command: { ...meant, options: { ...command.options, ...meant.options } } };
}

async function endedText(store: Wiring['store'], id: string): Promise<string | undefined> {
  const files = (await store.read(['history/'])).files;
  return [...files].find(([path]) => path.endsWith(`/rollout-${id}.json`))?.[1].text;
}

interface Now {
  readonly snapshot: Snapshot;
  readonly state: State;
}

async function fileOf(
  { store }: Wiring,
  { path, before, after }: StoredCommit['changes'][number],
  { snapshot, state }: Now,
): Promise<UndoneFile> {
  const [old, made] = await Promise.all([textOf(store, before), textOf(store, after)]);
  const now = snapshot.files.get(path)?.text ?? null;
  const decoded = old === null ? { document: null } : decodeDocument(path, old);
  const problem =
    'problem' in decoded
      ? decoded.problem
      : foreignProblem({ path, before: now, after: old }, withOld(state, path, decoded.document));
  const document = 'document' in decoded ? (decoded.document as object | null) : null;
  return { path, before: old, after: made, now, document, ...(problem === undefined ? {} : { problem }) };
}

/** The state in which the old content would stand: rules about other flags are asked of it. */
function withOld(state: State, path: string, document: unknown): State {
  if (!path.startsWith('flags/')) return state;
  const key = path.slice('flags/'.length, -'.json'.length);
  const flags = new Map(state.flags);
  if (document === null) flags.delete(key);
  else flags.set(key, document as never);
  return { ...state, flags };
}

async function textOf(store: Wiring['store'], oid: string | null): Promise<string | null> {
  return oid === null ? null : ((await store.blob(oid)) ?? null);
}
