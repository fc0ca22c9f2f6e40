/** GitHub as a channel: deployments, comments on pull requests and a check run that show rollouts as they stand. */
import type { Channel } from '../../../ports/channel.ts';
import { ForgeError } from '../../../ports/forge.ts';
import { showCheck } from './check.ts';
import { showComments } from './comments.ts';
import { showDeployments } from './deployments.ts';
import { emptyMemory, forgetShown } from './memory.ts';
import { passes } from './passes.ts';
import type { Around, GithubChannelOptions, Showing } from './showing.ts';

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
    show: async ({ rollouts, commits }, { signal, ...look }) => {
      if (look.again) forgetShown(memory);
      const around: Around = { options, memory };
      const problems: string[] = [];
      let whole = true;
      const attempt = async (name: Part, of: string, work: () => Promise<boolean>): Promise<void> => {
        if (options.shows?.includes(name) === false || signal.aborted) return;
        const said = await work().catch((error: unknown) => refusedOr(around, { what: `${name} of ${of}`, error }));
        if (typeof said === 'string') problems.push(said);
        else whole &&= said;
      };
      for (const shown of rollouts) {
        const showing: Showing = { ...around, ...look, shown };
        await attempt('deployments', shown.after.id, () => showDeployments(showing));
        await attempt('comments', shown.after.id, () => showComments(showing));
      }
      for (const shown of commits) await attempt('check', shown.sha.slice(0, 12), () => showCheck(around, shown));
      if (problems.length > 0) throw new Error(problems.join('; '));
      return whole && !signal.aborted;
    },
  };
}

type Part = 'deployments' | 'comments' | 'check';

/** The sentence of what may work later; true: it never will, that was said, and nothing waits for it. */
function refusedOr(
  { options, memory }: Around,
  { what, error }: { readonly what: string; readonly error: unknown },
): string | true {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof ForgeError) || passes(error)) return `${what}: ${message}`;
  if (!memory.said.has(message)) options.log(`github: ${what} are not shown: ${message}`);
  memory.said.add(message);
  return true;
}
