/** What a command leaves out is the pull request's: its head, its rollout. A word that names no rollout is bound to one here. */
import type { Command } from '../../core/command/command.ts';
import { stops } from '../../core/command/stops.ts';
import {
  goesOn,
  leavesTarget,
  mustBeOfPull,
  namesRollout,
  rolloutsOf,
  withHead,
} from '../../core/conversation/needs-pull.ts';
import { type Decision, refuse } from '../../core/decision.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import type { State } from '../../core/model/state.ts';
import { needsOf } from '../../core/needs.ts';
import { shortId } from '../../core/rollout/changes.ts';
import { findRollout } from '../../core/rollout/find.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';
import type { Standing } from './head.ts';

type Meant = { readonly command: Command } | { readonly refusal: Decision };

/** The command with its target, or why none can be meant. What began after the comment was written is never meant by its words. */
export async function ofItsPull(wiring: Wiring, command: Command, standing: Standing): Promise<Meant> {
  const ofPull = standing.said.isPull && leavesTarget(command);
  const binds = !namesRollout(command) && isBound(command, standing);
  if (!ofPull && !binds) return { command: withHead(command) };
  const snapshot = await wiring.store.read(needsOf(command));
  const state = await stateOf(snapshot, wiring.config, wiring.store);
  const mine = ofPull ? await ofThis(state, command, standing) : undefined;
  if (mine) return 'refusal' in mine ? mine : boundTo(mine.rollout, command, standing);
  if (!binds) return { command };
  const found = findRollout(state, { target: textIn(command), environment: command.environment });
  if (found.ok) return boundTo(found.rollout, command, standing);
  return { refusal: goesOn(command) ? found.refusal : refuse('rerun-refused', ANEW) };
}

const ANEW = 'nothing of then is active any more: write a new comment, which means what is active now';

function textIn({ args }: Command): string | undefined {
  return typeof args['target'] === 'string' ? args['target'] : undefined;
}

/** Going back means whatever is active, the first time; a re-run of it means what was active then. */
function isBound(command: Command, { again }: Standing): boolean {
  return goesOn(command) || (again && stops(command.name) && (leavesTarget(command) || textIn(command) !== undefined));
}

function boundTo(rollout: Rollout, command: Command, standing: Standing): Meant {
  const { said } = standing;
  const id = shortId(rollout);
  if (isBound(command, standing) && Date.parse(rollout.began) >= said.at)
    return {
      refusal: refuse(
        'sha-moved',
        `${id} began after the comment was written, or in the same second: look at it, and name it (\`${command.name} ${id}\`)`,
      ),
    };
  return { command: { ...command, args: { ...command.args, target: rollout.id } } };
}

/** The pull request's own; undefined: it has none, and the word means something all the same. */
async function ofThis(
  { rollouts }: State,
  command: Command,
  { said, pull }: Standing,
): Promise<{ readonly rollout: Rollout } | { readonly refusal: Decision } | undefined> {
  const moving = [...rollouts.values()].filter(
    ({ subject }) => command.environment === undefined || subject.environment === command.environment,
  );
  const { head, url } = await pull();
  const own = rolloutsOf(moving, { url, ...(head.isFork ? {} : { head: head.sha }) });
  const [first, second] = own;
  if (first && second) return { refusal: refuse('target-ambiguous', `which one? ${own.map(shortId).join(', ')}`) };
  if (first) return { rollout: first };
  if (!mustBeOfPull(command)) return undefined;
  const others = moving.map(shortId);
  const instead = others.length === 0 ? '' : `; elsewhere there is ${others.join(', ')}: name it if you mean it`;
  return { refusal: refuse('rollout-none', `no rollout of #${said.number} is active${instead}`) };
}
