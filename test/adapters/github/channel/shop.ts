/** A shop on the fake GitHub, shown there by processes that each have a memory of their own. */
import { expect } from 'vitest';
import { githubChannel, type GithubChannelOptions } from '../../../../src/adapters/github/channel/channel.ts';
import { githubClient } from '../../../../src/adapters/github/client/client.ts';
import { githubForge } from '../../../../src/adapters/github/forge/forge.ts';
import type { Config } from '../../../../src/core/model/config.ts';
import { MINUTE } from '../../../../src/core/model/time.ts';
import type { Wiring } from '../../../../src/engine/wiring.ts';
import type { Forge } from '../../../../src/ports/forge.ts';
import { renderMarkdown } from '../../../../src/render/markdown.ts';
import { type FakeHandles, handlesOf } from '../../../support/github/handles.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import type { FakeGithub } from '../../../support/github/types.ts';
import { configOf, type Given } from '../../../support/world/config.ts';
import { type Runner, type World, world } from '../../../support/world/world.ts';

export const STAGES: Given = {
  stages: ['{ name: canary, weight: 5%, bake: 1m }', '{ name: all, weight: 100%, bake: 1m }'],
  environment: ' url: "https://shop.example.com", github-environments: { canary: canary, all: production } ',
  keepOld: '1m',
};

export interface Setting {
  readonly w: World;
  readonly github: FakeGithub & FakeHandles;
  readonly lines: string[];
  readonly shas: { readonly old: string; readonly new: string };
  readonly pull: number;
  /** As somebody beside Sluice's channel uses it. */
  readonly forge: Forge;
  /** Another process, that remembers nothing of what was shown. */
  readonly process: (options?: ProcessOptions, permissions?: Parameters<FakeGithub['token']>[0]) => One;
}

export interface ProcessOptions extends Partial<GithubChannelOptions> {
  /** What stands between the process and GitHub. */
  readonly over?: (forge: Forge) => Forge;
}

export interface One {
  readonly wiring: Wiring;
  readonly runner: Runner;
  readonly tick: () => Promise<void>;
  /** The same process, that shows nothing meanwhile. */
  readonly quiet: Wiring;
}

export async function shop(given: Given | Config = STAGES, pairs: readonly string[] = []): Promise<Setting> {
  const fake = await githubInTest();
  const github = Object.assign(fake, handlesOf(fake.state));
  const old = await fake.push({ branch: 'main', files: { 'a.txt': '1' } });
  const { number: pull, head } = await github.openPull({ branch: 'feature', files: { 'a.txt': '2' } });
  const shas = { old, new: head };
  const config = 'version' in given ? given : configOf(given);
  const w = world({ config, pairs });
  const lines: string[] = [];
  let count = 0;
  const process: Setting['process'] = ({ over = (forge: Forge) => forge, ...options } = {}, permissions = {}) => {
    const { owner, repo, apiUrl: baseUrl, serverUrl } = fake;
    const clock = { now: () => w.now(), sleep: () => Promise.resolve() };
    const log = (line: string): void => void lines.push(line);
    const client = githubClient({ token: fake.token(permissions), owner, repo, baseUrl, clock, log });
    const forge = over(githubForge(client));
    const channel = githubChannel({
      forge,
      clock,
      owner,
      markdown: (report, mentions) => renderMarkdown(report, { mentions }),
      links: {
        commit: (revision) => `${serverUrl}/${owner}/${repo}/commit/${revision}`,
        run: (id) => `${serverUrl}/${owner}/${repo}/actions/runs/${id}`,
      },
      progress: MINUTE,
      log,
      ...options,
    });
    count += 1;
    const runner = w.runner(`process-${count}`);
    const wiring: Wiring = {
      ...runner.wiring,
      channels: [channel],
      log,
      resolve: (label) => Promise.resolve({ label, commit: label === '1.3.2' ? shas.old : shas.new }),
    };
    return {
      wiring,
      runner,
      quiet: { ...wiring, channels: [] },
      tick: async () => void (await runner.tickWith(wiring)),
    };
  };
  const { owner, repo, apiUrl: baseUrl } = fake;
  const clock = { now: () => w.now(), sleep: () => Promise.resolve() };
  const forge = githubForge(githubClient({ token: fake.token(), owner, repo, baseUrl, clock, log: () => undefined }));
  return { w, github, lines, shas, pull, forge, process };
}

export async function run(s: Setting, { runner, ...one }: Pick<One, 'runner' | 'wiring'>, text: string): Promise<void> {
  expect(await s.w.run(text, undefined, { ...runner, wiring: one.wiring })).toMatchObject({ ok: true });
}

export async function live(s: Setting, one: One): Promise<void> {
  s.w.platform.running.set('1.3.2', 100_000);
  await run(s, one, 'adopt web 1.3.2');
}

export const statesOf = ({ github }: Setting): readonly (readonly [string, readonly string[]])[] =>
  github.deployments().map(({ environment, statuses }) => [environment, statuses.map(({ state }) => state)]);

export interface Ticks {
  readonly count: number;
  readonly wiring?: Wiring;
}

export async function ticks(s: Setting, one: One, { count, wiring = one.wiring }: Ticks): Promise<void> {
  for (let i = 0; i < count; i++) {
    await one.runner.tickWith(wiring);
    s.w.pass(MINUTE);
  }
}
