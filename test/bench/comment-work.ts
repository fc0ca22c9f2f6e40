/** Steps of the action, in this process: what that asks of GitHub. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAction } from '../../src/action/main.ts';
import { commentEvent } from '../support/github/payload.ts';
import type { FakeGithub } from '../support/github/types.ts';

/** Deployed by a job's own steps. */
export const BY_JOB = `version: 1
services:
  web: { platform: { type: job }, strategy: short }
strategies:
  short: { keep-old: 0s, stages: [{ name: all, weight: 100%, bake: 1m, analysis: none }] }
environments:
  production: {}
`;

const TICK = 'on: { workflow_dispatch: {} }\njobs: { tick: { runs-on: ubuntu-24.04, steps: [{ run: "true" }] } }\n';

const clock = {
  now: (): number => Date.now(),
  sleep: (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms)),
};

/** A pull request that stood for a minute, and a comment on it; what answers the comment. */
export async function commented(fake: FakeGithub, body: string): Promise<() => Promise<void>> {
  fake.person({ login: 'alice', role: 'write' });
  fake.setClock(() => Date.now() - 60_000);
  await fake.push({ branch: 'main', files: { '.github/workflows/sluice-tick.yml': TICK } });
  const { number } = await fake.openPull({ branch: 'feature', files: { a: 'a' } });
  fake.setClock(() => Date.now());
  const { id } = fake.comment({ number, by: 'alice', body });
  const { payload } = await commentEvent(fake, { comment: id });
  return () => acted(fake, { action: 'comment', event: 'issue_comment', payload });
}

/** `actions/deploy` of the head of a pull request that is open: the job's own steps then deploy it. */
export async function deployed(fake: FakeGithub): Promise<() => Promise<void>> {
  const { id, login } = fake.person({ login: 'alice', role: 'write' });
  await fake.push({ branch: 'main', files: { '.github/workflows/sluice-tick.yml': TICK } });
  const { head } = await fake.openPull({ branch: 'feature', files: { a: 'a' } });
  const payload = { sender: { id, login, type: 'User' }, repository: { id: 101 } };
  const inputs = { INPUT_VERSION: head, INPUT_TIMEOUT: '0s' };
  // What GitHub shows is up to date, as a tick leaves it.
  await acted(fake, { action: 'reconcile', event: 'schedule', payload });
  return () => acted(fake, { action: 'deploy', event: 'workflow_dispatch', payload, inputs });
}

interface Acting {
  readonly action: string;
  readonly event: string;
  readonly payload: unknown;
  readonly inputs?: Readonly<Record<string, string>>;
}

async function acted(fake: FakeGithub, { payload, inputs = {}, ...acting }: Acting): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-comment-'));
  const lines: string[] = [];
  try {
    const event = join(folder, 'event.json');
    await writeFile(event, JSON.stringify(payload));
    const env = {
      SLUICE_ACTION: acting.action,
      ...inputs,
      INPUT_TOKEN: fake.token(),
      GITHUB_EVENT_NAME: acting.event,
      GITHUB_EVENT_PATH: event,
      GITHUB_REPOSITORY: `${fake.owner}/${fake.repo}`,
      GITHUB_RUN_ID: '7001',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_JOB: 'deploy',
      GITHUB_ACTION: 'deploy',
      GITHUB_API_URL: fake.apiUrl,
      GITHUB_SERVER_URL: fake.serverUrl,
      GITHUB_WORKSPACE: folder,
    };
    const write = (line: string): void => void lines.push(line);
    const status = await runAction({ env, write, runner: silent, signal: new AbortController().signal, clock });
    if (status !== 0) throw new Error(lines.join(''));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const nothing = (): void => undefined;

const silent = async (): Promise<Awaited<ReturnType<Parameters<typeof runAction>[0]['runner']>>> => ({
  setOutput: nothing,
  setSecret: nothing,
  error: nothing,
  warning: nothing,
  notice: nothing,
  info: nothing,
  startGroup: nothing,
  endGroup: nothing,
  addPath: nothing,
  appendSummary: async () => undefined,
});
