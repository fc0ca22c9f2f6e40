import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandPlatform } from '../../../src/adapters/platform-command/platform.ts';
import type { Runner } from '../../../src/ports/runner.ts';
import { processRunner } from '../../../src/adapters/runner-process/runner.ts';
import { temporaryFolder } from '../../support/folder.ts';

const PAIR = { service: 'web', environment: 'production' };
const { signal } = new AbortController();
const REQUEST = { ...PAIR, operation: 'o-1', label: '1.0', commit: 'c'.repeat(40), signal };

const platform = (options: Record<string, unknown>, timeout = 10_000, folder = tmpdir()) =>
  commandPlatform({ options, runner: processRunner({ ...process.env, TOKEN: 'tk-5550123' }), timeout, folder });

const deployed = (script: string, options: Record<string, unknown> = {}) =>
  platform({ deploy: script, ...options }).deploy(REQUEST);

describe('a platform of commands', () => {
  it('R-118 can do what its commands can', () => {
    const without = {
      weights: 'none',
      preview: false,
      keepsOld: false,
      instantBack: false,
      perVersionMetrics: false,
      baseline: false,
      find: false,
    };
    expect(platform({ deploy: 'true' }).capabilities()).toEqual(without);
    expect(platform({ deploy: 'true', status: 'true' }).capabilities()).toEqual({ ...without, find: true });
    expect(platform({ deploy: 'true', 'set-traffic': ['true'] }).capabilities()).toMatchObject({
      weights: 'any',
      keepsOld: true,
      instantBack: true,
    });
  });

  it('gives the request on standard input and as variables, never inside the text', async () => {
    const cwd = await temporaryFolder();
    await deployed('cat > request; env | grep ^SLUICE_ | sort > variables', { cwd });
    const { signal: _, ...values } = REQUEST;
    expect(JSON.parse(await readFile(join(cwd, 'request'), 'utf8'))).toEqual({ command: 'deploy', ...values });
    expect((await readFile(join(cwd, 'variables'), 'utf8')).trim().split('\n')).toEqual([
      'SLUICE_COMMAND=deploy',
      'SLUICE_ENVIRONMENT=production',
      'SLUICE_OPERATION=o-1',
      'SLUICE_SERVICE=web',
      `SLUICE_SHA=${'c'.repeat(40)}`,
      'SLUICE_VERSION=1.0',
    ]);
  });

  it('gives shares in percent', async () => {
    const cwd = await temporaryFolder();
    const command = platform({ deploy: 'true', 'set-traffic': 'printf %s "$SLUICE_WEIGHTS" > weights', cwd });
    await command.weights({ ...PAIR, operation: 'w', weights: { '1.0': 99_500, '2.0': 500 }, signal });
    expect(await readFile(join(cwd, 'weights'), 'utf8')).toBe('{"1.0":99.5,"2.0":0.5}');
    const none = await platform({ deploy: 'true' }).weights({
      ...PAIR,
      operation: 'w',
      weights: { '1.0': 100_000 },
      signal,
    });
    expect(none).toEqual({ state: 'failed', detail: 'the platform has no set-traffic command' });
  });

  it.each([
    ['prints no answer', 'echo deploying; echo ready', { state: 'done' }],
    [
      'answers with its last line',
      'echo hm; echo \'{"state":"done","url":"https://x.example"}\'',
      { state: 'done', url: 'https://x.example' },
    ],
    ['goes on after its end', 'echo \'{"state":"running","ref":"build-7"}\'', { state: 'running', ref: 'build-7' }],
    ['says that it failed', 'echo \'{"state":"failed","detail":"no room"}\'', { state: 'failed', detail: 'no room' }],
    ['prints JSON of its own', 'echo \'{"id":7}\'', { state: 'done' }],
  ])('takes the answer of a command that %s', async (_, script, status) => {
    expect(await deployed(script)).toEqual(status);
  });

  it.each([
    ['fails', 'echo one >&2; echo "no such image" >&2; exit 3', 'deploy exit 3: one\nno such image'],
    ['prints a secret and fails', 'echo "bad token $TOKEN" >&2; false', 'deploy exit 1: bad token ***'],
    ['answers something else', 'echo \'{"state":"maybe"}\'', /its answer is not understood: state/],
    ['answers with a bad address', 'echo \'{"state":"done","url":"javascript:1"}\'', /not understood: url/],
  ])('says why a command that %s has failed', async (_, script, detail) => {
    const status = await deployed(script, { env: ['TOKEN'] });
    expect(status).toMatchObject({
      state: 'failed',
      detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
    });
  });

  it('ends a command at the time-out', async () => {
    const status = await platform({ deploy: 'echo waiting; sleep 600' }, 200).deploy(REQUEST);
    expect(status).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/^deploy was ended after/),
    });
  });

  it('tries again what failed, and never what was done', async () => {
    const cwd = await temporaryFolder();
    const command = platform({ deploy: 'echo x >> tries; test $(wc -l < tries) -ge 2', cwd });
    expect(await command.deploy(REQUEST)).toMatchObject({ state: 'failed' });
    expect(await command.find({ ...PAIR, operation: 'o-1' })).toMatchObject({ state: 'failed' });
    expect(await command.deploy(REQUEST)).toMatchObject({ state: 'done' });
    expect(await command.deploy(REQUEST)).toMatchObject({ state: 'done' });
    expect(await readFile(join(cwd, 'tries'), 'utf8')).toBe('x\nx\n');
  });

  it('says running of a deploy that has not ended, without waiting for it', async () => {
    const command = platform({ deploy: 'sleep 1' });
    const deploying = command.deploy(REQUEST);
    expect(await command.find({ ...PAIR, operation: 'o-1' })).toEqual({ state: 'running', ref: '' });
    expect(await deploying).toEqual({ state: 'done' });
  });

  it('rejects where the status cannot be asked: that is no answer about the operation', async () => {
    const broken = platform({ deploy: 'true', status: 'echo "no network" >&2; exit 1' });
    await expect(broken.find({ ...PAIR, operation: 'o-9' })).rejects.toMatchObject({ code: 'unreachable' });
    await expect(broken.observe(PAIR)).rejects.toThrow('status exit 1: no network');
    await expect(platform({ deploy: 'true', status: 'true' }).find({ ...PAIR, operation: 'o-9' })).rejects.toThrow(
      'printed no',
    );
  });

  it('runs in the repository wherever Sluice was started, and a `cwd` is relative to it', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'shop'));
    await platform({ deploy: 'echo x > here' }, 10_000, folder).deploy(REQUEST);
    await platform({ deploy: 'echo y > here', cwd: 'shop' }, 10_000, folder).deploy(REQUEST);
    expect(await readFile(join(folder, 'here'), 'utf8')).toBe('x\n');
    expect(await readFile(join(folder, 'shop', 'here'), 'utf8')).toBe('y\n');
  });

  it('ends a status that hangs as soon as nobody waits for it any more', async () => {
    const hanging = platform({ deploy: 'true', status: 'sleep 300' }, 300_000);
    const looked = AbortSignal.timeout(200);
    await expect(hanging.observe({ ...PAIR, signal: looked })).rejects.toThrow('status was stopped');
    await expect(hanging.find({ ...PAIR, operation: 'o-9', signal: looked })).rejects.toThrow('status was stopped');
  });

  it('gives a status 10 s, however long its deploys may take', async () => {
    const limits: number[] = [];
    const runner: Runner = {
      run: ({ timeout }) => {
        limits.push(timeout);
        return Promise.resolve({
          end: 'exited',
          exit: 0,
          stdout: '{"state":"done","versions":[]}',
          stderr: '',
          took: 1,
        });
      },
    };
    const given = { runner, folder: tmpdir(), options: { deploy: 'true', status: 'true' } };
    const command = commandPlatform({ ...given, timeout: 900_000 });
    await command.deploy(REQUEST);
    await command.observe(PAIR);
    await command.find({ ...PAIR, operation: 'o-9' });
    await commandPlatform({ ...given, timeout: 2_000 }).observe(PAIR);
    expect(limits).toEqual([900_000, 10_000, 10_000, 2_000]);
  });

  it('refuses keys that are wrong or missing, by name', () => {
    expect(() => platform({ deplyo: 'true' })).toThrow(/platform\.deploy/);
    expect(() => platform({ deploy: '' })).toThrow(/platform\.deploy/);
  });
});
