import { FlagdCore } from '@openfeature/flagd-core';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/core/model/experiment.ts';
import { given, type Scene } from '../e2e/given.ts';

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

const config = (rules = ''): string => `version: 1
services:
  web: { deploy: ./deploy.sh, strategy: quick }
strategies:
  quick:
    keep-old: 0s
    stages:
      - { name: all, weight: 100%, bake: 2s, analysis: none }
environments:
  production: {}
analysis: { interval: 1s }
experiments:
${rules}  metrics:
    conversion: { kind: proportion, effect: 20%, usual: 10% }
    errors: { kind: proportion, better: lower, margin: 30% }
`;

/** From 0 to below 1, the same in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What flagd answers each user, by the document that the program exports. */
async function assigned(shop: Scene, users: number): Promise<readonly string[]> {
  const { stdout } = await shop.does('flag export --environment production');
  const flagd = new FlagdCore();
  flagd.setConfigurations(stdout);
  return Array.from({ length: users }, (_, user) =>
    String(flagd.resolveStringEvaluation('checkout', 'none', { targetingKey: `user-${user}` }, silent).variant),
  );
}

interface World {
  /** Chances of buying and of an error. */
  readonly buys: Readonly<Record<string, number>>;
  readonly fails?: Readonly<Record<string, number>>;
  /** Share of the treatment's users whose row is lost on the way. */
  readonly lost?: number;
}

async function simulate(
  shop: Scene,
  file: string,
  { variants, buys, fails = {}, lost = 0 }: World & { readonly variants: readonly string[] },
): Promise<void> {
  const next = random(7);
  const rows = variants.flatMap((variant, user) => {
    const [buy, fail, lose] = [next(), next(), next()];
    if (variant === 'treatment' && lose < lost) return [];
    return [`user-${user},${variant},${buy < (buys[variant] ?? 0) ? 1 : 0},${fail < (fails[variant] ?? 0.2) ? 1 : 0}`];
  });
  await writeFile(join(shop.folder, file), `user,variant,conversion,errors\n${rows.join('\n')}\n`);
}

const BETTER = { control: 0.1, treatment: 0.2 };

async function document(shop: Scene): Promise<Experiment> {
  return (await shop.state('experiments/checkout.json')) as Experiment;
}

describe('an experiment from its draft to everybody', () => {
  it('R-601 R-602 R-603 R-605 R-606 6,000 users are assigned by flagd, refusals say why, the winner goes to 100% as a rollout', async () => {
    const shop = await given({ config: config(), versions: ['1.0.0'] });
    await shop.does(
      ['experiment', 'create', 'checkout', 'Checkout redesign', '--goal', 'conversion', '--guardrail', 'errors'].join(
        ' ',
      ),
    );
    expect(await document(shop)).toMatchObject({ state: 'draft', flag: 'checkout' });
    expect((await shop.when('experiment analyze checkout --json')).json()).toMatchObject({
      ok: false,
      code: 'experiment-not-running',
    });
    await shop.does('experiment start checkout');

    const variants = await assigned(shop, 6_000);
    const treated = variants.filter((variant) => variant === 'treatment').length;
    expect(variants.filter((variant) => variant === 'control')).toHaveLength(6_000 - treated);
    expect(treated).toBeGreaterThan(2_850);
    expect(treated).toBeLessThan(3_150);
    expect(await assigned(shop, 6_000)).toEqual(variants);

    await simulate(shop, 'good.csv', { variants, buys: BETTER });
    await simulate(shop, 'skewed.csv', { variants, buys: BETTER, lost: 0.3 });
    await simulate(shop, 'harmful.csv', { variants, buys: BETTER, fails: { treatment: 0.4 } });
    await simulate(shop, 'small.csv', { variants: variants.slice(0, 900), buys: BETTER });

    const story = await shop.story();
    const analysis = await shop.does('experiment analyze checkout --data good.csv');
    expect(analysis.stdout).toContain('conversion');
    expect((await shop.does('experiment analyze checkout --data good.csv --format markdown')).stdout).toMatch(
      /^\|.*\|$/m,
    );
    expect(
      JSON.parse((await shop.does('experiment analyze checkout --data good.csv --format json')).stdout),
    ).toBeTypeOf('object');

    const refusals = {
      'good.csv': 'experiment-undecided',
      'skewed.csv': 'sample-ratio',
      'harmful.csv': 'guardrail-lost',
      'small.csv': 'experiment-undecided',
      'none.csv': 'file-unreadable',
    };
    const said: Record<string, string> = {};
    for (const [file, code] of Object.entries(refusals)) {
      const answer = (await shop.when(`experiment ship checkout --data ${file} --json`)).json();
      expect(answer).toMatchObject({ ok: false, code });
      said[file] = answer.summary;
    }
    expect(said['good.csv']).toMatch(/2[34] h/);
    expect(said['small.csv']).toContain('of 1,000 users');
    expect(await shop.story()).toEqual(story);
    expect(await document(shop)).toMatchObject({ state: 'running' });

    await writeFile(join(shop.folder, '.github/sluice.yml'), config('  min-time: 1s\n'));
    const shipped = await shop.when('experiment ship checkout --strategy quick --data good.csv --json');
    expect(shipped.json()).toMatchObject({ ok: true, summary: expect.stringContaining('checkout') });
    const ended = await document(shop);
    expect(ended).toMatchObject({
      state: 'shipped',
      decision: {
        verdict: 'won',
        variant: 'treatment',
        data: { from: 'file good.csv', crossed: 0, variants: { treatment: { users: treated } } },
      },
    });
    const commit = shipped.json().commit ?? '';
    const changed = (await shop.git('show', '--format=', '--name-only', commit))
      .split('\n')
      .filter((path) => path !== '');
    expect(changed).toContain('experiments/checkout.json');
    expect(changed.some((path) => path.startsWith('rollouts/'))).toBe(true);

    await shop.when('watch', { within: 60_000 });
    const now = await assigned(shop, 500);
    expect(new Set(now)).toEqual(new Set(['treatment']));
    expect((await shop.when('experiment show checkout --json')).json()).toMatchObject({ ok: true });
    expect((await shop.when('check --json')).json().ok).toBe(true);
  });
});
