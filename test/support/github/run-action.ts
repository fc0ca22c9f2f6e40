/** A step of a job as the runner runs it: the built action as a process, with the variables and files that it finds there. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as yaml from 'yaml';
import type { FakeEvent } from './payload.ts';
import { checkPayload } from './referee/webhooks.ts';
import type { RunRecord } from './routes/records.ts';
import { type Annotation, hear, readValues } from './runner-words.ts';
import type { FakeGithub, FakePermissions } from './types.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** What `npm run build` makes. */
const ACTION_PROGRAM: string = join(ROOT, 'dist/action.js');

export interface ActionStep {
  readonly fake: FakeGithub;
  /** A folder of `actions/`; absent: the root action. */
  readonly action?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event: FakeEvent;
  /** The run it is a step of; absent: a new one, for the event. `run.attempt` is the runner's too. */
  readonly run?: RunRecord;
  /** The job's id in its workflow; `deploy` where absent. */
  readonly job?: string;
  /** Of the job's token, which becomes the input `token`; absent: everything. */
  readonly permissions?: FakePermissions;
  /** The folder that is checked out; absent: an empty one. */
  readonly workspace?: string;
  /** Added to what the runner says. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another program than the built one. */
  readonly program?: string;
  /** The run is cancelled once the step has printed this: SIGINT, and SIGTERM after `grace` ms (7,500). */
  readonly cancelAt?: string;
  readonly grace?: number;
  /** Milliseconds until it is killed. */
  readonly within?: number;
}

export interface ActionEnd {
  readonly outputs: Readonly<Record<string, string>>;
  /** For later steps. */
  readonly env: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Markdown. */
  readonly summary: string;
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  readonly groups: readonly string[];
  readonly log: string;
  /** Unmasked, commands and all. */
  readonly stdout: string;
  readonly stderr: string;
  /** null: a signal ended it. */
  readonly exit: number | null;
}

const FILES = { GITHUB_OUTPUT: 'output', GITHUB_ENV: 'env', GITHUB_STATE: 'state', GITHUB_PATH: 'path' } as const;

/** Runs it to its end. @throws Error where the bundle is not built, or a file is not as the runner reads it */
export async function runAction(step: ActionStep): Promise<ActionEnd> {
  const { fake, event, program = ACTION_PROGRAM } = step;
  if (!existsSync(program)) throw new Error(`${program} is not there: npm run build`);
  for (const problem of checkPayload(event.name, event.payload)) fake.state.violations.push(problem);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-step-'));
  try {
    const workspace = step.workspace ?? join(folder, 'work');
    await mkdir(join(folder, 'work'), { recursive: true });
    await writeFile(join(folder, 'event.json'), JSON.stringify(event.payload));
    for (const name of [...Object.values(FILES), 'summary']) await writeFile(join(folder, name), '');
    const run = step.run ?? (await runFor(fake, event));
    const env = { ...runnerEnv(step, run, folder), GITHUB_WORKSPACE: workspace, ...inputEnv(step), ...step.env };
    const ended = await ran(program, { ...step, env, cwd: workspace });
    const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
    return {
      ...ended,
      ...hear(ended.stdout),
      outputs: readValues(await read('output')),
      env: readValues(await read('env')),
      state: readValues(await read('state')),
      summary: await read('summary'),
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const runFor = (fake: FakeGithub, { name, actor, sha, ref }: FakeEvent): Promise<RunRecord> =>
  fake.beginRun({ event: name, actor, sha, branch: ref.replace(/^refs\/heads\//, '') });

/** https://docs.github.com/actions/reference/workflows-and-actions/variables */
function runnerEnv(
  { fake, event, job = 'deploy' }: ActionStep,
  run: RunRecord,
  folder: string,
): Record<string, string> {
  const files = Object.entries(FILES).map(([variable, name]) => [variable, join(folder, name)] as const);
  const repository = `${fake.owner}/${fake.repo}`;
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CI: 'true',
    GIT_CONFIG_NOSYSTEM: '1',
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_TEMP: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__sluice',
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_ACTOR: run.actor.login,
    GITHUB_ACTOR_ID: String(run.actor.id),
    GITHUB_TRIGGERING_ACTOR: run.triggeringActor.login,
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_GRAPHQL_URL: fake.graphqlUrl,
    GITHUB_SERVER_URL: fake.serverUrl,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_JOB: job,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: event.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_SHA: event.sha,
    GITHUB_REPOSITORY: repository,
    GITHUB_REPOSITORY_ID: String(fake.state.ids.repository),
    GITHUB_REPOSITORY_OWNER: fake.owner,
    GITHUB_REPOSITORY_OWNER_ID: String(fake.state.ids.owner),
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_NUMBER: String(run.number),
    GITHUB_RUN_ATTEMPT: String(run.attempt),
    GITHUB_WORKFLOW: run.workflow,
    GITHUB_WORKFLOW_REF: `${repository}/${run.workflow}@${event.ref}`,
    GITHUB_WORKFLOW_SHA: event.sha,
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    ...Object.fromEntries(files),
  };
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown } | null>>;
}

/** Inputs with their defaults; a composite action hands them on in names that bash can hold. */
function inputEnv({ fake, action, inputs = {}, permissions }: ActionStep): Record<string, string> {
  const text = yaml.parse(
    readFileSync(join(ROOT, action === undefined ? 'action.yml' : `actions/${action}/action.yml`), 'utf8'),
  ) as ActionFile;
  const declared = Object.entries(text.inputs ?? {});
  const known = new Set(declared.map(([name]) => name));
  for (const name of Object.keys(inputs)) if (!known.has(name)) throw new Error(`no input ${name} in its action.yml`);
  const token = inputs['token'] ?? fake.token(permissions === undefined ? {} : { permissions });
  const value = (name: string, otherwise: unknown): string => {
    const given = inputs[name] ?? (otherwise === undefined ? '' : String(otherwise));
    return given.replaceAll(/\$\{\{ *github\.token *\}\}/g, token);
  };
  const variable = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;
  const pairs = declared.map(([name, input]) => [
    action === undefined ? variable(name) : variable(name).replaceAll('-', '_'),
    value(name, input?.default),
  ]);
  return { ...(Object.fromEntries(pairs) as object), ...(action === undefined ? {} : { SLUICE_ACTION: action }) };
}

interface Process extends Pick<ActionStep, 'cancelAt' | 'grace' | 'within'> {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

function ran(program: string, options: Process): Promise<Pick<ActionEnd, 'stdout' | 'stderr' | 'exit'>> {
  const { env, cwd, cancelAt, grace = 7_500, within = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], { cwd, env, timeout: within, killSignal: 'SIGKILL' });
    let [stdout, stderr, cancelled] = ['', '', false];
    let later: NodeJS.Timeout | undefined;
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
      if (cancelAt === undefined || cancelled || !stdout.includes(cancelAt)) return;
      cancelled = true;
      child.kill('SIGINT');
      later = setTimeout(() => child.kill('SIGTERM'), grace);
    });
    child.stdin.end();
    child.on('error', reject);
    child.on('close', (exit) => {
      clearTimeout(later);
      resolve({ stdout, stderr, exit });
    });
  });
}
