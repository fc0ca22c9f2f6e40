/** A command given to the engine on the state branch of the fake GitHub. */
import type { GithubClientOptions } from '../../../../src/adapters/github/client/client.ts';
import type { Outcome } from '../../../../src/core/decision.ts';
import type { Actor } from '../../../../src/core/model/actor.ts';
import { execute } from '../../../../src/engine/execute.ts';
import type { Wiring } from '../../../../src/engine/wiring.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { commandOf, wired } from '../../../engine/wired.ts';
import type { FakeGithub } from '../../../support/github/types.ts';
import { standing, storeOf } from './bench.ts';

const ann: Actor = { kind: 'github', id: '7', name: 'ann', verified: true };

export interface Given {
  readonly store: Store;
  readonly run: (text: string, id?: string, born?: number) => Promise<Outcome>;
}

/** One process. `store`: what it has instead of one of its own. */
export function given(
  fake: FakeGithub,
  options: Partial<GithubClientOptions> & { readonly store?: Store; readonly wiring?: Partial<Wiring> } = {},
): Given {
  const clock = options.clock ?? standing(fake.now());
  const store = options.store ?? storeOf(fake, { ...options, clock });
  const wiring = { ...wired().wiring, store, clock, random: Math.random, ...options.wiring };
  let requests = 0;
  return {
    store,
    run: (text, id = `${text}-${(requests += 1)}-${Math.random()}`, born) =>
      execute(wiring, {
        command: commandOf(text),
        actor: ann,
        rights: { role: 'admin', teams: [] },
        id,
        ...(born === undefined ? {} : { born }),
      }),
  };
}

/** What was asked since, as `GET git/ref`, `query`, `mutation`. */
export function asked(fake: FakeGithub, since = 0): readonly string[] {
  return fake.calls.slice(since).map(({ route, status }) => {
    const short = route.replace('/repos/{owner}/{repo}/', '').replace(/^POST \/graphql (\S+).*/, 'graphql $1');
    return status === 304 ? `${short} 304` : short;
  });
}
