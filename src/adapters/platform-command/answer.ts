import * as z from 'zod';
import { fromPercent } from '../../core/model/weight.ts';
import { platformError, type OperationStatus, type RunningVersion } from '../../ports/platform.ts';
import { lastLines, type RunResult } from '../../ports/runner.ts';

/** What a command may print on standard output, alone or as its last line. Weights in percent. */
export interface Answer {
  readonly state?: 'done' | 'running' | 'failed' | 'unknown';
  readonly url?: string;
  /** By which `status` finds a deploy that goes on after its command ended. */
  readonly ref?: string;
  readonly detail?: string;
  readonly versions?: readonly {
    readonly label: string;
    readonly weight: number;
    readonly healthy?: boolean;
    readonly url?: string;
  }[];
}

const Answer: z.ZodType<Answer> = z.object({
  state: z.enum(['done', 'running', 'failed', 'unknown']).exactOptional(),
  url: z.url({ protocol: /^https?$/ }).exactOptional(),
  ref: z.string().min(1).max(500).exactOptional(),
  detail: z.string().exactOptional(),
  versions: z
    .array(
      z.object({
        label: z.string(),
        weight: z.number().min(0).max(100),
        healthy: z.boolean().exactOptional(),
        url: z.string().exactOptional(),
      }),
    )
    .exactOptional(),
});

/** The answer in a command's output; `{}` where it printed none; a text that says what is wrong with it. */
function readAnswer(stdout: string): Answer | string {
  const found = parseObject(stdout) ?? parseObject(lastLines(stdout, 1));
  if (found === undefined || !('state' in found || 'versions' in found)) return {};
  const result = Answer.safeParse(found);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `its answer is not understood: ${issue?.path.join('.')}: ${issue?.message}`;
}

function parseObject(text: string): object | undefined {
  if (!text.trim().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** What became of a command that was to change something. */
export function statusOf(what: string, result: RunResult): OperationStatus {
  const failure = failureOf(what, result);
  if (failure !== undefined) return { state: 'failed', detail: failure };
  const answer = readAnswer(result.stdout);
  if (typeof answer === 'string') return { state: 'failed', detail: `${what}: ${answer}` };
  return toStatus(what, answer) ?? { state: 'failed', detail: `${what} answered unknown` };
}

/** What `status` says of an operation. Throws `unreachable` where it could not be asked or said nothing. */
export function foundStatus(result: RunResult): OperationStatus | { readonly state: 'unknown' } {
  const answer = believed(result);
  if (answer.state === undefined)
    throw platformError('unreachable', 'status: printed no {"state": ...} of the operation');
  return toStatus('status', answer) ?? { state: 'unknown' };
}

/** The versions `status` lists, if it does. Throws `unreachable` where it could not be asked. */
export function foundVersions(result: RunResult): readonly RunningVersion[] | undefined {
  return believed(result).versions?.map(({ label, weight, healthy = true, url }) => ({
    label,
    weight: fromPercent(weight),
    healthy,
    ...(url !== undefined && { url }),
  }));
}

function believed(result: RunResult): Answer {
  const failure = failureOf('status', result);
  const answer = failure === undefined ? readAnswer(result.stdout) : failure;
  if (typeof answer === 'string') throw platformError('unreachable', answer);
  return answer;
}

function toStatus(what: string, answer: Answer): OperationStatus | undefined {
  const { state = 'done', url, ref, detail } = answer;
  if (state === 'unknown') return undefined;
  if (state === 'failed') return { state, detail: detail ?? `${what} says that it failed` };
  if (state === 'running') return { state, ref: ref ?? '' };
  return { state, ...(url !== undefined && { url }), ...(detail !== undefined && { detail }) };
}

function failureOf(what: string, result: RunResult): string | undefined {
  const said = lastLines(result.stderr === '' ? result.stdout : result.stderr);
  const because = said === '' ? '' : `: ${said}`;
  switch (result.end) {
    case 'timed-out':
      return `${what} was ended after ${Math.round(result.took / 1_000)} s${because}`;
    case 'aborted':
      return `${what} was stopped${because}`;
    case 'not-started':
      return `${what} could not start${because}`;
    case 'exited':
      if (result.exit === 0) return undefined;
      return `${what} ${result.exit === null ? 'was ended by a signal' : `exit ${result.exit}`}${because}`;
  }
}
