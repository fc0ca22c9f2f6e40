/** Sealed mode of any command, and of a job's report: nothing is written here. */
import type { Command } from '../../core/command/command.ts';
import { printCommand } from '../../core/command/print.ts';
import type { Answer } from '../proceed.ts';
import { requestId } from '../request.ts';
import { endpointOf, type SealedReport, sendSealed } from '../sealed.ts';
import type { Step } from '../step.ts';

type Asked = { readonly endpoint: string } & ({ readonly command: Command } | { readonly report: SealedReport });

export async function sealedAnswer(step: Step, asked: Asked): Promise<Answer> {
  const { host } = endpointOf(asked.endpoint);
  const { idToken, proxiedPost } = await import('../../compose/github-token.ts');
  const { context, clock, signal, env, inputs } = step;
  const fetch = step.fetch ?? (await proxiedPost(env));
  const what = 'command' in asked ? { command: printCommand(asked.command) } : { report: asked.report };
  const words = what.command ?? `report ${what.report?.operation}`;
  step.log(`sealed mode (${host} writes the state): ${words}`);
  const outcome = await sendSealed(
    { ...what, request: requestId(context, { command: words }), source: context.runUrl, mode: inputs.action },
    { endpoint: asked.endpoint, token: () => idToken(env), clock, signal, ...(fetch === undefined ? {} : { fetch }) },
  );
  return { outcome, proceed: outcome.code === 'done' };
}
