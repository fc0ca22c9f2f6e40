/** What a command leaves out is the pull request's: its head, its rollout. */
import type { Command } from '../../core/command/command.ts';
import { leavesTarget, mustBeOfPull, rolloutsOf, withHead } from '../../core/conversation/needs-pull.ts';
import { type Decision, refuse } from '../../core/decision.ts';
import { needsOf } from '../../core/needs.ts';
import { shortId } from '../../core/rollout/changes.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';
import type { Standing } from './head.ts';

/** The command with its target, or why none can be meant. On an issue it stays as it is. */
export async function ofItsPull(
  wiring: Wiring,
  command: Command,
  standing: Standing,
): Promise<{ readonly command: Command } | { readonly refusal: Decision }> {
  const { said } = standing;
  if (!said.isPull || !leavesTarget(command)) return { command: withHead(command) };
  const snapshot = await wiring.store.read(needsOf(command));
  const { rollouts } = await stateOf(snapshot, wiring.config, wiring.store);
  const moving = [...rollouts.values()].filter(
    ({ subject }) => command.environment === undefined || subject.environment === command.environment,
  );
  const { head, url } = await standing.pull();
  const own = rolloutsOf(moving, { url, ...(head.isFork ? {} : { head: head.sha }) });
  const [first, second] = own;
  if (first && !second) return { command: { ...command, args: { ...command.args, target: first.id } } };
  if (first) return { refusal: refuse('target-ambiguous', `which one? ${own.map(shortId).join(', ')}`) };
  if (!mustBeOfPull(command)) return { command };
  const others = moving.map(shortId);
  const instead = others.length === 0 ? '' : `; elsewhere there is ${others.join(', ')}: name it if you mean it`;
  return { refusal: refuse('rollout-none', `no rollout of #${said.number} is active${instead}`) };
}
