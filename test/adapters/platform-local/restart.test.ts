import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort, launch } from '../../../src/adapters/platform-local/launch.ts';
import { identityOf, isAlive } from '../../../src/adapters/platform-local/identity.ts';
import { waitUntil } from '../../support/wait.ts';
import { ask, type LocalBench, localBench, PAIR, release, signal } from './bench.ts';

/** Another process that owns the bench's folder; resolves when it has printed where its router is. */
async function ownerProcess(bench: LocalBench, until: 'ready' | 'started', env = {}): Promise<ChildProcess> {
  const args = [
    'scripts/run-ts.js',
    join(import.meta.dirname, 'owner-process.ts'),
    join(bench.folder, 'runtime'),
    until,
  ];
  const notes = { NOTES: join(bench.folder, 'notes'), ...env };
  const run = [process.execPath, join(bench.folder, 'server.mjs')];
  const child = spawn(process.execPath, [...args, ...run], { env: { ...process.env, ...notes } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (printed += part.toString()));
  await waitUntil('the owner to be ready', () => {
    if (child.exitCode !== null) throw new Error(printed);
    return printed.includes('at http');
  });
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await waitUntil('the owner to be dead', () => child.signalCode !== null);
}

async function recordOf(bench: LocalBench, label: string) {
  const path = join(bench.folder, 'runtime', 'versions', `${label}.json`);
  return JSON.parse(await readFile(path, 'utf8')) as { process: { pid: number; identity: string }; port: number };
}

describe('an owner that is killed', () => {
  it('leaves its versions running, and the next owner takes them over as they are', async () => {
    const bench = await localBench();
    const owner = await ownerProcess(bench, 'ready');
    const before = await recordOf(bench, '1.0');
    await expect(bench.open(), 'while it lives').rejects.toMatchObject({ code: 'busy' });
    await killed(owner);
    expect(isAlive(before.process)).toBe(true);
    const platform = await bench.open();
    expect(await platform.find({ ...PAIR, operation: 'deploy-1' })).toMatchObject({ state: 'done' });
    expect(await platform.observe(PAIR)).toMatchObject([{ label: '1.0', weight: 100_000, healthy: true }]);
    expect(await ask(platform.address, 3)).toEqual({ '1.0': 3 });
    expect((await recordOf(bench, '1.0')).process).toEqual(before.process);
    expect(await bench.notes()).toHaveLength(1);
    await platform.close();
    expect(isAlive(before.process), 'an adopted version is stopped like its own').toBe(false);
  });

  it('lets the next owner finish a deploy that it had begun, or begin it anew: one deployment either way', async () => {
    const bench = await localBench();
    await killed(await ownerProcess(bench, 'started'));
    const platform = await bench.open();
    const request = { ...PAIR, operation: 'deploy-1', label: '1.0', commit: 'c'.repeat(40), signal };
    const found = await platform.find({ ...PAIR, operation: 'deploy-1' });
    expect(['unknown', 'running', 'done']).toContain(found.state);
    expect(await platform.deploy(request)).toMatchObject({ state: 'done' });
    expect(await bench.notes()).toHaveLength(1);
  });

  it('has no process that no record names: it waits for its record, and ends without it', async () => {
    const { folder } = await localBench();
    const started = await launch({
      argv: ['/bin/sh', '-c', 'echo ran; sleep 30'],
      env: { PATH: process.env['PATH'] ?? '' },
      log: join(folder, 'log'),
    });
    (started.child.stdio[3] as unknown as { destroy(): void }).destroy(); // what the kernel does when we die
    await waitUntil('it to end', () => !isAlive(started.process));
    expect(await readFile(join(folder, 'log'), 'utf8')).toBe('');
  });
});

describe('a new owner', () => {
  it('never takes a stranger for its version: the same number, another process', async () => {
    const bench = await localBench();
    const first = await bench.open();
    await release(first, { '1.0': 100 });
    await first.close();
    const stranger = spawn('sleep', ['60']);
    onTestFinished(() => void stranger.kill('SIGKILL'));
    const path = join(bench.folder, 'runtime', 'versions', '1.0.json');
    const record = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...record, process: { pid: stranger.pid, identity: 'boot:1' } }));
    const next = await bench.open();
    expect(await ask(next.address, 2)).toEqual({ '1.0': 2 });
    await next.close();
    expect(identityOf(stranger.pid ?? 0)).toBeDefined();
  });

  it('keeps its versions when the one before is closed once more', async () => {
    const bench = await localBench();
    const first = await bench.open();
    await release(first, { '1.0': 100 });
    await first.close(true);
    const next = await bench.open();
    await first.close();
    expect(await ask(next.address, 2)).toEqual({ '1.0': 2 });
    expect(await bench.notes()).toHaveLength(1);
  });

  it('starts again what was stopped, with the shares it had', async () => {
    const bench = await localBench();
    const first = await bench.open();
    await release(first, { '1.0': 75, '2.0': 25 });
    await first.close();
    const next = await bench.open();
    expect(await ask(next.address, 20)).toEqual({ '1.0': 15, '2.0': 5 });
  });

  it('forgets an operation whose process was never written down, so that it is asked for again', async () => {
    const bench = await localBench();
    const runtime = join(bench.folder, 'runtime');
    for (const folder of ['versions', 'operations']) await mkdir(join(runtime, folder), { recursive: true });
    const record = {
      label: '1.0',
      commit: 'c'.repeat(40),
      operation: 'deploy-1.0',
      sequence: 1,
      port: 1,
      state: 'starting',
    };
    await writeFile(join(runtime, 'versions', '1.0.json'), JSON.stringify(record));
    const operation = { operation: 'deploy-1.0', label: '1.0', state: 'running', at: 1 };
    await writeFile(join(runtime, 'operations', 'x.json'), JSON.stringify(operation));
    const platform = await bench.open();
    expect(await platform.find({ ...PAIR, operation: 'deploy-1.0' })).toEqual({ state: 'unknown' });
    await release(platform, { '1.0': 100 });
    expect(await ask(platform.address, 1)).toEqual({ '1.0': 1 });
  });

  it('sets aside a record that does not parse, and goes on with the others', async () => {
    const bench = await localBench();
    const first = await bench.open();
    await release(first, { '1.0': 100 });
    await first.close();
    await writeFile(join(bench.folder, 'runtime', 'versions', '0.9.json'), '{"label":');
    const next = await bench.open();
    expect(await ask(next.address, 1)).toEqual({ '1.0': 1 });
    expect(await readdir(join(bench.folder, 'runtime', 'versions'))).toContain('0.9.json.broken');
  });
});

