/** GitHub as a channel: deployments, comments on pull requests and a check run that show rollouts as they stand. */
import type { Channel } from '../../../ports/channel.ts';
import { ForgeError } from '../../../ports/forge.ts';
import { showCheck } from './check.ts';
import { showComments } from './comments.ts';
import { showDeployments } from './deployments.ts';
import { emptyMemory } from './memory.ts';
import type { GithubChannelOptions, Showing } from './showing.ts';

export type { GithubChannelOptions } from './showing.ts';

/**
 * Level-triggered: everything is found again by the rollout's id, so that a crash or a second process makes no second object.
 * What GitHub refuses for good is said once and left; what it cannot do now rejects, and is shown by a later look.
 */
export function githubChannel(options: GithubChannelOptions): Channel {
  const memory = emptyMemory();
  return {
    name: 'github',
    send: () => Promise.resolve(),
    show: async (rollouts, { signal, last }) => {
      let whole = true;
      const problems: string[] = [];
      for (const shown of rollouts) {
        const showing: Showing = { options, memory, shown, last };
        for (const [name, part] of PARTS) {
          if (options.shows?.includes(name) === false || signal.aborted) continue;
          const said = await part(showing).catch((error: unknown) => refusedOr(showing, { name, error }));
          if (typeof said === 'string') problems.push(said);
          else whole &&= said;
        }
      }
      if (problems.length > 0) throw new Error(problems.join('; '));
      return whole && !signal.aborted;
    },
  };
}

type Part = (showing: Showing) => Promise<boolean>;

const PARTS: readonly (readonly ['deployments' | 'comments' | 'check', Part])[] = [
  ['deployments', showDeployments],
  ['comments', showComments],
  ['check', showCheck],
];

/** What passes by itself; everything else would be refused again. */
const PASSES: readonly string[] = ['unreachable', 'rate-limited', 'timed-out', 'busy'];

/** The sentence of what may work later; true: it never will, that was said, and nothing waits for it. */
function refusedOr(
  { options, memory, shown }: Showing,
  { name, error }: { readonly name: string; readonly error: unknown },
): string | true {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ForgeError) || PASSES.includes(error.code)) return `${name} of ${shown.after.id}: ${message}`;
  if (!memory.said.has(message)) options.log(`github: ${name} of ${shown.after.id} are not shown: ${message}`);
  memory.said.add(message);
  return true;
}
