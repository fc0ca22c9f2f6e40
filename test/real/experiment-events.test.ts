import { expect, it } from 'vitest';
import type { Experiment } from '../../src/core/model/experiment.ts';
import { given, type Running } from '../e2e/given.ts';

const CONFIG = `version: 1
services:
  web: { deploy: ./deploy.sh, strategy: all-at-once }
environments:
  production: {}
analysis: { interval: 1s }
experiments:
  min-time: 1s
  min-users: 200
  metrics:
    conversion: { kind: proportion }
  ingest: { port: 0, token: $INGEST_TOKEN }
`;
const TOKEN = 'a-long-token';

async function addressOf(serving: Running): Promise<string> {
  const [, address = ''] = await serving.says(/POST (http:\S+)\/events/);
  return address;
}

/** Without a variant: the flag says to what everybody is exposed. */
function exposures(from: number, until: number): readonly object[] {
  return Array.from({ length: until - from }, (_, index) => {
    const user = from + index;
    return { experiment: 'checkout', user: `user-${user}`, metric: 'exposure', id: `exposure-${user}` };
  });
}

async function send(address: string, events: readonly object[], token = TOKEN): Promise<Response> {
  const body = events.map((event) => JSON.stringify(event)).join('\n');
  return fetch(`${address}/events`, { method: 'POST', body, headers: { authorization: `Bearer ${token}` } });
}

async function variantOf(user: string, shop: Awaited<ReturnType<typeof given>>): Promise<unknown> {
  return (await shop.when(`flag check checkout ${user} --environment production --json`)).json().details?.['variant'];
}

it('R-602 R-605 R-706 serve takes events, loses none that it confirmed when it is killed, counts none twice, and its tick records the winner', async () => {
  const shop = await given({ config: CONFIG, env: { INGEST_TOKEN: TOKEN }, versions: ['1.0.0'] });
  await shop.does('experiment create checkout --goal conversion');
  await shop.does('experiment start checkout');

  const first = shop.starts('serve');
  const address = await addressOf(first);
  expect((await send(address, exposures(0, 1), 'another')).status).toBe(401);
  const confirmed = await send(address, exposures(0, 700));
  expect(await confirmed.json()).toEqual({ accepted: 700, duplicates: 0 });
  await first.ends('SIGKILL');

  const second = shop.starts('serve');
  const again = await addressOf(second);
  expect(await (await send(again, exposures(0, 1_200))).json()).toMatchObject({ accepted: 1_200 });
  const analysis = (await (
    await fetch(`${again}/checkout/results`, { headers: { authorization: `Bearer ${TOKEN}` } })
  ).json()) as { ok: boolean; details: object };
  expect(analysis.ok).toBe(true);
  const exported = JSON.parse((await shop.does('experiment analyze checkout --format json')).stdout) as object;
  expect(Object.keys(analysis.details)).toEqual(Object.keys(exported));

  const users = Array.from({ length: 1_200 }, (_, user) => `user-${user}`);
  const { compileFlags } = await import('../../src/core/flag/compile.ts');
  const document = JSON.parse((await shop.does('flag export --environment production')).stdout) as Parameters<
    typeof compileFlags
  >[0];
  const flags = compileFlags(document, () => 0);
  const bought = users.filter((targetingKey, index) => {
    const { variant } = flags.evaluate('checkout', { targetingKey });
    return index % 10 < (variant === 'treatment' ? 4 : 1);
  });
  expect(await variantOf('user-0', shop)).toBe(flags.evaluate('checkout', { targetingKey: 'user-0' }).variant);
  const sales = bought.map((user) => ({ experiment: 'checkout', user, metric: 'conversion', id: `sale-${user}` }));
  expect((await send(again, [...sales, ...sales.slice(0, 50)])).status).toBe(200);
  expect(await second.ends('SIGTERM')).toBe(0);

  const third = shop.starts('serve');
  await third.says(/experiment checkout: won/);
  expect(await third.ends('SIGTERM')).toBe(0);
  const { decision } = (await shop.state('experiments/checkout.json')) as Experiment;
  expect(decision).toMatchObject({ verdict: 'won', variant: 'treatment', data: { crossed: 0 } });
  const arms = Object.values(decision?.data.variants ?? {});
  expect(arms.reduce((sum, arm) => sum + arm.users, 0)).toBe(1_200);
  const sold = arms
    .map(({ metrics }) => metrics['conversion'])
    .map((sums) => (sums?.kind === 'proportion' ? sums.successes : 0));
  expect(sold.reduce((sum, one) => sum + one, 0)).toBe(bought.length);
  expect((await shop.story()).filter((title) => title.includes('collecting -> won'))).toHaveLength(1);
  expect(await shop.git('ls-files')).not.toContain('ndjson');
});
