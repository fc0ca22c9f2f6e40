import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../../src/adapters/github/client/problem.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import { clientOf, standing } from '../store/bench.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');
const REF = 'GET /repos/{owner}/{repo}/git/ref/{ref}';
const of = { owner: 'acme', repo: 'shop', ref: 'heads/main' };
const NEW_REF = 'POST /repos/{owner}/{repo}/git/refs';
const QUERY = 'query { repository(owner: "acme", name: "shop") { id } }';
const SECONDARY = {
  message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
};

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it went well');
    },
    (error: unknown) => error,
  );
}

describe('the client for GitHub', () => {
  it('takes its time from GitHub, and lets it go on between answers', async () => {
    const fake = await githubInTest();
    fake.setClock(NOW);
    const clock = standing(5_000_000);
    const client = clientOf(fake, { clock });
    expect(client.now()).toBeUndefined();
    await client.request(REF, of);
    expect(client.now()).toBe(NOW);
    await clock.sleep(2_500);
    expect(client.now()).toBe(NOW + 2_500);
  });

  it('asks again conditionally, and gives the remembered answer where nothing has changed', async () => {
    const fake = await githubInTest();
    const client = clientOf(fake);
    const first = await client.request(REF, of);
    const second = await client.request(REF, of);
    expect(second.data).toEqual(first.data);
    expect(client.calls().map(({ status }) => status)).toEqual([200, 304]);
    const sha = await fake.push({ branch: 'main', files: { a: '1' } });
    expect((await client.request(REF, of)).data.object.sha).toBe(sha);
  });

  it('reads again after a failure of GitHub, three times at most', async () => {
    const fake = await githubInTest();
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    fake.fault({ route: REF, status: 502, times: 2 });
    expect((await client.request(REF, of)).status).toBe(200);
    expect(clock.slept).toEqual([250, 1_000]);
    fake.fault({ route: REF, status: 503, times: 3 });
    const error = await failure(client.request(REF, { ...of, ref: 'heads/other' }));
    expect(problemOf(error, 'looking')).toMatchObject({ code: 'unreachable', status: 503, uncertain: true });
  });

  it('never sends a write again that may have taken effect', async () => {
    const fake = await githubInTest();
    const client = clientOf(fake);
    const { data } = await client.request(REF, of);
    const make = (name: string) =>
      client.request(NEW_REF, { owner: 'acme', repo: 'shop', ref: `refs/heads/${name}`, sha: data.object.sha });
    fake.fault({ route: NEW_REF, status: 502 });
    expect(problemOf(await failure(make('one')), 'x')).toMatchObject({ code: 'unreachable', uncertain: true });
    fake.fault({ route: NEW_REF, lost: true });
    expect(problemOf(await failure(make('two')), 'x')).toMatchObject({ code: 'unreachable', uncertain: true });
    expect(fake.calls.filter(({ route }) => route === NEW_REF)).toHaveLength(2);
  });

  it('waits as a limit says and sends again, also a write: nothing was done', async () => {
    const fake = await githubInTest();
    fake.setClock(NOW);
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    const { data } = await client.request(REF, of);
    fake.fault({ route: NEW_REF, status: 403, body: SECONDARY, headers: { 'retry-after': '7' } });
    await client.request(NEW_REF, { owner: 'acme', repo: 'shop', ref: 'refs/heads/x', sha: data.object.sha });
    expect(clock.slept).toEqual([7_000]);
    const reset = String(NOW / 1_000 + 20);
    fake.fault({ route: REF, status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } });
    await client.request(REF, of);
    expect(clock.slept[1]).toBeGreaterThan(10_000);
    expect(clock.slept[1]).toBeLessThanOrEqual(21_000);
  });

  it('gives up on a limit that lasts longer than a minute, and says until when', async () => {
    const fake = await githubInTest();
    fake.setClock(NOW);
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 1_800) };
    fake.fault({ route: REF, status: 403, headers, body: { message: 'API rate limit exceeded' } });
    const problem = problemOf(await failure(client.request(REF, of)), 'reading acme/shop');
    expect(problem).toMatchObject({ code: 'rate-limited', status: 403, uncertain: false });
    expect(problem.message).toContain('10:30:01 UTC');
    expect(clock.slept).toEqual([]);
  });

  it('waits no longer than a minute in all, however often it is told to', async () => {
    const fake = await githubInTest();
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    fake.fault({ route: REF, status: 403, times: 20, body: SECONDARY, headers: { 'retry-after': '25' } });
    const error = await failure(client.request(REF, of));
    expect(clock.slept).toEqual([25_000, 25_000]);
    expect(problemOf(error, 'x').code).toBe('rate-limited');
  });

  it('knows the limit that GraphQL answers with status 200', async () => {
    const fake = await githubInTest();
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    const limits = [{ type: 'RATE_LIMITED' }, { type: 'RATE_LIMIT', code: 'graphql_rate_limit' }];
    for (const [index, limit] of limits.entries()) {
      const body = { errors: [{ ...limit, message: 'API rate limit exceeded' }] };
      fake.fault({ route: 'POST /graphql', status: 200, body, headers: { 'retry-after': '3' } });
      await client.graphql(QUERY);
      expect(clock.slept).toHaveLength(index + 1);
    }
    expect(clock.slept).toEqual([3_000, 3_000]);
  });

  it('says rate-limited where the budget of GraphQL is spent for longer than it waits', async () => {
    const fake = await githubInTest();
    fake.setClock(NOW);
    const client = clientOf(fake);
    Object.assign(fake.state.rate, { limit: 0, used: 0, reset: NOW / 1_000 + 1_800 });
    const problem = problemOf(await failure(client.graphql(QUERY)), 'reading acme/shop');
    expect(problem).toMatchObject({ code: 'rate-limited', uncertain: false });
  });

  it('asks ever more seldom, and not for ever, where a limit says to wait for no time', async () => {
    const fake = await githubInTest();
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    fake.fault({ route: REF, status: 403, times: 5_000, body: SECONDARY, headers: { 'retry-after': '0' } });
    const error = await failure(client.request(REF, of));
    expect(clock.slept).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(problemOf(error, 'x').code).toBe('rate-limited');
  });

  it('takes an answer that breaks off for none: asks again, and remembers nothing of it', async () => {
    const fake = await githubInTest();
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    fake.fault({ route: REF, cut: true });
    fake.fault({ route: 'POST /graphql', cut: true });
    expect((await client.request(REF, of)).data.object.sha).toMatch(/^[0-9a-f]{40}$/);
    expect((await client.request(REF, of)).data.object.sha).toMatch(/^[0-9a-f]{40}$/);
    expect(await client.graphql(QUERY)).toMatchObject({ repository: {} });
    expect(clock.slept).toEqual([250, 250]);
    expect(client.calls().map(({ status }) => status)).toEqual([0, 200, 304, 0, 200]);
  });

  it('never sends a write again whose answer broke off, and says that it may be done', async () => {
    const fake = await githubInTest();
    const client = clientOf(fake);
    const { data } = await client.request(REF, of);
    fake.fault({ route: NEW_REF, cut: true });
    const made = client.request(NEW_REF, { owner: 'acme', repo: 'shop', ref: 'refs/heads/x', sha: data.object.sha });
    expect(problemOf(await failure(made), 'x')).toMatchObject({ code: 'unreachable', uncertain: true });
    expect(fake.calls.filter(({ route }) => route === NEW_REF)).toHaveLength(1);
  });

  it.each([
    ['a page that somebody on the way put there', '<html>sign in</html>', { 'content-type': 'text/html' }],
    ['JSON without data', {}, {}],
    ['JSON whose data is null without a reason', { data: null }, {}],
  ])('takes %s under status 200 for no answer', async (_, body, headers) => {
    const fake = await githubInTest();
    const client = clientOf(fake);
    fake.fault({ route: 'POST /graphql', status: 200, times: 3, body, headers });
    expect(problemOf(await failure(client.graphql(QUERY)), 'x')).toMatchObject({ code: 'unreachable' });
  });

  it('ends a request whose body takes too long', async () => {
    const fake = await githubInTest();
    const stalling: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init);
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{'));
          init?.signal?.addEventListener('abort', () => controller.error(init.signal?.reason));
        },
      });
      return new Response(body, { status: answer.status, headers: answer.headers });
    };
    const client = clientOf(fake, { timeout: 200, fetch: stalling });
    expect(problemOf(await failure(client.graphql(QUERY)), 'x')).toMatchObject({ code: 'unreachable' });
  });

  it('forgets what was left of a budget when it begins anew', async () => {
    const fake = await githubInTest();
    fake.setClock(NOW);
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    const headers = { 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': String(NOW / 1_000 + 60) };
    fake.fault({ route: REF, status: 404, headers, body: { message: 'Not Found' } });
    await failure(client.request(REF, of));
    expect(client.scarce()).toBe(true);
    await clock.sleep(60_000);
    expect(client.scarce()).toBe(false);
  });

  it('ends a request that takes too long, and one that nobody waits for any more', async () => {
    const fake = await githubInTest();
    const client = clientOf(fake, { timeout: 30 });
    fake.fault({ route: REF, delay: 2_000, times: 3 });
    expect(problemOf(await failure(client.request(REF, of)), 'x')).toMatchObject({ code: 'unreachable' });
    const stop = new AbortController();
    stop.abort();
    const calls = fake.calls.length;
    await failure(clientOf(fake, { signal: stop.signal }).request(REF, of));
    expect(fake.calls).toHaveLength(calls);
  });

  it('lets twenty writes through at once and then one a second, and reads always', async () => {
    const fake = await githubInTest();
    const clock = standing(NOW);
    const client = clientOf(fake, { clock });
    const { data } = await client.request(REF, of);
    const names = Array.from({ length: 22 }, (_, index) => `refs/heads/b${index}`);
    const made = names.map((ref) =>
      client.request(NEW_REF, { owner: 'acme', repo: 'shop', ref, sha: data.object.sha }),
    );
    await Promise.all([...made, client.graphql(QUERY)]);
    expect(clock.slept).toEqual([1_000, 1_000]);
  });

  it('says that calls are scarce below 200 left', async () => {
    const fake = await githubInTest();
    const client = clientOf(fake);
    expect(client.scarce()).toBe(false);
    await client.request(REF, of);
    expect(client.scarce()).toBe(false);
    fake.fault({
      route: REF,
      status: 404,
      headers: { 'x-ratelimit-remaining': '199' },
      body: { message: 'Not Found' },
    });
    await failure(client.request(REF, of));
    expect(client.scarce()).toBe(true);
  });

  it('names the missing permission, the bad token, and never the token itself', async () => {
    const fake = await githubInTest();
    const weak = clientOf(fake, { token: fake.token({ permissions: { contents: 'read' } }) });
    const { data } = await weak.request(REF, of);
    const write = weak.request(NEW_REF, { owner: 'acme', repo: 'shop', ref: 'refs/heads/x', sha: data.object.sha });
    const lacking = problemOf(await failure(write), 'writing sluice-state of acme/shop');
    expect(lacking).toMatchObject({ code: 'token-lacks-permission', status: 403 });
    expect(lacking.message).toContain('contents: write');
    const bad = clientOf(fake, { token: 'ghs_wrong' });
    const unknown = problemOf(await failure(bad.request(REF, of)), 'reading acme/shop');
    expect(unknown).toMatchObject({ code: 'token-missing', status: 401 });
    const loud: typeof fetch = () => Promise.reject(new Error('proxy says: authorization: token ghs_secret'));
    const leaking = clientOf(fake, { token: 'ghs_secret', fetch: loud });
    const said = problemOf(await failure(leaking.request(REF, of)), 'reading acme/shop');
    expect(said.message).toBe(
      'unreachable: reading acme/shop: no answer from GitHub (proxy says: authorization: token ***): try again',
    );
    for (const { message } of [lacking, unknown, said]) expect(message).not.toMatch(/ghs_|\n/);
  });
});
