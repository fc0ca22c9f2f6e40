/** Workflows as GitHub runs them, by `act` in host mode (https://nektosact.com): its own reading of jobs, needs, conditions and composites. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, type TestContext } from 'vitest';
import { temporaryFolder } from './folder.ts';
import type { FakeEvent } from './github/payload.ts';
import type { FakeGithub } from './github/types.ts';
import { gitIn } from './repository.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Skips the test, visibly, where `act` is not on the PATH. */
export function needsAct({ skip }: Pick<TestContext, 'skip'>): void {
  const { status } = spawnSync('act', ['--version']);
  skip(status !== 0, 'act is not installed: .ci/run installs it (https://nektosact.com)');
}

export interface ActOptions {
  readonly fake: FakeGithub;
  /** File of `examples/workflows/`. */
  readonly workflow: string;
  readonly event: FakeEvent;
  /** For scripts of the repository. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ActEnd {
  /** How each job ended, by its id; a job that never started is not here. */
  readonly jobs: Readonly<Record<string, string>>;
  /** What each job said, by its id. */
  readonly said: Readonly<Record<string, string>>;
  /** Everything, for messages of failing tests. */
  readonly log: string;
  readonly exit: number | null;
}

export interface ActRun {
  /** Of the run on the fake. */
  readonly id: number;
  /** Resolves when a job has said it. */
  says(words: string): Promise<void>;
  /** As somebody who cancels it. */
  cancel(): void;
  readonly end: Promise<ActEnd>;
}

/** `deployment: false` of an environment, and `queue: max` of a concurrency group: GitHub knows both, act neither. */
const UNKNOWN_TO_ACT: readonly (readonly [string, string])[] = [
  [', deployment: false', ''],
  ['  queue: max\n', ''],
];

/** The workflow without these; that they are there is shown, so that none of this outlives its reason. */
async function forAct(workflow: string): Promise<string> {
  const text = await readFile(join(ROOT, 'examples/workflows', workflow), 'utf8');
  const unknown = UNKNOWN_TO_ACT.slice(0, workflow.startsWith('deploy') ? 2 : 1);
  for (const [words] of unknown) expect(text).toContain(words);
  return unknown.reduce((now, [from, to]) => now.replaceAll(from, to), text);
}

/** The action as a release has it: what a workflow's `uses:` finds behind a tag. */
async function released(): Promise<string> {
  if (!existsSync(join(ROOT, 'dist/action.js'))) throw new Error('dist/action.js is not there: npm run build');
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'dist'));
  for (const name of ['action.yml', 'actions', 'package.json'])
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of (await readdir(join(ROOT, 'dist'))).filter((one) => one.endsWith('.js')))
    await cp(join(ROOT, 'dist', name), join(folder, 'dist', name));
  return folder;
}

/** What actions/checkout does, as far as the examples ask for it, from the fake's repository. */
const CHECKOUT = `name: checkout
description: A clone of the fake's repository
inputs:
  ref: { description: a ref or a SHA, required: false }
  fetch-depth: { description: ignored, required: false }
  persist-credentials: { description: ignored, required: false }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        REF: \${{ inputs.ref || github.sha }}
      run: |
        git clone --quiet --no-checkout "$FAKE_REPOSITORY" .
        git checkout --quiet --detach "\${REF/#refs\\/heads\\//origin/}"
`;

/** What actions/upload-artifact takes, shown in the log. */
const UPLOAD = `name: upload
description: The file, in the log
inputs:
  name: { description: of the artifact, required: true }
  path: { description: one file, required: true }
  retention-days: { description: ignored, required: false }
runs:
  using: composite
  steps:
    - shell: bash
      env: { NAME: '\${{ inputs.name }}', FILE: '\${{ inputs.path }}' }
      run: echo "artifact $NAME $(cat "$FILE")"
`;

/** GitHub's own actions, which no test fetches. */
const STAND_INS: Readonly<Record<string, string>> = { 'actions/checkout': CHECKOUT, 'actions/upload-artifact': UPLOAD };

async function standIn(name: string): Promise<string> {
  const text = STAND_INS[name];
  if (text === undefined) throw new Error(`nothing stands in for ${name}`);
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'action.yml'), text);
  return folder;
}

