/** Sealed mode of any command, and of a job's report: nothing is written here. */
import type { Command } from '../../core/command/command.ts';
import { printCommand } from '../../core/command/print.ts';
import { readValue } from '../../core/command/value.ts';
import type { Outcome } from '../../core/decision.ts';
import type { Code } from '../../core/model/code.ts';
import { SECOND } from '../../core/model/time.ts';
import { numberOf } from '../inputs.ts';
import type { Answer, RolloutTold } from '../proceed.ts';
import { requestId } from '../request.ts';
import { endpointOf, type SealedReport, sendSealed } from '../sealed.ts';
import type { Step } from '../step.ts';

type Asked = { readonly endpoint: string } & ({ readonly command: Command } | { readonly report: SealedReport });

/** How often a waiting job asks how its request stands, in ms. */
const PERIOD = 15 * SECOND;

/** Modes that wait for a stage, and whose `proceed` others read. */
const WAITS: readonly string[] = ['deploy', 'promote', 'report'];
/** The rollout moves by itself; anything else ends the wait. */
const MOVING: readonly Code[] = ['started', 'baking'];
/** Phases of a rollout that goes up or has arrived. */
const UP: readonly unknown[] = ['exposing', 'provisional', 'completed'];

export async function sealedAnswer(step: Step, asked: Asked): Promise<Answer> {
  const { host } = endpointOf(asked.endpoint);
  const { idToken, proxiedPost } = await import('../../compose/github-token.ts');
  const { context, clock, signal, env, inputs } = step;
  const fetch = step.fetch ?? (await proxiedPost(env));
  const what = 'command' in asked ? { command: printCommand(asked.command) } : { report: asked.report };
  const words = what.command ?? `report ${what.report?.operation}`;
  step.log(`sealed mode (${host} writes the state): ${words}`);
  const request = requestId(context, { command: words });
  // A token for one endpoint is of no use at another.
  const token = (): Promise<string> => idToken(env, `sluice:${host}`);
  const sealed = { endpoint: asked.endpoint, token, clock, signal, ...(fetch === undefined ? {} : { fetch }) };
  const ask = (watch?: { readonly until?: string }): Promise<Outcome> =>
    sendSealed({ ...what, request, source: context.runUrl, mode: inputs.action, ...(watch && { watch }) }, sealed);
  const outcome = await ask();
  if (!outcome.ok || toldIn(outcome).rollout === undefined || isDry(asked)) return answerOf(outcome);
  return watched(step, { asked, ask, first: outcome });
}

function isDry(asked: Asked): boolean {
  return 'command' in asked && asked.command.options['dry-run'] === true;
}

interface Watched {
  readonly asked: Asked;
  readonly ask: (watch: { readonly until?: string }) => Promise<Outcome>;
  readonly first: Outcome;
}

/** Asks under the same request how it stands, until the stage has passed, something holds it, or the time is over. */
async function watched({ clock, signal, inputs, log }: Step, { asked, ask, first }: Watched): Promise<Answer> {
  const end = clock.now() + (numberOf(inputs, 'timeout') ?? 0);
  const until = untilOf(asked);
  let line = first.summary;
  for (;;) {
    const now = await ask(until === undefined ? {} : { until });
    if (now.summary !== line) log((line = now.summary));
    const { operation, ...answer } = answerOf({ ...now, ...(first.commit !== undefined && { commit: first.commit }) });
    if (operation !== undefined) return { ...answer, operation, continue: true };
    if (!MOVING.includes(now.code) || clock.now() >= end) {
      const passed = now.code === 'done' && UP.includes(memberOf(now, 'phase'));
      return { ...answer, proceed: passed && WAITS.includes(inputs.action) };
    }
    await clock.sleep(Math.min(PERIOD, end - clock.now()), signal);
  }
}

function untilOf(asked: Asked): string | undefined {
  if (!('command' in asked)) return undefined;
  const { name, options } = asked.command;
  const stage = name === 'promote' ? options['to'] : options['until'];
  return typeof stage === 'string' ? stage : undefined;
}

function answerOf(outcome: Outcome): Answer & { readonly operation?: string } {
  const operation = textOf(outcome, 'operation');
  return { outcome, told: toldIn(outcome), proceed: false, ...(operation === undefined ? {} : { operation }) };
}

function memberOf({ details }: Outcome, name: string): unknown {
  const isObject = details !== null && typeof details === 'object' && !Array.isArray(details);
  return isObject && Object.hasOwn(details, name) ? (details as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textOf(outcome: Outcome, name: string): string | undefined {
  const value = memberOf(outcome, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function toldIn(outcome: Outcome): RolloutTold {
  const rollout = textOf(outcome, 'rollout') ?? textOf(outcome, 'id');
  const texts = Object.fromEntries(
    ['stage', 'url', 'version', 'sha'].flatMap((name) => {
      const text = textOf(outcome, name);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
  const share = memberOf(outcome, 'weight');
  const reading = typeof share === 'string' ? readValue('percent', share) : { value: share };
  const weight = 'value' in reading && typeof reading.value === 'number' ? { weight: reading.value } : {};
  return { ...(rollout === undefined ? {} : { rollout }), ...texts, ...weight };
}
