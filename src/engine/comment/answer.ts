/** A comment answered: read, refused or carried out, and told. The same for a workflow and for a server. */
import type { Command } from '../../core/command/command.ts';
import { help } from '../../core/command/help.ts';
import { printCommand } from '../../core/command/print.ts';
import { type Asked, askedIn } from '../../core/conversation/asked.ts';
import { elsewhere } from '../../core/conversation/elsewhere.ts';
import { markOf } from '../../core/conversation/reaction.ts';
import { type Answered, replyTo } from '../../core/conversation/reply.ts';
import { requestOf } from '../../core/conversation/request.ts';
import type { Said } from '../../core/conversation/said.ts';
import { isStranger } from '../../core/conversation/stranger.ts';
import { type Outcome, refuse, type Rights } from '../../core/decision.ts';
import type { Actor } from '../../core/model/actor.ts';
import { CODES, type Code } from '../../core/model/code.ts';
import type { Rollout } from '../../core/model/rollout.ts';
import type { Report } from '../../core/report/report.ts';
import type { Forge, Reaction } from '../../ports/forge.ts';
import { execute } from '../execute.ts';
import type { Wiring } from '../wiring.ts';
import { resolving, type Standing, standingOf } from './head.ts';
import { ofItsPull } from './target.ts';
import { type Listening, listening } from './woken.ts';

export interface CommentOptions {
  readonly forge: Forge;
  /** What the author may here, asked now. Rejects where nobody can say. */
  readonly rights: (actor: Actor) => Promise<Rights>;
  readonly markdown: (report: Report) => string;
  /** The page of a workflow run. */
  readonly runUrl: (id: string) => string;
  /** Goes on with what the command began (ticks, shows); absent: somebody else does. */
  readonly carry?: (wiring: Wiring, outcome: Outcome) => Promise<Carried>;
  /** The event is told again: by the author himself, or by another, who gets nothing of the author's rights. */
  readonly again?: 'author' | 'other';
}

export interface Carried {
  readonly outcome: Outcome;
  readonly rollout?: Rollout;
}

/** `silent`: plain talk, of which nobody is told anything. */
export type CommentAnswer = { readonly kind: 'silent' } | ({ readonly kind: 'answered' } & Carried);

/**
 * Answers a new comment (`readSaid`). What it asks is done once, as its author, with what he may at this moment. Reactions and
 * replies are decoration: where they fail the log says so. Never rejects for what a person can mend: that is the outcome.
 */
export async function answerComment(wiring: Wiring, said: Said, options: CommentOptions): Promise<CommentAnswer> {
  const asked = askedIn(said.body, wiring.config);
  if (asked.kind === 'none') return { kind: 'silent' };
  if (options.again === 'other') return { kind: 'answered', ...refusal('rerun-refused', OTHERS) };
  const ears = listening(wiring, options.runUrl);
  const answered = await answeredTo(ears, said, { options, asked }).catch((error: unknown): Answered => ({
    outcome: failure(wiring, error),
  }));
  const remarks = answered.isStranger === true ? [] : ears.remarks(answered.rollout);
  await tell(wiring, said, { options, answered: { ...answered, remarks } });
  const { outcome, rollout } = answered;
  return { kind: 'answered', outcome, ...(rollout && { rollout }) };
}

const OTHERS = 'somebody else wrote this comment: say it in one of your own, with your own rights';

interface Question {
  readonly options: CommentOptions;
  readonly asked: Exclude<Asked, { readonly kind: 'none' }>;
}

/** Nothing is written before it is known that the author has a role here: anybody may comment. */
async function answeredTo({ wiring }: Listening, said: Said, { options, asked }: Question): Promise<Answered> {
  const actor: Actor = { kind: 'github', id: said.by.id, name: said.by.login, verified: true };
  const rights = await options.rights(actor);
  const name = asked.kind === 'command' ? asked.command.name : undefined;
  if (isStranger(wiring.config, { actor, rights }, name))
    return { ...refusal('not-permitted', `${actor.name} has no role here that a command asks for`), isStranger: true };
  const seen = react(wiring, said, { options, reaction: 'eyes' });
  const by = { actor, rights };
  const answered = await carriedOrNot(wiring, said, { options, asked, by }).catch((error: unknown): Answered => ({
    outcome: failure(wiring, error),
  }));
  await seen;
  return answered;
}

