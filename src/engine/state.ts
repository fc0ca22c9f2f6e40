/** State as decisions see it: of a broken file its last good content, so that going back never stops at one. */
import type { Config } from '../core/model/config.ts';
import type { BrokenFile, State } from '../core/model/state.ts';
import type { Snapshot, Store } from '../ports/store.ts';
import { decodeDocument, decodeStateWithLastGood } from './documents.ts';

interface Reading {
  /** Flags too are read as they last were: only what goes back may, or a broken flag would be written over. */
  readonly goingBack?: boolean;
}

export async function stateOf(snapshot: Snapshot, config: Config, store: Store, reading: Reading = {}): Promise<State> {
  const state = await decodeStateWithLastGood(snapshot, config, { store });
  return state.broken.some((file) => file.lastGood !== undefined) ? withLastGood(state, reading) : state;
}

/** Good enough to go back by; the file stays listed as broken, which holds everything that would go up. */
function withLastGood(state: State, { goingBack = false }: Reading): State {
  const maps: Readonly<Record<string, Map<string, unknown>>> = {
    rollouts: new Map(state.rollouts),
    services: new Map(state.places),
    ...(goingBack ? { flags: new Map<string, unknown>(state.flags) } : {}),
  };
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
