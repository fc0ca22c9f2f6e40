import { describe, expect, it } from 'vitest';
import { flagOn } from '../deciding.ts';
import { experimentsConfig, session } from './given.ts';

describe('experiment create', () => {
  it('R-601 R-604 makes a draft with its own flag and says how many users it needs', () => {
    const s = session();
    const { outcome, message, changes } = s.say(
      'experiment create checkout "Checkout redesign" "Fewer steps" --goal conversion --hypothesis "fewer steps, more orders"',
    );
    expect(outcome).toMatchObject({ ok: true, code: 'done' });
    expect(outcome.summary).toMatch(
      /needs [\d,]+ users a variant for \+10% of conversion, looked at whenever you like \(31,234 with one look planned in advance\)/,
    );
    const [needs] = (outcome.details as { readonly needs: readonly Readonly<Record<string, number>>[] }).needs;
    expect(needs?.['users']).toBe(31_234);
    expect(needs?.['anytime']).toBeGreaterThan(31_234);
    expect(outcome.summary).toContain(`needs ${needs?.['anytime']?.toLocaleString('en')} users`);
    expect(message).toMatchObject({ event: 'experiment.created', subject: 'experiment/checkout' });
    expect(changes.map(({ path }) => path)).toEqual(['experiments/checkout.json', 'flags/checkout.json']);
    expect(s.experiment()).toMatchObject({
      name: 'Checkout redesign',
      description: 'Fewer steps',
      hypothesis: 'fewer steps, more orders',
      state: 'draft',
      flag: 'checkout',
      environment: 'production',
      generation: 0,
      alpha: 0.05,
      variants: [
        ['control', 50_000],
        ['treatment', 50_000],
      ],
    });
    expect(s.flag()).toMatchObject({ kind: 'experiment', off: 'control', environments: {} });
    expect(Object.keys(s.flag().variants)).toEqual(['control', 'treatment']);
  });

  it('R-601 takes four variants with their shares, control first', () => {
    const s = session();
    s.say(
      'experiment create checkout --variant old,a,b,c --split 40%,20%,20%,20% --goal conversion --guardrail errors',
    );
    expect(s.experiment().variants).toEqual([
      ['old', 40_000],
      ['a', 20_000],
      ['b', 20_000],
      ['c', 20_000],
    ]);
    expect(s.experiment().metrics).toMatchObject([
      { name: 'conversion', role: 'goal' },
      { name: 'errors', role: 'guardrail', better: 'lower', margin: 0.1 },
    ]);
  });

  it('R-601 reads the old name: the key is made of the name, and the goal is what most are about', () => {
    const s = session();
    const { outcome } = s.say('ab:create "Checkout redesign" "Fewer steps"');
    expect(s.experiment('checkout-redesign')).toMatchObject({ name: 'Checkout redesign', description: 'Fewer steps' });
    expect(outcome.summary).toContain('no --goal was given: it is conversion');
  });

  it('R-601 compares a flag that exists, its off first, and leaves the flag alone', () => {
    const s = session({ flags: new Map([['dash', flagOn('dash')]]) });
    const { changes } = s.say('experiment create dash-test --flag dash --goal conversion in staging');
    expect(changes.map(({ path }) => path)).toEqual(['experiments/dash-test.json']);
    expect(s.experiment('dash-test').variants.map(([name]) => name)).toEqual(['off', 'on']);
    expect(s.experiment('dash-test').environment).toBe('staging');
  });

  it('R-605 gives who stays out a variant of its own, so that nobody counts them as control', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion --layer checkout --slots 2 --holdout 2026q4');
    expect(s.flag()).toMatchObject({ off: 'off', variants: { off: 'control', control: 'control' } });
    expect(s.experiment()).toMatchObject({ layer: { name: 'checkout', count: 2, slots: [] }, holdouts: ['2026q4'] });
    const dash = session({ flags: new Map([['dash', flagOn('dash')]]) });
    expect(dash.say('experiment create dash --goal conversion --holdout 2026q4').outcome).toMatchObject({
      code: 'value-invalid',
      summary: expect.stringContaining('would be counted in it'),
    });
  });

  it('says what it assumes of a metric that nobody configured, and takes the kind of one that a source answers by variant', () => {
    const s = session();
    expect(s.say('experiment create one --goal signups').outcome.summary).toContain(
      'signups is in no configuration: a share of users, the higher the better',
    );
    const config = experimentsConfig();
    const byVariant = {
      name: 'spent',
      source: 'prometheus',
      kind: 'mean' as const,
      better: 'higher' as const,
      queries: { sum: 's{v="{{variant}}"}', n: 'n{v="{{variant}}"}' },
      delay: 0,
      perVersion: true,
    };
    const known = session({ config: { ...config, metrics: { ...config.metrics, spent: byVariant } } });
    known.say('experiment create two --goal spent');
    expect(known.experiment('two').metrics).toMatchObject([{ name: 'spent', kind: 'mean', better: 'higher' }]);
  });

  it.each([
    ['experiment create checkout --variant one --goal conversion', 'value-invalid', 'at least two'],
    ['experiment create checkout --variant a,a --goal conversion', 'value-invalid', 'named twice'],
    ['experiment create checkout --split 50%,40% --goal conversion', 'value-invalid', 'sums to 90%'],
    ['experiment create checkout --split 100%,0% --goal conversion', 'value-invalid', 'takes no part'],
    ['experiment create checkout --split 50% --goal conversion', 'value-invalid', '1 shares for 2 variants'],
    ['experiment create checkout --goal conversion --guardrail conversion', 'value-invalid', 'has one role'],
    [
      'experiment create checkout --goal conversion --layer nowhere',
      'value-invalid',
      'experiments.layers has checkout',
    ],
    ['experiment create checkout --goal conversion --layer checkout --slots 5', 'value-invalid', 'has 4'],
    ['experiment create checkout --goal conversion --slots 2', 'value-invalid', 'belongs to --layer'],
    [
      'experiment create checkout --goal conversion --holdout nobody',
      'value-invalid',
      'experiments.holdouts has 2026q4',
    ],
    ['experiment create checkout --goal conversion --layer checkout --by account', 'value-invalid', 'draws users'],
    ['experiment create checkout --goal conversion --effect 0%', 'value-invalid', 'never seen'],
    ['experiment create checkout --goal conversion --guardrail happiness', 'value-invalid', 'happiness:lower'],
    ['experiment create checkout --goal conversion --guardrail crash-free', 'value-invalid', 'crash-free:lower'],
    ['experiment create checkout --goal user', 'value-invalid', 'column or row of that name'],
    ['experiment create checkout --goal variant', 'value-invalid', 'column or row of that name'],
    ['experiment create checkout --goal exposed', 'value-invalid', 'column or row of that name'],
    ['experiment create checkout --goal exposure', 'value-invalid', 'column or row of that name'],
    ['experiment create checkout --goal metric', 'value-invalid', 'column or row of that name'],
    ['experiment create checkout --goal revenue.before', 'value-invalid', 'column or row of that name'],
    ['experiment create checkout --goal constructor', 'value-invalid', 'cannot be a metric'],
    [
      'experiment create checkout --variant control,__proto__ --goal conversion',
      'value-invalid',
      'cannot be a variant',
    ],
    ['experiment create checkout --variant control,toString --goal conversion', 'value-invalid', 'cannot be a variant'],
    ['experiment create checkout --goal conversion in nowhere', 'environment-unknown', 'nowhere'],
    ['experiment create dash --flag dash --variant off,blue --goal conversion', 'variant-unknown', 'no variant blue'],
  ])('refuses %s', (text, code, words) => {
    const s = session({ flags: new Map([['dash', flagOn('dash')]]) });
    const { outcome, changes } = s.say(text);
    expect(outcome).toMatchObject({ ok: false, code });
    expect(outcome.summary).toContain(words);
    expect(changes).toEqual([]);
  });

  it('R-605 says first which way a guardrail is taken that only its name tells, and takes it from the command', () => {
    const s = session();
    const said = s.say('experiment create one --goal conversion --guardrail exceptions').outcome;
    expect(said.summary).toMatch(/^exceptions is taken for a metric that shall fall, by its name/);
    expect(s.experiment('one').metrics[1]).toMatchObject({ name: 'exceptions', role: 'guardrail', better: 'lower' });
    s.say('experiment create two --goal conversion --guardrail happiness:higher,exceptions:higher,waits:lower');
    expect(s.experiment('two').metrics.map(({ name, better }) => [name, better])).toEqual([
      ['conversion', 'higher'],
      ['happiness', 'higher'],
      ['exceptions', 'higher'],
      ['waits', 'lower'],
    ]);
  });

  it('R-605 asks for the direction of a guardrail that the configuration has without one', () => {
    const s = session();
    expect(s.say('experiment create one --goal conversion --guardrail revenue').outcome).toMatchObject({
      code: 'value-invalid',
      summary: expect.stringContaining('experiments.metrics.revenue'),
    });
    expect(s.say('experiment create one --goal conversion --guardrail revenue:higher').outcome.ok).toBe(true);
  });

  it('refuses a key that is taken', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion');
    expect(s.say('experiment create checkout --goal conversion').outcome.code).toBe('experiment-exists');
  });
});
