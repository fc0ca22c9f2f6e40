/** Commits that are not ours: what lies after the last seal is a proposal, decided like a command. */
import type { Message } from '../decision.ts';
import { digestOf } from '../digest.ts';
import type { Actor } from '../model/actor.ts';
import { printDocument } from '../model/document.ts';
import type { Alert } from '../model/place.ts';
import type { Rollout } from '../model/rollout.ts';
import { paths } from '../model/state.ts';
import { hold } from '../rollout/hold.ts';
import { actorOf as gitActorOf, type BranchCommit } from './branch-commit.ts';
import type { ForeignFile } from './foreign-file.ts';
import { type ExternalCommand, takeBacks } from './take-back.ts';
import { type FileVerdict, judgeFile, type VerdictInput } from './verdict.ts';
import { alertsOf, messageFor } from './wording.ts';

export interface ExternalInput extends VerdictInput {
  /** Sealed commits that a revert may mean, newest first. */
  readonly ours: readonly BranchCommit[];
  /** Every path that differs between the last sealed commit and the head. */
  readonly files: readonly ForeignFile[];
  /** Unfinished rollouts by id, as the last sealed commit has them. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** Milliseconds. */
  readonly now: number;
}

export interface ExternalDecision {
  /** Files as the sealed commit on top writes them, alerts included. Empty where everything is adopted as it stands. */
  readonly changes: readonly { readonly path: string; readonly text: string | null }[];
  readonly verdicts: readonly FileVerdict[];
  readonly alerts: readonly Alert[];
  /** To be executed after the commit. Their rollouts are held until then. */
  readonly commands: readonly ExternalCommand[];
  /** For the sealed commit, which is due also without changes: its seal says that all below it was decided. */
  readonly message: Message;
  /** For `Sluice-Actor`: who brought in the newest commit. */
  readonly actor: Actor;
}

/** Desired documents are adopted where policy allows; all else is put back; a revert of a rollout's commit means `rollback`. */
export function decideExternal(input: ExternalInput): ExternalDecision {
  const { foreign, ours, files, policy, now, actorOf = gitActorOf } = input;
  const commands = policy === 'refuse' ? [] : takeBacks({ foreign, ours, files, actorOf });
  const spoken = new Set(commands.flatMap(({ paths: said }) => said));
  const verdicts = files.map((file) => judgeFile(file, input));
  // Within a revert of a rollout's commit nothing is adopted by itself: the rollback sets the old serve.
  const putBack = verdicts.filter(({ file, verdict }) => verdict !== 'adopted' || spoken.has(file.path));
  const refused = putBack.filter(({ file }) => !spoken.has(file.path));
  const adopted = verdicts.filter((verdict) => !putBack.includes(verdict));
  const newest = foreign[0]?.revision ?? '';
  const alerts = alertsOf({ refused, id: `foreign-${digestOf(newest).slice(0, 8)}`, now });
  const actor = foreign[0] ? actorOf(foreign[0]) : gitActorOf(NOBODY);
  const texts = new Map(putBack.map(({ file }) => [file.path, file.before]));
  for (const alert of alerts) texts.set(paths.alert(alert.id), printDocument(alert));
  for (const held of holds(input, { refused, commands })) texts.set(paths.rollout(held.id), printDocument(held));
  const changes = [...texts].map(([path, text]) => ({ path, text }));
  return { changes, verdicts, alerts, commands, message: messageFor({ adopted, refused, commands, foreign }), actor };
}

const NOBODY: BranchCommit = {
  revision: '',
  parents: [],
  author: { name: 'unknown', email: 'unknown' },
  committer: { name: 'unknown', email: 'unknown' },
  title: '',
  body: '',
  trailers: new Map(),
  sealed: false,
  changes: [],
};

interface Grounds {
  readonly refused: readonly FileVerdict[];
  readonly commands: readonly ExternalCommand[];
}

/** Rollouts whose own file or pair was edited by hand, and those about to go back, held: nothing goes up unseen. */
function holds({ policy, rollouts, now }: ExternalInput, { refused, commands }: Grounds): readonly Rollout[] {
  return [...rollouts.values()].flatMap((rollout) => {
    const command = commands.find((one) => one.rollout === rollout.id);
    const edit = policy === 'hold' ? refused.find(({ file }) => belongsTo(rollout, file.path)) : undefined;
    const by = command?.actor ?? edit?.actor;
    if (!by) return [];
    const reason = command
      ? `its commit ${command.reverted.slice(0, 10)} was reverted by hand: rollback follows`
      : `${edit?.file.path ?? ''} was edited by hand and put back`;
    return [hold(rollout, { kind: 'edited-by-hand', by, reason, now })];
  });
}

function belongsTo({ id, subject }: Rollout, path: string): boolean {
  if (path === paths.rollout(id)) return true;
  return subject.type === 'release' && path === paths.place(subject.service, subject.environment);
}
