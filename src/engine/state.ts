/** State as decisions see it: of a broken file its last good content, so that going back never stops at one. */
import type { Config } from '../core/model/config.ts';
import type { BrokenFile, State } from '../core/model/state.ts';
import type { Snapshot, Store } from '../ports/store.ts';
import { decodeDocument, decodeStateWithLastGood } from './documents.ts';

export async function stateOf(snapshot: Snapshot, config: Config, store: Store): Promise<State> {
  const state = await decodeStateWithLastGood(snapshot, config, { store });
  return withLastGood(state, ['rollouts', 'services']);
}

/** Flags too as they last were: only what goes back reads them so, or a broken flag would be written over. */
export async function stateToGoBack(snapshot: Snapshot, config: Config, store: Store): Promise<State> {
  const state = await decodeStateWithLastGood(snapshot, config, { store });
  return withLastGood(state, ['rollouts', 'services', 'flags']);
}

/** Good enough to go back by; the file stays listed as broken, which holds everything that would go up. */
function withLastGood(state: State, folders: readonly string[]): State {
  if (!state.broken.some((file) => file.lastGood !== undefined)) return state;
  const all = { rollouts: state.rollouts, services: state.places, flags: state.flags };
  const maps: Readonly<Record<string, Map<string, unknown>>> = Object.fromEntries(
    Object.entries(all).flatMap(([folder, map]) =>
      folders.includes(folder) ? [[folder, new Map<string, unknown>(map as ReadonlyMap<string, unknown>)]] : [],
    ),
  );
  for (const file of state.broken) {
    const document = lastGoodOf(file);
    const folder = file.path.slice(0, file.path.indexOf('/'));
    if (document !== undefined) maps[folder]?.set(file.path.slice(folder.length + 1, -'.json'.length), document);
  }
  // The maps were filled by the schema of their own folder.
  return { ...state, places: maps['services'], ...maps } as unknown as State;
}

function lastGoodOf({ path, lastGood }: BrokenFile): unknown {
  if (lastGood === undefined) return undefined;
  const decoded = decodeDocument(path, lastGood);
  return 'document' in decoded ? decoded.document : undefined;
}
