/** `explain [TARGET]`: a rollout, and what else may be asked about: a flag that rests, an experiment. */
import type { Command } from '../../core/command/command.ts';
import { readTarget } from '../../core/command/target.ts';
import { answer, type Decision } from '../../core/decision.ts';
import { SLUICE } from '../../core/model/actor.ts';
import type { Json } from '../../core/model/document.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import { explainDetails, explainReport } from '../../core/report/explain.ts';
import { rolloutDetails } from '../../core/report/status-details.ts';
import { shortId } from '../../core/rollout/changes.ts';
import { standing } from '../../core/rollout/commands.ts';
import { lookAt } from '../../core/judge/look.ts';
import { looking } from '../looking.ts';
import { judge } from '../observe.ts';
import { prepare } from '../prepare.ts';
import type { Wiring } from '../wiring.ts';
import { flagShow } from './flags.ts';

/** With what the judges see just now, as far as their sources can be asked from here; nothing of it is written. */
export async function explained(
  wiring: Wiring,
  { rollout: committed, now }: { readonly rollout: Rollout; readonly now: number },
): Promise<Decision> {
  const { rollout, unasked } = await judgedHere(wiring, committed, now);
  const details = rolloutDetails(rollout, now) as Readonly<Record<string, Json>>;
  return answer(
    `${shortId(rollout)}: ${rollout.outcome ?? standing(rollout, now)}`,
    { ...details, ...explainDetails(rollout), unasked },
    explainReport(rollout, now, unasked),
  );
}

/** Sources that could not be asked leave what was committed. */
async function judgedHere(
  wiring: Wiring,
  rollout: Rollout,
  now: number,
): Promise<{ readonly rollout: Rollout; readonly unasked: readonly string[] }> {
  const look = lookAt(rollout, now);
  const {
    evidence,
    verdicts = [],
    unasked: silent = [],
  } = look ? await judge({ wiring: looking(wiring), rollout, now }) : {};
  if (!look || !evidence) return { rollout, unasked: [] };
  const fresh = verdicts.map(
    (one) =>
      (silent.includes(one.judge) ? rollout.verdicts.find(({ judge: id }) => id === one.judge) : undefined) ?? one,
  );
  const sources = look.judges.flatMap(({ id, source }) => (silent.includes(id) ? [source] : []));
  return { rollout: { ...rollout, evidence, verdicts: fresh }, unasked: [...new Set(sources)] };
}

/** What no rollout moves or ever moved: a flag explains itself by its rules and last changes, an experiment by its numbers. */
export async function explainOther(wiring: Wiring, { args, environment }: Command): Promise<Decision | undefined> {
  const named = typeof args['target'] === 'string' ? readTarget(args['target']) : undefined;
  if (named?.kind === 'flag')
    return flagShow(wiring, {
      name: 'flag show',
      args: { key: named.key },
      options: {},
      ...(environment && { environment }),
    });
  if (named?.kind !== 'experiment') return undefined;
  return looked(wiring, { name: 'experiment analyze', args: { key: named.key }, options: {} });
}

/** A command that only looks, decided on what it needs. */
async function looked(wiring: Wiring, command: Command): Promise<Decision> {
  const { needs, decide } = await prepare(wiring, { command, actor: SLUICE, rights: { teams: [] }, id: 'look' });
  return decide(await wiring.store.read(needs));
}
