/** Which rollout a look is about: one that moves, else the last one that ended. */
import type { Command } from '../../core/command/command.ts';
import { readTarget } from '../../core/command/target.ts';
import { didYouMean } from '../../core/config/nearest.ts';
import { type Decision, refuse } from '../../core/decision.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import type { State } from '../../core/model/state.ts';
import { shortId } from '../../core/rollout/changes.ts';
import { findRollout } from '../../core/rollout/find.ts';
import type { Wiring } from '../wiring.ts';
import { newestEnded } from './ended.ts';

export type Meant = { readonly rollout: Rollout } | { readonly refusal: Decision };

/** What was typed as TARGET. */
export function targetOf({ args }: Command): string | undefined {
  return typeof args['target'] === 'string' ? args['target'] : undefined;
}

/** An unfinished rollout, else the last one that ended: people ask why after it happened. */
export async function rolloutMeant(
  { store, config }: Pick<Wiring, 'store' | 'config'>,
  { command, state }: { readonly command: Command; readonly state: State },
): Promise<Meant> {
  const target = targetOf(command);
  const { environment } = command;
  const isShort = target !== undefined && target.startsWith('r-');
  const found = findRollout(state, { target, environment });
  // Where several are meant, which one is the question: not what ended before them.
  if (!found.ok && found.refusal.outcome.code === 'target-ambiguous') return found;
  if (found.ok && !isShort) return found;
  const ended = await newestEnded(store, { target, environment, most: isShort ? SEVERAL : 1 });
  const all = new Map([...(found.ok ? [found.rollout] : []), ...ended].map((one) => [one.id, one]));
  const [first, ...more] = all.values();
  if (first && isShort && more.length > 0) return { refusal: several(target, [first, ...more]) };
  if (first) return { rollout: first };
  return found.ok ? found : { refusal: unknownName({ config }, command) ?? noneMeant(found.refusal, command) };
}

/** What could be asked instead, where nothing moves and nothing has ended. */
function noneMeant(refusal: Decision, command: Command): Decision {
  const { code, summary } = refusal.outcome;
  if (code !== 'rollout-none') return refusal;
  const other = targetOf(command) === undefined ? ', `sluice explain flag/KEY` tells of a flag' : '';
  return refuse(code, `${summary}, and none that ended is found: \`sluice history\` lists what was done${other}`);
}

/** So many are named where a short id fits several. */
const SEVERAL = 5;

function several(target: string, all: readonly Rollout[]): Decision {
  const names = all.map(shortId);
  return refuse(
    'target-ambiguous',
    `${target} fits ${names.join(' and ')}: type more of it`,
    all.map(({ id }) => id),
  );
}

/** A service or an environment that the configuration does not name; undefined: it names them. */
export function unknownName({ config }: Pick<Wiring, 'config'>, command: Command): Decision | undefined {
  const target = targetOf(command);
  const named = target === undefined ? undefined : readTarget(target);
  const service = named?.kind === 'service' ? named : undefined;
  const { environment = service?.environment } = command;
  if (service && !Object.hasOwn(config.services, service.service))
    return refuse('service-unknown', noSuch('service', service.service, Object.keys(config.services)));
  if (environment !== undefined && !Object.hasOwn(config.environments, environment))
    return refuse('environment-unknown', noSuch('environment', environment, Object.keys(config.environments)));
  return undefined;
}

function noSuch(what: string, name: string, names: readonly string[]): string {
  return `there is no ${what} ${name}${didYouMean(name, names) || `; there are: ${names.join(', ')}`}`;
}
