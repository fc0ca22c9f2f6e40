import { FlagdCore } from '@openfeature/flagd-core';
import { describe, expect, it } from 'vitest';
import { compileFlags } from '../../src/core/flag/compile.ts';
import type { FlagdDocument } from '../../src/core/flag/definition.ts';
import { given, type Scene } from './given.ts';

async function variantOf(shop: Scene, flag: string, user: string): Promise<unknown> {
  const answer = await shop.when(`flag check ${flag} ${user} --environment production --json`);
  return answer.json().details?.['variant'];
}

/** Trailers of the state branch's commits, newest first. */
async function trailers(shop: Scene, name: string): Promise<readonly string[]> {
  const text = await shop.git(
    'log',
    `--format=%(trailers:key=Sluice-${name},valueonly,separator=%x2C)`,
    'sluice-state',
  );
  return text.split('\n');
}

describe('flags in a repository without any commit', () => {
  it('R-501 R-502 R-508 R-708 create, enable at 25% and check: the same answer each time, a quarter of the users, a sealed commit for each change', async () => {
    const shop = await given();

    const answers = [
      await shop.when('init --yes'),
      await shop.when('flag create new-dashboard "New dashboard" "Better"'),
      await shop.when('flag enable new-dashboard 25 --environment production'),
    ];

    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await shop.story()).toEqual([
      'init: 9 starter flags',
      'flag new-dashboard: created, off everywhere',
      'flag new-dashboard: off -> 25% in production',
    ]);
    expect(await trailers(shop, 'Command')).toEqual([
      'flag enable new-dashboard 25% --environment production',
      'flag create new-dashboard "New dashboard" Better',
      'init',
    ]);
    expect(await trailers(shop, 'Event')).toEqual(['flag.enabled', 'flag.created', 'flag.seeded']);
    for (const actor of await trailers(shop, 'Actor')) expect(actor).toBe('git:ada@example.com (Ada) unverified');
    for (const seal of await trailers(shop, 'Seal')) expect(seal).toMatch(/^[0-9a-f]{64}$/);

    const { stdout } = await shop.when('flag export --environment production');
    const evaluator = compileFlags(JSON.parse(stdout) as FlagdDocument, () => 0);
    const users = Array.from({ length: 10_000 }, (_, n) => `u${n}`);
    const variants = users.map((user) => evaluator.evaluate('new-dashboard', { targetingKey: user }).variant);
    const share = variants.filter((variant) => variant === 'on').length / users.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.015);
    const asked = await Promise.all(
      users
        .slice(0, 5)
        .map(async (user) => [
          await variantOf(shop, 'new-dashboard', user),
          await variantOf(shop, 'new-dashboard', user),
        ]),
    );
    expect(asked).toEqual(variants.slice(0, 5).map((variant) => [variant, variant]));
  });

  it('R-508 `git revert` of a change is an undo: it counts at once, looking changes nothing, the next tick adopts it for who made it', async () => {
    const shop = await given();
    await shop.does('init --yes');
    await shop.does('flag enable feature.new-dashboard 100 --environment production');
    expect(await variantOf(shop, 'feature.new-dashboard', 'user123')).toBe('on');

    await shop.byHand(async (_, git) => {
      await git('-c', 'user.name=Bob', '-c', 'user.email=bob@example.com', 'revert', '--no-edit', 'HEAD');
    });

    expect(await variantOf(shop, 'feature.new-dashboard', 'user123')).toBe('off');
    expect((await shop.when('flag enable feature.new-dashboard 50 -n --environment production')).stdout).toContain(
      '50%',
    );
    expect((await shop.story()).at(-1)).toMatch(/^Revert/);

    const answer = await shop.when('reconcile --json');

    expect(answer.json()).toMatchObject({ ok: true, code: 'done' });
    expect((await shop.story()).at(-1)).toBe('adopt flag/feature.new-dashboard (edited by hand)');
    expect((await trailers(shop, 'Actor'))[0]).toBe('git:bob@example.com (Bob) unverified');
    expect((await trailers(shop, 'Seal'))[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(await variantOf(shop, 'feature.new-dashboard', 'user123')).toBe('off');
    expect((await shop.when('reconcile --json')).json()).toMatchObject({ code: 'unchanged' });
  });
});

