/** A shop whose versions are real processes behind a real address, deployed by three scripts of its repository. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './folder.ts';
import { githubInTest } from './github/in-test.ts';
import { type FakeEvent, pushEvent } from './github/payload.ts';
import type { FakeGithub } from './github/types.ts';
import { gitIn, type Repository } from './repository.ts';

/** Each version listens on a port of its own, and is as well as the file `mood` of its commit. */
const SERVER = `import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
const home = process.env.SHOP;
const version = process.env.SLUICE_VERSION;
const status = readFileSync('mood', 'utf8').trim() === 'well' ? 200 : 503;
const server = createServer((_, response) => response.writeHead(status, { 'x-deployment-version': version }).end(version));
server.listen(0, '127.0.0.1', () => {
  writeFileSync(home + '/pids/' + version, String(process.pid));
  writeFileSync(home + '/ports/' + version, String(server.address().port));
});
`;
const SCRIPTS: Readonly<Record<string, string>> = {
  'server.mjs': SERVER,
  'deploy.sh': `#!/usr/bin/env bash
if [ -z "$SLUICE_VERSION" ]; then export SLUICE_VERSION="$1"; fi
echo "deploy $SLUICE_VERSION" >> "$SHOP/notes"
if [ "$(cat mood)" = broken ]; then echo 'no room left' >&2; exit 7; fi
setsid nohup node server.mjs > "$SHOP/log" 2>&1 < /dev/null &
for _ in $(seq 100); do [ -e "$SHOP/ports/$SLUICE_VERSION" ] && exit 0; sleep 0.1; done
echo 'it does not listen' >&2; exit 1
`,
  'traffic.sh': `#!/usr/bin/env bash
echo "traffic $SLUICE_WEIGHTS" >> "$SHOP/notes"
printf '%s' "$SLUICE_WEIGHTS" > "$SHOP/weights"
`,
  'remove.sh': `#!/usr/bin/env bash
echo "remove $SLUICE_VERSION" >> "$SHOP/notes"
kill "$(cat "$SHOP/pids/$SLUICE_VERSION")" || echo "gone $SLUICE_VERSION" >> "$SHOP/notes"
`,
};

const COMMANDS = '{ type: command, deploy: bash deploy.sh, set-traffic: bash traffic.sh, remove: bash remove.sh }';

interface ShopOptions {
  /** Of each stage, as durations are written. */
  readonly bake?: string;
  readonly platform?: string;
}

/** Three stages, each left by a job. */
function configuration(address: string, { bake, platform }: Required<ShopOptions>): string {
  return `version: 1
services:
  web:
    platform: ${platform}
    env: [SHOP]
    health: ${address}
    strategy: staged
strategies:
  staged:
    keep-old: 0s
    stages:
      - { name: canary, weight: 5%, bake: ${bake}, promote: job }
      - { name: beta, weight: 25%, bake: ${bake}, promote: job }
      - { name: production, weight: 100%, bake: ${bake} }
environments:
  production:
    github-environments: { canary: canary, beta: beta, production: production }
analysis: { interval: 1s }
`;
}

/** `sick`: its health says so once it has users; `broken`: it cannot be deployed. */
export type Mood = 'well' | 'sick' | 'broken';

export interface ActShop {
  readonly fake: FakeGithub;
  /** Of the fake's bare repository. */
  readonly git: Repository['git'];
  /** Variables that its scripts need. */
  readonly env: Readonly<Record<string, string>>;
  /** Commits the version, and tags it; the push of the tag. */
  release(tag: string, mood: Mood): Promise<FakeEvent>;
  /** What its scripts did, in order. */
  notes(): Promise<readonly string[]>;
  /** The state branch's commits, newest first. */
  titles(): Promise<readonly string[]>;
  /** Of the deployments in one GitHub environment: each one's states, oldest first. */
  deployments(environment: string): readonly (readonly string[])[];
}

/** Answers for the whole service: well while each version that has traffic is. */
async function front(home: string): Promise<string> {
  const weights = async (): Promise<readonly string[]> => {
    const text = await readFile(join(home, 'weights'), 'utf8').catch(() => '{}');
    return [...text.matchAll(/"?([\w.+-]+)"?[:=]\s*"?([\d.]+)/g)].flatMap(([, name = '', share]) =>
      Number(share) > 0 ? [name] : [],
    );
  };
  const isWell = async (version: string): Promise<boolean> => {
    const port = await readFile(join(home, 'ports', version), 'utf8').catch(() => '');
    return port !== '' && (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined))?.status === 200;
  };
  const server = createServer((_, response) => {
    void (async () => {
      const answers = await Promise.all((await weights()).map(isWell));
      response.writeHead(answers.every(Boolean) ? 200 : 503).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

/** Ends what its versions left running. */
async function endAll(home: string): Promise<void> {
  for (const name of await readdir(join(home, 'pids')))
    try {
      process.kill(Number(await readFile(join(home, 'pids', name), 'utf8')));
    } catch {
      // It was removed already.
    }
}

export async function actShop({ bake = '3s', platform = COMMANDS }: ShopOptions = {}): Promise<ActShop> {
  const home = await temporaryFolder();
  for (const name of ['pids', 'ports']) await mkdir(join(home, name));
  onTestFinished(() => endAll(home));
  const workflows = await workflowFiles();
  const files = {
    '.github/sluice.yml': configuration(await front(home), { bake, platform }),
    ...SCRIPTS,
    ...workflows,
  };
  const fake = await githubInTest({ files });
  fake.person({ login: 'alice', id: 583_231, role: 'write' });
  const git = gitIn(fake.folder);
  return {
    fake,
    git,
    env: { SHOP: home },
    release: async (tag, mood) => {
      const sha = await fake.push({ branch: 'main', files: { mood, version: tag }, message: tag });
      await git('tag', tag, sha);
      const event = await pushEvent(fake);
      const ref = `refs/tags/${tag}`;
      return { ...event, ref, sha, payload: { ...event.payload, ref, after: sha } };
    },
    notes: async () => linesOf(await readFile(join(home, 'notes'), 'utf8').catch(() => '')),
    titles: async () => linesOf(await git('log', '--format=%s', 'refs/heads/sluice-state').catch(() => '')),
    deployments: (environment) =>
      fake
        .deployments()
        .flatMap((one) => (one.environment === environment ? [one.statuses.map(({ state }) => state)] : [])),
  };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** The examples as somebody has copied them. */
async function workflowFiles(): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir('examples/workflows')).filter((name) => name.endsWith('.yml'));
  const read = async (name: string) =>
    [`.github/workflows/${name}`, await readFile(join('examples/workflows', name), 'utf8')] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}