interface Heard extends Question {
  readonly by: { readonly actor: Actor; readonly rights: Rights };
}

async function carriedOrNot(wiring: Wiring, said: Said, { options, asked, by }: Heard): Promise<Answered> {
  const { actor, rights } = by;
  if (asked.kind === 'unclear') return { ...refusal(asked.code, asked.message), caret: asked.caret ?? '' };
  const { command, readAs } = asked;
  const where = elsewhere(command);
  if (where !== undefined) return refusal('event-unsuitable', where);
  wiring.log(`${actor.name} (${rights.role ?? 'no role'}) asks: ${printCommand(command)}`);
  const done =
    command.name === 'help' ? helped(command) : await carriedOut(wiring, { command, said, actor, rights, options });
  return { ...done, ...(readAs === undefined ? {} : { readAs }) };
}

interface Carrying {
  readonly command: Command;
  readonly said: Said;
  readonly actor: Actor;
  readonly rights: Rights;
  readonly options: CommentOptions;
}

async function carriedOut(
  wiring: Wiring,
  { command: typed, said, actor, rights, options }: Carrying,
): Promise<Carried> {
  const standing: Standing = standingOf(options.forge, said, options.again === 'author');
  const found = await ofItsPull(wiring, typed, standing);
  if ('refusal' in found) return found.refusal;
  const { command } = found;
  const outcome = await execute(
    { ...wiring, resolve: resolving(wiring.resolve, standing) },
    { command, actor, rights, id: requestOf(said), source: said.url, born: said.at },
  );
  const goesOn = outcome.ok && outcome.commit !== undefined && !wasDone(outcome);
  return goesOn && options.carry ? options.carry(wiring, outcome) : { outcome };
}

/** By the same request, some time before (engine/commit.ts). */
function wasDone({ code, commit }: Outcome): boolean {
  return code === 'unchanged' && commit !== undefined;
}

function helped({ args }: Command): Carried {
  const words = Array.isArray(args['command']) ? (args['command'] as readonly string[]) : [];
  const { found, title, report } = help(words);
  const code = found ? 'done' : 'command-unknown';
  return { outcome: { schemaVersion: 1, ok: found, code, summary: title, details: null, report } };
}

function refusal(code: Code, summary: string): Carried {
  return { outcome: refuse(code, summary).outcome };
}

/** An error that carries one of our codes is a refusal in words; any other is a fault of ours, and nobody is told its inside. */
function failure({ log }: Wiring, error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !Object.hasOwn(CODES, code)) {
    log(error instanceof Error ? (error.stack ?? message) : message);
    return refuse('internal', 'a fault in Sluice itself: the log of the run has it').outcome;
  }
  const summary = message.startsWith(`${code}: `) ? message.slice(code.length + 2) : message;
  return refuse(code as Code, summary).outcome;
}

interface Telling {
  readonly options: CommentOptions;
  readonly answered: Answered;
}

/** Whoever has no role here gets one reaction, and no words that everybody reads. */
async function tell(wiring: Wiring, said: Said, { options, answered }: Telling): Promise<void> {
  const { outcome, rollout, isStranger: stranger, caret } = answered;
  if (stranger === true) return react(wiring, said, { options, reaction: '-1' });
  const reaction = caret === undefined ? markOf(outcome, rollout !== undefined) : 'confused';
  const marker = `reply ${said.id}`;
  const body = options.markdown(replyTo(answered));
  const { talk } = options.forge;
  await Promise.all([
    react(wiring, said, { options, reaction }),
    decoration(wiring, 'the reply', () =>
      options.again === undefined ? talk.say(said.number, body, marker) : talk.stick(said.number, { marker, body }),
    ),
  ]);
}

async function react(
  wiring: Wiring,
  { id }: Said,
  { options, reaction }: { readonly options: CommentOptions; readonly reaction: Reaction },
): Promise<void> {
  await decoration(wiring, `the reaction ${reaction}`, () => options.forge.talk.react(id, reaction));
}

async function decoration({ log }: Wiring, what: string, work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) =>
    log(`${what} could not be given: ${error instanceof Error ? error.message : String(error)}`),
  );
}
