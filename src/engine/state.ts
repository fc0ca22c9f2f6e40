/** State as decisions see it: of a broken file its last good content, so that going back never stops at one. */
import type { Config } from '../core/model/config.ts';
import type { BrokenFile, State } from '../core/model/state.ts';
import type { Snapshot, Store } from '../ports/store.ts';
import { decodeDocument, decodeStateWithLastGood } from './documents.ts';

export async function stateOf(snapshot: Snapshot, config: Config, store: Store): Promise<State> {
  const state = await decodeStateWithLastGood(snapshot, config, { store });
  return state.broken.some((file) => file.lastGood !== undefined) ? withLastGood(state) : state;
}

/** Good enough to go back by; the file stays listed as broken, which holds everything that would go up. */
function withLastGood(state: State): State {
  const rollouts = new Map(state.rollouts);
  const places = new Map(state.places);
  for (const file of state.broken) {
    const document = lastGoodOf(file);
    if (document === undefined) continue;
    const key = file.path.slice(file.path.indexOf('/') + 1, -'.json'.length);
    const map: Map<string, unknown> = file.path.startsWith('rollouts/') ? rollouts : places;
    map.set(key, document);
  }
  return { ...state, rollouts, places };
}

function lastGoodOf({ path, lastGood }: BrokenFile): unknown {
  if (lastGood === undefined || !/^(rollouts|services)\//.test(path)) return undefined;
  const decoded = decodeDocument(path, lastGood);
  return 'document' in decoded ? decoded.document : undefined;
}
