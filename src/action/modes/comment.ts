/** `actions/comment`: the comment that started the run, read from the event alone, carried out as its author, and answered. */
import { commandsInComment } from '../../core/command/comment.ts';
import { parseCommand } from '../../core/command/parse.ts';
import { stops } from '../../core/command/stops.ts';
import { askedIn, COMMENT_WORDS, mayAsk } from '../../core/conversation/asked.ts';
import { replyTo } from '../../core/conversation/reply.ts';
import { readSaid, type Said } from '../../core/conversation/said.ts';
import type { Outcome } from '../../core/decision.ts';
import type { Actor } from '../../core/model/actor.ts';
import { needsOf } from '../../core/needs.ts';
import { answerComment, type Carried, type CommentOptions } from '../../engine/comment/answer.ts';
import { isOurs } from '../../engine/ours.ts';
import { project } from '../../engine/project.ts';
import { callForJobs } from '../../engine/step.ts';
import type { Wiring } from '../../engine/wiring.ts';
import { renderMarkdown } from '../../render/markdown.ts';
import type { GithubComposed } from '../../compose/github.ts';
import { ActionError, outcomeOf } from '../failure.ts';
import { follow, rolloutIn } from '../follow.ts';
import { textOf } from '../inputs.ts';
import type { Answer } from '../proceed.ts';
import { switchOn } from '../schedule.ts';
import { askerOf, FEW_LEFT, forgeOf, OPEN, openEngine, type Step } from '../step.ts';
import { findRolloutById } from '../wait.ts';

export async function comment(step: Step): Promise<Answer> {
  const { context, inputs } = step;
  const reading = readSaid(context.event === 'issue_comment' ? context.payload : undefined);
  if (reading.kind === 'unsuitable')
    throw new ActionError('event-unsuitable', `${context.event}: ${reading.because}: [created]`);
  if (reading.kind === 'ignored') return quiet(reading.because);
  const { said } = reading;
  if (!mayAsk(said.body)) return quiet('it asks for nothing');
  const endpoint = textOf(inputs, 'endpoint');
  if (endpoint !== undefined)
    throw new ActionError(
      'event-unsuitable',
      `in sealed mode the bot at ${endpoint} answers comments itself: take this workflow away`,
    );
  const engine = await opened(step, said);
  try {
    giveWay(engine, said);
    const answer = await answerComment(engine.wiring, said, answering(step, engine, said));
    return answer.kind === 'silent' ? quiet('it asks for nothing') : answer;
  } finally {
    await engine.close();
  }
}

/** The last calls are for going back, in whatever words this repository says it. */
function giveWay({ scarce, config }: GithubComposed, { body }: Said): void {
  const asked = askedIn(body, config);
  if (asked.kind === 'none' || (asked.kind === 'command' && stops(asked.command.name)) || !scarce()) return;
  throw new ActionError('rate-limited', `${FEW_LEFT} the command again later, in a new comment`);
}

/** The log alone says it: whoever talks is not answered. */
function quiet(because: string): Answer {
  const summary = `nothing was done: ${because}`;
  return { outcome: { schemaVersion: 1, ok: true, code: 'unchanged', summary, details: null } };
}

/** Where there is no engine to be had, whoever typed a command by its usual name is told why. */
async function opened(step: Step, said: Said): Promise<GithubComposed> {
  const who: Actor = { kind: 'github', id: said.by.id, name: said.by.login, verified: true };
  const workflow = textOf(step.inputs, 'workflow');
  try {
    return await openEngine(step, { needs: needsIn(said), asks: true, who, ...(workflow && { workflow }) });
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.code.startsWith('config-') && usual(said) !== undefined) await sayUnopened(step, said, outcome);
    throw error;
  }
}

async function sayUnopened(step: Step, { id, number }: Said, outcome: Outcome): Promise<void> {
  const failed = (error: unknown): void => step.log(`the reply could not be given: ${outcomeOf(error).summary}`);
  const { talk } = await forgeOf(step);
  await talk.react(id, '-1').catch(failed);
  await talk.say(number, renderMarkdown(replyTo({ outcome })), `reply ${id}`).catch(failed);
}

/** The command by the words that hold where the configuration has no others. */
function usual({ body }: Said): string | undefined {
  const reading = commandsInComment(body, COMMENT_WORDS);
  return reading.kind === 'command' ? reading.text : undefined;
}

/** What is read along with the configuration; a wrong guess costs one more call. */
function needsIn(said: Said): readonly string[] {
  const text = usual(said);
  const parsed = text === undefined ? undefined : parseCommand(text, { surface: 'comment' });
  return parsed?.ok === true ? needsOf(parsed.command) : [];
}

function answering(step: Step, engine: GithubComposed, { by }: Said): CommentOptions {
  const { context, log } = step;
  const { comments } = engine.config;
  const { serverUrl, repository, attempt, triggeringActor } = context;
  const isHis = triggeringActor?.toLowerCase() === by.login.toLowerCase();
  log(`${OPEN} a comment by ${by.login}`);
  return {
    forge: engine.forge,
    rights: async () => (await askerOf(step, engine)).rights,
    markdown: (report) => renderMarkdown(report, { prefix: comments.prefix, bare: comments.bare }),
    runUrl: (id) => `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${id}`,
    carry: (wiring, outcome) => carry(step, { ...engine, wiring }, outcome),
    ...(attempt > 1 && { again: isHis ? 'author' : 'other' }),
  };
}

/**
 * One tick of what it moved, by which a job is called for. What cannot even be seen from here (no checkout, no secrets) is a job's
 * from the beginning: what the command called for, or a tick, is started, and shows what it does.
 */
async function carry(step: Step, engine: GithubComposed, outcome: Outcome): Promise<Carried> {
  const { wiring } = engine;
  const id = rolloutIn(outcome);
  const rollout = id === undefined ? undefined : await findRolloutById({ wiring, id });
  if (id === undefined || !rollout) {
    await tellOthers(wiring);
    return { outcome };
  }
  if (isOurs(wiring, rollout)) {
    const followed = await follow(step, engine, { id, begun: true, commit: outcome.commit ?? '' });
    return { outcome, ...(followed.rollout && { rollout: followed.rollout }) };
  }
  // A workflow that is switched off cannot be started either.
  await switchOn(wiring);
  const called = await callForJobs(wiring, rollout);
  if (called !== rollout || !(await startTick(wiring))) await project(wiring, { last: true });
  return { outcome, rollout: called };
}

async function startTick({ wake, log }: Wiring): Promise<boolean> {
  try {
    await wake?.tick();
    return wake !== undefined;
  } catch (error) {
    log(`no job could be started: ${outcomeOf(error).summary}`);
    return false;
  }
}

/** Nothing that is shown on GitHub has moved: its channel is not asked how far it is. */
async function tellOthers(wiring: Wiring): Promise<void> {
  const channels = wiring.channels.filter(({ show }) => show === undefined);
  await project({ ...wiring, channels }, { last: true });
}
