import { afterEach, expect, it, vi } from 'vitest';
import { PIPELINE, shop, twoReleases } from '../../action/shop.ts';

const NEXT = { service: 'web', version: '1.4.0', until: 'canary' };

afterEach(() => void vi.unstubAllGlobals());

it('a rollback that was asked for and is over is a green step', async () => {
  const { web } = await twoReleases();
  await web.go('deploy', { ...NEXT, timeout: '30m' }, { run: '7100' });
  const step = await web.go('rollback', { service: 'web', reason: 'bad', timeout: '10m' }, { run: '7101' });
  expect(step.result, step.log).toMatchObject({ ok: true, code: 'done' });
  expect(step).toMatchObject({ status: 0, errors: [] });
  expect((await web.notes()).split('\n')).toContain('traffic {"1.3.2":100}');
});

it('a clock that is off is said with by how much, and ends the wait: it mends itself in no time', async () => {
  const web = await shop();
  await web.release('1.4.0');
  web.fake.setClock(() => web.clock.now() + 300_000);
  const began = web.clock.now();
  const step = await web.go('deploy', { service: 'web', version: '1.4.0', timeout: '30m' });
  expect(step.result, step.log).toMatchObject({ ok: false, code: 'clock-off' });
  expect(step.result.summary).toContain("the clock of this machine is 5m behind GitHub's");
  expect(step.log.split('\n').filter((line) => line.includes('5m behind')).length).toBeLessThanOrEqual(3);
  expect(web.clock.now() - began).toBeLessThan(120_000);
});

it('a token that dies ends the wait with its own code, after two tries', async () => {
  const web = await shop(PIPELINE);
  await web.release('1.4.0');
  const real = globalThis.fetch;
  let left = 14;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    left -= 1;
    const dead = '{"message":"Bad credentials"}';
    return left >= 0
      ? real(url, init)
      : new Response(dead, { status: 401, headers: { 'content-type': 'application/json' } });
  });
  const began = web.clock.now();
  const step = await web.go('deploy', { service: 'web', version: '1.4.0', timeout: '30m' });
  expect(step.result, step.log).toMatchObject({ ok: false, code: 'token-missing' });
  expect(step.result.summary).toContain('Bad credentials');
  expect(web.clock.now() - began).toBeLessThan(120_000);
});

it('`when-green` waits for checks that still run, as long as the step may', async () => {
  const { web, sha } = await twoReleases();
  web.fake.setChecks(sha, [{ name: 'ci', state: 'pending' }]);
  const began = web.clock.now();
  const green = setInterval(() => {
    if (web.clock.now() - began < 60_000) return;
    web.fake.setChecks(sha, [{ name: 'ci', state: 'success' }]);
    clearInterval(green);
  }, 5);
  const step = await web.go('deploy', { ...NEXT, timeout: '30m', 'when-green': 'true' }, { run: '7100' });
  clearInterval(green);
  expect(step.outputs, step.log).toMatchObject({ code: 'done', proceed: 'true' });
  expect(web.clock.now() - began).toBeGreaterThanOrEqual(60_000);
});

it("steps of a user's composite share job and step: each start of one is asked for by itself, and acts once", async () => {
  const web = await shop();
  await web.go('root', { command: 'flag create x' });
  const at = (start: string) => ({ step: '__self', env: { GITHUB_OUTPUT: `/tmp/_runner_file_commands/${start}` } });
  const on = { command: 'flag enable x in production' };
  const off = { command: 'flag disable x in production' };
  const codes = [
    (await web.go('root', on, at('a'))).result.code,
    (await web.go('root', off, at('b'))).result.code,
    (await web.go('root', on, at('c'))).result.code,
  ];
  expect(codes).toEqual(['done', 'done', 'done']);
  const before = await web.titles();
  expect((await web.go('root', on, at('c'))).result.code).toBe('unchanged');
  expect(await web.titles()).toEqual(before);
});