/** The places of the run: the repository as it is checked out, the workflow beside it, the event. */
async function placesOf({ fake, workflow, event }: ActOptions) {
  const adapted = await forAct(workflow);
  const folder = await temporaryFolder();
  const [work, file, payload] = ['work', workflow, 'event.json'].map((name) => join(folder, name));
  if (work === undefined || file === undefined || payload === undefined) throw new Error('unreachable');
  await gitIn(folder)('clone', '--quiet', fake.folder, work);
  await gitIn(work)('checkout', '--quiet', '--detach', event.sha);
  await gitIn(work)('remote', 'set-url', 'origin', `git@github.com:${fake.owner}/${fake.repo}.git`);
  await writeFile(file, adapted);
  await writeFile(payload, JSON.stringify(event.payload));
  const uses = new Set([...adapted.matchAll(/uses: (actions\/[\w-]+@\w+)/g)].map(([, used = '']) => used));
  return { folder, work, file, payload, uses };
}

/** Starts a run, as the event would; it is over with the test at the latest. */
export async function act(options: ActOptions): Promise<ActRun> {
  const { fake, event } = options;
  const { work, file, payload, uses, folder } = await placesOf(options);
  const ours = await released();
  const branch = event.ref.replace(/^refs\/(heads|tags)\//, '');
  const { workflow } = options;
  const { id } = await fake.beginRun({ workflow, event: event.name, actor: event.actor, sha: event.sha, branch });
  const repository = `${fake.owner}/${fake.repo}`;
  const others = await Promise.all([...uses].map(async (one) => `${one}=${await standIn(one.split('@')[0] ?? '')}`));
  const local = [`sluice-dev/sluice@v1=${ours}`, ...others];
  const env = {
    GITHUB_API_URL: fake.apiUrl,
    GITHUB_GRAPHQL_URL: fake.graphqlUrl,
    GITHUB_RUN_ID: String(id),
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/${workflow}@${event.ref}`,
    FAKE_REPOSITORY: fake.folder,
    ...options.env,
  };
  const args = Object.entries({
    '--workflows': [file],
    '--eventpath': [payload],
    '--actor': [event.actor],
    '--platform': ['ubuntu-24.04=-self-hosted'],
    '--action-cache-path': [join(folder, 'actions')],
    '--secret': [`GITHUB_TOKEN=${fake.token()}`],
    '--local-repository': local,
    '--env': Object.entries(env).map(([name, value]) => `${name}=${value}`),
  }).flatMap(([name, values]) => values.flatMap((value) => [name, value]));
  const child = spawn('act', [event.name, '--json', '--no-cache-server', ...args], {
    cwd: work,
    detached: true,
    env: { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') },
  });
  return watched({ child, fake, id });
}

interface Line {
  readonly jobID?: string;
  readonly jobResult?: string;
  readonly msg?: string;
}

function watched({ child, fake, id }: { child: ChildProcess; fake: FakeGithub; id: number }): ActRun {
  const jobs: Record<string, string> = {};
  const said: Record<string, string> = {};
  let [log, rest] = ['', ''];
  const waiting = new Map<string, () => void>();
  const hear = (text: string): void => {
    const line = readLine(text);
    log += `${line.jobID ?? '-'}: ${line.msg ?? text}\n`.replace(/\n+$/, '\n');
    if (line.jobID === undefined) return;
    said[line.jobID] = `${said[line.jobID] ?? ''}${line.msg ?? ''}\n`;
    if (line.jobResult !== undefined) jobs[line.jobID] = line.jobResult;
    for (const [words, tell] of waiting) if (log.includes(words)) tell();
  };
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (part: string) => {
      const lines = `${rest}${part}`.split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(hear);
    });
  const end = new Promise<ActEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit) => {
      fake.endRun(id, exit === 0 ? 'success' : 'failure');
      resolve({ jobs, said, log, exit });
    });
  });
  onTestFinished(() => void (child.exitCode === null && child.signalCode === null && signal(child, 'SIGKILL')));
  return {
    id,
    says: (words) =>
      Promise.race([
        new Promise<void>((resolve) => {
          if (log.includes(words)) resolve();
          else waiting.set(words, resolve);
        }),
        end.then(() => {
          throw new Error(`the run ended without: ${words}\n${log}`);
        }),
      ]),
    cancel: () => signal(child, 'SIGINT'),
    end,
  };
}

function readLine(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return {};
  }
}

/** act alone hears it, and tells its steps. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  process.kill(name === 'SIGKILL' ? -pid : pid, name);
}
