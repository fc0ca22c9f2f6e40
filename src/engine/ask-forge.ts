/** What a forge is asked for a decision: commit checks, authors, who let a run into its environments. */
import type { Command } from '../core/command/command.ts';
import type { Decision, Rights } from '../core/decision.ts';
import { refuse } from '../core/decision.ts';
import type { CommitChecks, Facts, RunFacts } from '../core/facts.ts';
import type { Code } from '../core/model/code.ts';
import type { Actor } from '../core/model/actor.ts';
import type { Place } from '../core/model/place.ts';
import type { Release } from '../core/model/release.ts';
import type { Rollout } from '../core/model/rollout.ts';
import type { State } from '../core/model/state.ts';
import { SECOND } from '../core/model/time.ts';
import { asksGates } from '../core/rollout/asks-gates.ts';
import { findRollout } from '../core/rollout/find.ts';
import { approvalsOf } from '../core/rollout/vote.ts';
import { type Forge, ForgeError } from '../ports/forge.ts';
import { keptFor } from './kept.ts';
import type { Wiring } from './wiring.ts';

export type Asked = Pick<Facts, 'checks' | 'authors' | 'run'>;

/** One answer serves the steps of one tick. */
const FRESH = 10 * SECOND;

/** A decision that is made again is made on what was seen then. */
function forgeOf({ forge, given }: Wiring): Forge | undefined {
  return given === undefined ? forge : undefined;
}

/** For one rollout's step: its commit's checks where its gates are asked now, and the reviews of the run that would begin its next stage. */
export async function askForStep(wiring: Wiring, rollout: Rollout, now: number): Promise<Asked> {
  if (!forgeOf(wiring)) return {};
  const performer = performerOf(wiring);
  const asks = asksGates(rollout, { now, performer });
  const { subject, phase, stage, plan, overrides } = rollout;
  const commit = subject.type === 'release' && !overrides.includes('checks') ? subject.release.commit : undefined;
  const next = plan.stages[phase === 'exposing' ? stage + 1 : stage];
  const votes = asks && next && approvalsOf(next, rollout, wiring.config);
  const [checks, run] = await Promise.all([
    asks && commit !== undefined ? checksOf(wiring, [commit]) : {},
    votes ? reviewsHere(wiring) : undefined,
  ]);
  return { checks, ...(run && { run }) };
}

function performerOf({ here }: Wiring): Facts['performer'] {
  return here && { id: here.id, has: here.has, claimFor: 0 };
}

/** For a command: of the commits that a deploy names, or of the rollout that a word moves on. */
export async function askForCommand(
  wiring: Wiring,
  command: Command,
  releases: Readonly<Record<string, Release>>,
): Promise<Asked & { readonly refusal?: Decision }> {
  const forge = forgeOf(wiring);
  if (!forge) return {};
  if (command.name !== 'deploy') return { checks: {} };
  const commits = [...new Set(Object.values(releases).map(({ commit }) => commit))];
  const isEmergency = command.options['emergency'] === true;
  try {
    const [checks, authors, run] = await Promise.all([
      isEmergency ? {} : checksOf(wiring, commits),
      authorsOf(wiring, commits),
      reviewsHere(wiring),
    ]);
    return { checks, authors, ...(run && { run }) };
  } catch (error) {
    // An emergency waits for no votes, so nobody need know whose would not count.
    if (isEmergency) return { checks: {} };
    return { checks: {}, refusal: refuse(codeOf(error), `who wrote it could not be asked: ${said(error)}`) };
  }
}

/** For who waits first in a pair's queue. Who wrote it must be known, or its author's vote would count. Rejects with a ForgeError. */
export async function askForTurn(wiring: Wiring, place: Place | undefined): Promise<Asked> {
  const [first] = place?.queue ?? [];
  if (!forgeOf(wiring) || place?.active !== undefined || !first?.release) return {};
  const commits = [first.release.commit];
  const [checks, authors] = await Promise.all([checksOf(wiring, commits), authorsOf(wiring, commits)]);
  return { checks, authors };
}

const MOVES_ON: readonly string[] = ['promote', 'approve'];