describe('what goes wrong at the start', () => {
  it('is a deploy that failed, with the last lines of its log and without the secrets in it', async () => {
    const bench = await localBench({ TOKEN: 'tk-5550123' });
    const platform = await bench.open({
      run: 'echo "token is $TOKEN"; echo "in $SLUICE_VERSION" >&2; exit 7',
      env: ['TOKEN'],
    });
    const request = { ...PAIR, operation: 'd', label: '1.0', commit: 'c'.repeat(40), signal };
    const status = await platform.deploy(request);
    expect(status).toEqual({
      state: 'failed',
      detail: '1.0 ended (exit 7) before it was ready; its log ends:\ntoken is ***\nin 1.0',
    });
    expect(await readdir(join(bench.folder, 'runtime', 'versions'))).toEqual([]);
  });

  it('is a version that never gets ready: it is stopped', async () => {
    const platform = await (await localBench()).open({ run: ['sleep', '600'], 'ready-timeout': '200ms' });
    const request = { ...PAIR, operation: 'd', label: '1.0', commit: 'c'.repeat(40), signal };
    expect(await platform.deploy(request)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('not ready after 200 ms: connect ECONNREFUSED'),
    });
  });

  it('is a router port that another program has', async () => {
    const other = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const bench = await localBench();
    await expect(bench.open({ port: String(port) })).rejects.toMatchObject({ code: 'port-in-use' });
    await bench.open(); // the folder was given back
  });

  it('is a key that does not exist, or a value of the wrong kind', async () => {
    const bench = await localBench();
    const open = bench.open({ prot: 8080, 'ready-timeout': '10', algorithm: 'random' });
    await expect(open).rejects.toMatchObject({ code: 'config-invalid', message: expect.stringMatching(/prot/) });
    await expect(bench.open({ port: 'http' })).rejects.toThrow(/platform\.port/);
  });
});

