/** What the runner says of this run: the event, the repository, the run and its attempt, where GitHub's API is. */
import { readFile } from 'node:fs/promises';
import { ActionError } from './failure.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** An event's payload; only what the runtime reads is named, everything in it is hostile. */
export type Payload = Readonly<Record<string, unknown>>;

export interface RunContext {
  /** `push`, `workflow_dispatch`, `schedule`, ... */
  readonly event: string;
  readonly payload: Payload;
  readonly repository: { readonly owner: string; readonly name: string };
  readonly runId: string;
  /** 1 at first; each re-run one more. */
  readonly attempt: number;
  /** The job's id in its workflow. */
  readonly job: string;
  /** `GITHUB_ACTION`: the step's id, or one that the runner made up. */
  readonly step: string;
  /**
   * Tells apart the steps that share a job's id and a step's: those of a user's own composite action. The runner makes files of its
   * own for each step that it starts; empty where it does not say.
   */
  readonly start: string;
  /** The workflow's file name, such as `deploy.yml`; empty where the runner does not say. */
  readonly workflow: string;
  readonly ref: string;
  readonly sha: string;
  /** `https://api.github.com`, or an Enterprise server's `https://ghe.example.com/api/v3`. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly workspace?: string;
  /** Of the first attempt: `GITHUB_ACTOR` and its numeric id. */
  readonly actor: { readonly login?: string; readonly id?: string };
  /** Who started this attempt. */
  readonly triggeringActor?: string;
  /** The run as people look at it, with its attempt. */
  readonly runUrl: string;
}

/**
 * Reads the runner's variables and the event's file. The toolkit's own `Context` would do less for more: it does not know the attempt,
 * the workflow's file or who re-runs, takes what is missing for empty, and brings the whole toolkit before the first question.
 * Rejects with `event-unsuitable` outside of a runner, or where the event cannot be read.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/variables
 */
export async function readContext(env: Env): Promise<RunContext> {
  const repository = repositoryOf(env);
  const runId = digits(env, 'GITHUB_RUN_ID');
  const attempt = Number(optional(env, 'GITHUB_RUN_ATTEMPT') ?? '1');
  const serverUrl = trimmed(optional(env, 'GITHUB_SERVER_URL') ?? 'https://github.com');
  const workspace = optional(env, 'GITHUB_WORKSPACE');
  const triggeringActor = optional(env, 'GITHUB_TRIGGERING_ACTOR');
  const path = `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${runId}`;
  return {
    event: required(env, 'GITHUB_EVENT_NAME'),
    payload: await readPayload(env),
    repository,
    runId,
    attempt: Number.isInteger(attempt) && attempt > 0 ? attempt : 1,
    job: optional(env, 'GITHUB_JOB') ?? '',
    step: optional(env, 'GITHUB_ACTION') ?? '',
    start: optional(env, 'GITHUB_OUTPUT') ?? optional(env, 'GITHUB_STEP_SUMMARY') ?? '',
    workflow: /([^/@]+)@/.exec(optional(env, 'GITHUB_WORKFLOW_REF') ?? '')?.[1] ?? '',
    ref: optional(env, 'GITHUB_REF') ?? '',
    sha: optional(env, 'GITHUB_SHA') ?? '',
    apiUrl: trimmed(optional(env, 'GITHUB_API_URL') ?? 'https://api.github.com'),
    serverUrl,
    ...(workspace === undefined ? {} : { workspace }),
    actor: actorOf(env),
    ...(triggeringActor === undefined ? {} : { triggeringActor }),
    runUrl: attempt > 1 ? `${path}/attempts/${attempt}` : path,
  };
}

function repositoryOf(env: Env): RunContext['repository'] {
  const [owner = '', name = '', more] = required(env, 'GITHUB_REPOSITORY').split('/');
  if (owner === '' || name === '' || more !== undefined)
    throw new ActionError('event-unsuitable', 'GITHUB_REPOSITORY is not OWNER/NAME: this runs on a GitHub runner only');
  return { owner, name };
}

function actorOf(env: Env): RunContext['actor'] {
  const [login, id] = [optional(env, 'GITHUB_ACTOR'), optional(env, 'GITHUB_ACTOR_ID')];
  return {
    ...(login === undefined ? {} : { login }),
    ...(id === undefined || !/^\d+$/.test(id) ? {} : { id }),
  };
}

function optional(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

function required(env: Env, name: string): string {
  const value = optional(env, name);
  if (value === undefined)
    throw new ActionError('event-unsuitable', `${name} is not set: this runs as a step of a GitHub workflow only`);
  return value;
}

function digits(env: Env, name: string): string {
  const value = required(env, name);
  if (!/^\d+$/.test(value)) throw new ActionError('event-unsuitable', `${name} is not a number: it names no run`);
  return value;
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

async function readPayload(env: Env): Promise<Payload> {
  const path = optional(env, 'GITHUB_EVENT_PATH');
  if (path === undefined) return {};
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new ActionError('event-unsuitable', `the event's file cannot be read: ${why}`);
  });
  const payload = parsed(text);
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload))
    throw new ActionError('event-unsuitable', `${path} holds no event: a JSON object belongs there`);
  return payload as Payload;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value at a path of the payload; undefined where any step of it is missing. */
export function valueAt(payload: Payload, ...path: readonly string[]): unknown {
  let at: unknown = payload;
  for (const step of path) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, step)) return undefined;
    at = (at as Payload)[step];
  }
  return at;
}

/** A pull request whose head lies in another repository: its runs get a token that may only read. */
export function isFromFork({ event, payload }: Pick<RunContext, 'event' | 'payload'>): boolean {
  if (!event.startsWith('pull_request')) return false;
  const head = valueAt(payload, 'pull_request', 'head', 'repo', 'id');
  return head === undefined || head !== valueAt(payload, 'pull_request', 'base', 'repo', 'id');
}