it('12 processes create 12 flags at once: 12 flags, 12 commits, a sound repository', async () => {
  const shop = await given();
  await shop.does('init --yes');

  const names = Array.from({ length: 12 }, (_, n) => `feature.f${n}`);
  const answers = await Promise.all(names.map((name) => shop.when(`flag create ${name} "F" "x"`)));

  expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
  const files = await shop.paths();
  for (const name of names) expect(files).toContain(`flags/${name}.json`);
  expect((await shop.story()).length).toBe(13);
  await shop.git('fsck', '--strict', '--no-dangling');
});

describe('the exported document', () => {
  it('R-502 R-503 R-504 R-512 answers the same through flagd as through us, for targets, segments, splits, ramps and the starter flags', async () => {
    const shop = await given();
    await shop.does('init --yes');
    const commands = [
      'segment set staff --when "email ends-with @acme.com"',
      'flag enable feature.new-dashboard 5 --environment production',
      'flag target feature.new-dashboard on --when "segment staff" --environment production',
      'flag target feature.dark-mode on --when "country in DE,FR" --when "age >= 18" --environment production',
      'flag enable feature.dark-mode 10 --environment production',
      'flag create config.page "Page" "Size" --type number --variant small=10 --variant medium=25 --variant large=50',
      'flag enable config.page 30 --variant medium --environment production',
      'flag enable feature.live-updates 33% --environment production',
      'flag enable experiment.pricing-page --variant treatment --environment production',
      'flag rollout canary.new-api --environment production',
    ];
    for (const command of commands) {
      const { code, stderr } = await shop.when(command);
      expect({ command, code, stderr: code === 0 ? '' : stderr }).toEqual({ command, code: 0, stderr: '' });
    }

    const { stdout } = await shop.when('flag export --environment production');
    const ours = compileFlags(JSON.parse(stdout) as FlagdDocument, () => 0);
    const flagd = new FlagdCore();
    flagd.setConfigurations(stdout);
    const silent = { error() {}, warn() {}, info() {}, debug() {} };
    const countries = ['DE', 'FR', 'US', undefined];
    const differing: string[] = [];
    const seen = new Map<string, Set<string | undefined>>();
    for (let n = 0; n < 10_000; n++) {
      const context = {
        targetingKey: `user-${n}`,
        ...(n % 7 === 0 ? { email: `p${n}@acme.com` } : {}),
        ...(countries[n % 4] === undefined ? {} : { country: countries[n % 4] ?? '' }),
        ...(n % 3 === 0 ? { age: n % 60 } : {}),
      };
      for (const key of ours.keys) {
        const mine = ours.evaluate(key, context);
        const fallback: unknown = mine.value;
        const theirs =
          typeof fallback === 'boolean'
            ? flagd.resolveBooleanEvaluation(key, false, context, silent)
            : typeof fallback === 'number'
              ? flagd.resolveNumberEvaluation(key, 0, context, silent)
              : typeof fallback === 'string'
                ? flagd.resolveStringEvaluation(key, '', context, silent)
                : flagd.resolveObjectEvaluation(key, {}, context, silent);
        if (mine.variant !== theirs.variant) differing.push(`${key} ${JSON.stringify(context)}`);
        seen.set(key, (seen.get(key) ?? new Set()).add(mine.variant));
      }
    }
    expect(differing.slice(0, 5)).toEqual([]);
    for (const key of ['feature.new-dashboard', 'feature.dark-mode', 'config.page', 'feature.live-updates'])
      expect(seen.get(key)?.size, key).toBeGreaterThan(1);
  });
});