describe('a version', () => {
  it('sees PATH, HOME, PORT, SLUICE_* and what was granted, and nothing else', async () => {
    const bench = await localBench({ SECRET_KEY: 'do-not-show' });
    const platform = await bench.open();
    await release(platform, { '1.0': 100 });
    const seen = (await (await fetch(`${platform.address}/env`)).json()) as Record<string, string>;
    expect(seen).toMatchObject({
      SLUICE_VERSION: '1.0',
      SLUICE_SHA: 'c'.repeat(40),
      SLUICE_SERVICE: 'web',
      SLUICE_ENVIRONMENT: 'production',
    });
    const ours = new Set(['PATH', 'HOME', 'PORT', 'NOTES', 'BAD', 'CRASH', 'PWD', 'SHLVL', '_', 'OLDPWD']);
    expect(Object.keys(seen).filter((name) => !ours.has(name) && !name.startsWith('SLUICE_'))).toEqual([]);
  });

  it('is removed with the processes it started, and not while it has traffic', async () => {
    const bench = await localBench();
    const platform = await bench.open({
      run: `sleep 600 & echo "child $!" >> $NOTES; exec ${process.execPath} ${join(bench.folder, 'server.mjs')}`,
    });
    await release(platform, { '1.0': 100 });
    const remove = (operation: string) => platform.remove({ ...PAIR, operation, label: '1.0', signal });
    expect(await remove('r1')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('100% of the traffic'),
    });
    await release(platform, { '1.0': 0, '2.0': 100 });
    const child = Number((await bench.notes()).find((line) => line.startsWith('child'))?.split(' ')[1]);
    expect(identityOf(child)).toBeDefined();
    expect(await remove('r2')).toEqual({ state: 'done' });
    await waitUntil('its child to be gone', () => identityOf(child) === undefined);
  });

  it('is removed while it is still starting: its deploy ends as failed', async () => {
    const platform = await (await localBench()).open({ run: ['sleep', '600'] });
    const deploying = platform.deploy({ ...PAIR, operation: 'd', label: '1.0', commit: 'c'.repeat(40), signal });
    expect(await platform.remove({ ...PAIR, operation: 'r', label: '1.0', signal })).toEqual({ state: 'done' });
    expect(await deploying).toMatchObject({ state: 'failed' });
    expect(await platform.observe(PAIR)).toEqual([]);
  });

  it('is deployed anew by another operation while it is being removed', async () => {
    const bench = await localBench();
    const platform = await bench.open();
    await release(platform, { '1.0': 0, '2.0': 100 });
    const removing = platform.remove({ ...PAIR, operation: 'r', label: '1.0', signal });
    const request = { ...PAIR, operation: 'again', label: '1.0', commit: 'c'.repeat(40), signal };
    expect(await platform.deploy(request)).toMatchObject({ state: 'done' });
    expect(await removing).toEqual({ state: 'done' });
    const url = (await platform.observe(PAIR))?.find(({ label }) => label === '1.0')?.url ?? '';
    expect(await ask(url, 1)).toEqual({ '1.0': 1 });
    expect((await bench.notes()).filter((line) => line.startsWith('start 1.0'))).toHaveLength(2);
  });

  it('of a label that runs from another commit is not deployed', async () => {
    const platform = await (await localBench()).open();
    await release(platform, { '1.0': 100 });
    const other = { ...PAIR, operation: 'again', label: '1.0', commit: 'd'.repeat(40), signal };
    expect(await platform.deploy(other)).toMatchObject({ state: 'failed', detail: expect.stringContaining('cccc') });
  });
});