/** What a word about a rollout needs, once the state says which rollout is meant. */
export async function askForWord(wiring: Wiring, command: Command, state: State): Promise<Asked> {
  if (!forgeOf(wiring) || !MOVES_ON.includes(command.name)) return {};
  const target = command.args['target'];
  const found = findRollout(state, {
    target: typeof target === 'string' ? target : undefined,
    environment: command.environment,
  });
  if (!found.ok || found.rollout.subject.type !== 'release') return {};
  const { subject, overrides } = found.rollout;
  const [checks, run] = await Promise.all([
    overrides.includes('checks') ? {} : checksOf(wiring, [subject.release.commit]),
    command.name === 'promote' ? reviewsHere(wiring) : undefined,
  ]);
  return { checks, ...(run && { run }) };
}

/** By full SHA; one that could not be asked is `unknown` with the reason, and its gate stays closed. */
async function checksOf(wiring: Wiring, commits: readonly string[]): Promise<Readonly<Record<string, CommitChecks>>> {
  const { forge } = wiring;
  if (!forge) return {};
  const found = await Promise.all(
    commits.map(async (commit) => {
      const ask = (): Promise<CommitChecks> => forge.code.checksOf(commit);
      const checks = await keptFor(
        forge,
        { key: `checks ${commit}`, now: wiring.clock.now(), fresh: FRESH },
        ask,
      ).catch((error: unknown): CommitChecks => ({
        state: 'unknown',
        detail: `the checks of ${commit.slice(0, 7)} could not be asked: ${said(error)}`,
      }));
      return [commit, checks] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Numeric ids by full SHA. Rejects with a ForgeError. */
async function authorsOf(
  { forge, clock }: Wiring,
  commits: readonly string[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  if (!forge) return {};
  const found = await Promise.all(
    commits.map(async (commit) => {
      const ask = (): ReturnType<Forge['code']['resolve']> => forge.code.resolve(commit);
      const known = await keptFor(forge, { key: `commit ${commit}`, now: clock.now(), fresh: Infinity }, ask);
      return [commit, known?.authors ?? []] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** Who let this very run into its environments; undefined: not asked, or nobody can say. Without an answer no vote counts. */
async function reviewsHere(wiring: Wiring): Promise<RunFacts | undefined> {
  const { forge, here, config, clock, log } = wiring;
  const run = here?.run;
  const gated = here?.has.some((one) => one.startsWith('github-environment:')) === true;
  const asks = Object.values(config.environments).some(({ approvals }) => approvals !== undefined);
  if (!forge || !run || run.attempt !== 1 || !gated || !asks) return undefined;
  const ask = (): Promise<RunFacts | undefined> => askReviews(wiring, forge, run);
  return keptFor(forge, { key: `reviews ${run.id}`, now: clock.now(), fresh: FRESH }, ask).catch((error: unknown) => {
    log(`who approved run ${run.id} could not be asked: ${said(error)}`);
    return undefined;
  });
}

type RunHere = NonNullable<NonNullable<Wiring['here']>['run']>;

async function askReviews(wiring: Wiring, forge: Forge, { id, attempt, url }: RunHere): Promise<RunFacts | undefined> {
  const [run, all] = await Promise.all([forge.runs.run(id), forge.runs.approvals(id)]);
  if (!run || run.attempt !== attempt) return undefined;
  const approvals = await Promise.all(
    all
      .filter(({ state }) => state === 'approved')
      .map(async ({ by, environments }) => ({ by, environments, rights: await rightsOf(wiring, forge, by) })),
  );
  return { id, attempt, headSha: run.headSha, ...(url === undefined ? {} : { url }), approvals };
}

/** Asked only where the policy names roles or teams. */
async function rightsOf({ config }: Wiring, { people }: Forge, { id, name }: Actor): Promise<Rights> {
  const from = Object.values(config.environments).flatMap(({ approvals }) => approvals?.from ?? []);
  if (!from.some((who) => who.startsWith('team:') || who.startsWith('role:'))) return { teams: [] };
  const teams = from.flatMap((who) => (who.startsWith('team:') ? [who.slice('team:'.length)] : []));
  return people.rights({ id, login: name }, [...new Set(teams)]);
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): Code {
  return error instanceof ForgeError ? error.code : 'unreachable';
}
