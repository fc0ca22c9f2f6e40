/** `flag check --at`, and the history of `flag show`: what asks the branch beside the state. */
import type { Command } from '../../core/command/command.ts';
import type { Asking, Decision } from '../../core/decision.ts';
import { decideFlag } from '../../core/flag/commands.ts';
import { needsOfFlagCommand } from '../../core/flag/needs.ts';
import { SLUICE } from '../../core/model/actor.ts';
import type { Json } from '../../core/model/document.ts';
import { paths } from '../../core/model/state.ts';
import { historyDetails, historyReport } from '../../core/report/history.ts';
import { printMoment } from '../../core/report/words.ts';
import { stateOf } from '../state.ts';
import type { Wiring } from '../wiring.ts';
import { commitAt } from './commits.ts';

/** What a look at a flag is decided with: nobody is asked for a permission. */
function looking(now: number): Asking {
  return { now, actor: SLUICE, rights: { teams: [] }, request: 'look', dryRun: true, overrides: [], command: 'flag' };
}

/** What a user gets now, or got then: by the flags, segments and clock of that commit. */
export async function flagCheck(wiring: Wiring, command: Command): Promise<Decision> {
  const { store, config } = wiring;
  const moment = command.options['at'];
  if (typeof moment !== 'string' || moment === 'now') {
    const snapshot = await store.read(needsOfFlagCommand(command));
    return decideFlag(await stateOf(snapshot, config, store), command, looking(snapshot.now));
  }
  const found = await commitAt(store, moment);
  if ('refusal' in found) return found.refusal;
  const { revision, at } = found.commit;
  const snapshot = await store.read(needsOfFlagCommand(command), revision);
  const decision = decideFlag(await stateOf(snapshot, config, store), command, looking(at));
  const { outcome } = decision;
  const as = `as of ${revision.slice(0, 7)} (${printMoment(new Date(at).toISOString(), snapshot.now)})`;
  return { ...decision, outcome: { ...outcome, summary: `${outcome.summary}, ${as}` } };
}

const SHOWN = 10;

/** The flag with its last changes below it. */
export async function flagShow(wiring: Wiring, command: Command): Promise<Decision> {
  const { store, config } = wiring;
  const snapshot = await store.read(needsOfFlagCommand(command));
  const decision = decideFlag(await stateOf(snapshot, config, store), command, looking(snapshot.now));
  const { outcome } = decision;
  const { details, report } = outcome;
  if (!outcome.ok || !report) return decision;
  const commits = await store.history({ path: paths.flag(String(command.args['key'])), limit: SHOWN, lean: true });
  const blocks = [...report.blocks, ...historyReport(commits, snapshot.now).blocks];
  return {
    ...decision,
    outcome: {
      ...outcome,
      details: { ...(details as Readonly<Record<string, Json>>), history: historyDetails(commits) },
      report: { blocks },
    },
  };
}
