import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type JobPlatformSetup, jobPlatform } from '../../../src/adapters/platform-command/job.ts';
import { processRunner } from '../../../src/adapters/runner-process/runner.ts';
import type { WorkflowRun } from '../../../src/ports/forge.ts';
import type { Platform } from '../../../src/ports/platform.ts';
import { platformContract } from '../../contract/platform.contract.ts';
import { folderWith } from '../../support/folder.ts';

/** A user's own little platform: a file of versions. `deploy` is what the steps of a job run, the rest are commands. */
const SCRIPT = String.raw`
import { existsSync, readFileSync, writeFileSync, mkdirSync, rmdirSync } from 'node:fs';
const [what = process.env.SLUICE_COMMAND, label = process.env.SLUICE_VERSION, operation = process.env.SLUICE_OPERATION] = process.argv.slice(2);
for (;;) { try { mkdirSync('mutex'); break; } catch { await new Promise((go) => setTimeout(go, 5)); } }
process.on('exit', () => rmdirSync('mutex'));
const world = existsSync('world.json') ? JSON.parse(readFileSync('world.json', 'utf8')) : { versions: {}, operations: {} };
const save = () => writeFileSync('world.json', JSON.stringify(world));
if (what === 'deploy') {
  if (label === 'bad') { world.operations[operation] = { state: 'failed', detail: 'cannot find module paddle' }; save(); process.exit(2); }
  world.versions[label] = 0; world.operations[operation] = { state: 'done', url: 'http://127.0.0.1:1/' + label }; save();
} else if (what === 'set-traffic') {
  const weights = JSON.parse(process.env.SLUICE_WEIGHTS);
  for (const each of Object.keys(world.versions)) world.versions[each] = weights[each] ?? 0;
  save();
} else if (what === 'remove') {
  delete world.versions[label]; save();
} else {
  const versions = Object.entries(world.versions).map(([label, weight]) => ({ label, weight }));
  console.log(JSON.stringify({ versions, ...(operation && (world.operations[operation] ?? { state: 'unknown' })) }));
}
`;

const RUN: WorkflowRun = {
  id: '71',
  attempt: 1,
  ended: true,
  conclusion: 'success',
  headSha: 'a'.repeat(40),
  event: 'push',
  workflow: '.github/workflows/deploy.yml',
};

/** Its deploys are handed over; here the steps run at once, and the run ends without a report, so that `status` must know. */
function withSteps(platform: Platform, steps: (label: string, operation: string) => Promise<void>): Platform {
  const taken = new Map<string, Promise<void>>();
  return {
    ...platform,
    deploy: async ({ operation, label }) => {
      const known = taken.get(operation) ?? steps(label, operation);
      taken.set(operation, known);
      await known;
      const found = await platform.find({ service: 'web', environment: 'production', operation, ref: 'run:71/1' });
      return found.state === 'unknown' ? { state: 'failed', detail: 'lost' } : found;
    },
  };
}

platformContract("the platform of a job's own steps", async () => {
  const folder = await folderWith({ 'platform.mjs': SCRIPT });
  const run = [process.execPath, 'platform.mjs'];
  const runner = processRunner(process.env);
  const options = { 'set-traffic': run, status: run, remove: run, cwd: folder, workflow: 'deploy.yml' };
  const steps = async (label: string, operation: string): Promise<void> => {
    await appendFile(join(folder, 'deployed'), `${label}\n`);
    const command = [...run, 'deploy', label, operation];
    const signal = new AbortController().signal;
    await runner.run({ command, variables: {}, allowed: [], input: '', timeout: 10_000, cwd: folder, signal });
  };
  const runs = { run: () => Promise.resolve(RUN) };
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8').catch(() => '');
  return {
    open: () => Promise.resolve(withSteps(jobPlatform({ options, runner, timeout: 10_000, folder, runs }), steps)),
    leave: () => Promise.resolve(),
    deployments: async (label) => (await read('deployed')).split('\n').filter((line) => line === label).length,
    close: () => Promise.resolve(),
  };
});

const ASKED = { service: 'web', environment: 'production', operation: 'o/1', ref: 'run:71/1' } as const;

function platformOf(run: WorkflowRun | undefined, options: JobPlatformSetup['options'] = {}): Platform {
  const runner = processRunner(process.env);
  return jobPlatform({ options, runner, timeout: 5_000, folder: '/', runs: { run: () => Promise.resolve(run) } });
}

describe("a deploy by a job's own steps", () => {
  it('goes on while its run does', async () => {
    const run = { ...RUN, ended: false };
    expect(await platformOf(run).find(ASKED)).toEqual({ state: 'running', ref: 'run:71/1' });
  });

  it.each([
    ['ended without a report', RUN, /run 71 ended \(success\) without a report of o\/1/],
    ['was cancelled', { ...RUN, conclusion: 'cancelled' }, /ended \(cancelled\)/],
    ['was run again', { ...RUN, ended: false, attempt: 2 }, /run 71 ended without a report/],
    ['is not there any more', undefined, /run 71 ended without a report/],
  ])('has failed where its run %s', async (_, run, said) => {
    expect(await platformOf(run).find(ASKED)).toEqual({ state: 'failed', detail: expect.stringMatching(said) });
  });

  it('is believed to have failed where `status` cannot be asked either', async () => {
    const found = await platformOf(RUN, { status: 'exit 3' }).find(ASKED);
    expect(found).toMatchObject({ state: 'failed' });
  });

  it('is never begun by anybody who is no job', async () => {
    const request = { ...ASKED, label: '1', commit: 'a'.repeat(40), signal: new AbortController().signal };
    expect(await platformOf(RUN).deploy(request)).toMatchObject({ state: 'failed' });
  });

  it('R-201 sets weights only where a command does; without `remove` a version that serves cannot go', async () => {
    const plain = platformOf(RUN);
    expect(plain.capabilities()).toMatchObject({ weights: 'none', instantBack: false, keepsOld: false });
    const signal = new AbortController().signal;
    const removing = { service: 'web', environment: 'production', operation: 'o/2', label: '1', signal };
    expect(await plain.remove({ ...removing, last: true })).toMatchObject({
      state: 'failed',
      detail: 'the platform has no `remove` command',
    });
  });

  it('R-801 says which key is wrong', () => {
    expect(() => platformOf(RUN, { 'set-trafic': 'x' })).toThrow(/set-trafic/);
  });
});
