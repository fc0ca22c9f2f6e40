import { describe, expect, it } from 'vitest';
import { printDocument } from '../../../src/core/model/document.ts';
import { flag, ramp } from '../../core/review/flags.ts';
import { placeOf } from '../../support/state.ts';
import { configOf } from '../wired.ts';
import { CONFIG, review, told } from './asked.ts';

const text = (document: object): string => printDocument(document);
const experiment = (rest: object = {}) => ({
  schemaVersion: 1,
  key: 'hue',
  created: '2026-11-01T00:00:00.000Z',
  flag: 'hero',
  environment: 'production',
  state: 'draft',
  variants: [
    ['off', 50_000],
    ['on', 50_000],
  ],
  generation: 0,
  metrics: [],
  alpha: 0.05,
  ...rest,
});

describe('documents of the state branch', () => {
  it('a link, another repository, a binary or a huge file is no document, and is never followed', async () => {
    const files = {
      'flags/link.json': { type: 'link' },
      'flags/module.json': { type: 'repository' },
      'flags/binary.json': { type: 'binary' },
      'flags/large.json': { type: 'large' },
      'flags/folder.json': { type: 'folder' },
    } as const;
    const found = await review({ files });
    expect(told(found)).toEqual(
      Object.keys(files)
        .toSorted()
        .map((path) => `${path}:1 document-invalid`),
    );
  });

  it('three thousand edits of progress are three thousand failures, and the report stays small', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`history/2026-11/rollout-${index}.json`, null]),
    );
    const found = await review({ files });
    expect(found.findings).toHaveLength(3_000);
    expect(found.outcome).toMatchObject({ ok: false, code: 'foreign-commit' });
    expect(JSON.stringify(found.outcome).length).toBeLessThan(100_000);
  });

  it('more documents than are read fail: none that was not looked at is fine', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 501 }, (_, index) => [
        `environments/e${index}.json`,
        text({ schemaVersion: 1, name: `e${index}`, freezes: [] }),
      ]),
    );
    expect(told(await review({ files }))).toEqual(['environments/e500.json:1 file-unreadable']);
  });

  it('everything taken away names each flag that something still needs', async () => {
    const state = {
      'flags/hero.json': flag('hero'),
      'flags/child.json': flag('child', {}, { requires: [{ flag: 'hero', variant: 'on' }] }),
    };
    const kept = await review({ state, files: { 'flags/hero.json': null } });
    expect(told(kept)).toEqual(['flags/child.json:1 parent-missing', 'flags/hero.json:1 flag-required']);
    const gone = await review({ state, files: { 'flags/hero.json': null, 'flags/child.json': null } });
    expect(told(gone)).toEqual([]);
  });

  it('a renamed flag draws other users: it fails and says how', async () => {
    const files = { 'flags/hero-2.json': text(flag('hero-2', { serve: ramp(50) })) };
    const renamed = { 'flags/hero-2.json': 'flags/hero.json' };
    const found = await review({ state: { 'flags/hero.json': flag('hero', { serve: ramp(50) }) }, files, renamed });
    expect(told(found)).toEqual([expect.stringMatching(/^flags.hero-2.json:\d+ rebucketed$/)]);
    expect(found.findings[0]?.message).toMatch(/a flag's key is its salt, and it was hero. Keep flags.hero.json/);
  });

  it('a flag that a rollout moves, a running experiment, an experiment on nothing', async () => {
    const state = {
      'flags/hero.json': flag('hero'),
      'experiments/hue.json': experiment({ state: 'running', started: '2026-11-02T00:00:00.000Z' }),
    };
    const moved = await review({ state, files: { 'flags/hero.json': text(flag('hero', { serve: 'on' })) } });
    expect(told(moved)).toEqual(['flags/hero.json:1 flag-in-experiment']);
    const files = {
      'experiments/hue.json': text(experiment({ flag: 'nobody' })),
      'experiments/one.json': text(experiment({ key: 'one', environment: 'mars' })),
      'experiments/two.json': text(
        experiment({
          key: 'two',
          variants: [
            ['off', 50_000],
            ['blue', 50_000],
          ],
        }),
      ),
    };
    const odd = await review({ state: { 'flags/hero.json': flag('hero') }, files });
    expect(told(odd).join()).toMatch(
      /hue.json:\d+ flag-unknown.*one.json:\d+ environment-unknown.*two.json:\d+ variant-unknown/,
    );
  });

  it('warns of what is allowed and worth a look: mail addresses, unknown environments, freezes that are in the way', async () => {
    const frozen = {
      schemaVersion: 1,
      name: 'production',
      freezes: [
        {
          by: { kind: 'git', id: 'a', name: 'a', verified: false },
          since: '2026-11-01T00:00:00.000Z',
          until: '2026-12-31T00:00:00.000Z',
          reason: 'year end',
        },
      ],
    };
    const rule = {
      id: 'ann',
      if: [{ attribute: 'email', operator: 'equals', values: ['ann@example.com'] }],
      serve: 'on',
    };
    const files = {
      'flags/hero.json': text(flag('hero', { serve: ramp(20), rules: [rule] } as object, { services: ['nope'] })),
    };
    const found = await review({
      state: { 'flags/hero.json': flag('hero'), 'environments/production.json': frozen },
      files,
    });
    const words = found.findings.filter(({ level }) => level === 'warning').map(({ title }) => title);
    expect(words.toSorted()).toEqual(['e-mail', 'frozen', 'service unknown']);
    expect(found.outcome.ok).toBe(true);
  });

  it('nothing is taken over where the configuration refuses edits by hand', async () => {
    const config = configOf(`${CONFIG}state: { external-commits: refuse }\n`);
    expect(told(await review({ config, files: { 'flags/hero.json': text(flag('hero')) } }))).toEqual([
      'flags/hero.json:1 refused',
    ]);
  });

  it('R-703 rebucketing names what changed, at the place that says it', async () => {
    const state = { 'flags/hero.json': flag('hero', { serve: ramp(50) }) };
    const other = text(flag('hero', { serve: ramp(50, 'account') }));
    const [unit] = (await review({ state, files: { 'flags/hero.json': other } })).findings;
    expect(unit?.message).toContain('its unit (`by`) was targetingKey and is account');
    expect(other.split('\n')[(unit?.line ?? 0) - 1]).toContain('"serve"');
    const held = text(flag('hero', { serve: ramp(50), holdouts: [{ name: 'q4', percent: 10_000 }] }));
    const before = {
      'flags/hero.json': flag('hero', { serve: ramp(50), holdouts: [{ name: 'q3', percent: 10_000 }] }),
    };
    const [kept] = (await review({ state: before, files: { 'flags/hero.json': held } })).findings;
    expect(kept?.message).toContain('its holdouts were q3 and are q4');
    expect(held.split('\n')[(kept?.line ?? 0) - 1]).toContain('"holdouts"');
  });

  it('a raised generation is let through, and says plainly that it draws everybody anew', async () => {
    const arms = (generation: number) => ({
      split: [
        ['on', 50_000],
        ['off', 50_000],
      ] as (readonly [string, number])[],
      generation,
    });
    const state = { 'flags/hero.json': flag('hero', { serve: arms(1) }) };
    const found = await review({ state, files: { 'flags/hero.json': text(flag('hero', { serve: arms(2) })) } });
    expect(found.outcome.ok).toBe(true);
    expect(found.findings.map(({ level, message }) => [level, message])).toEqual([
      ['warning', expect.stringMatching(/generation was raised, so everybody is drawn anew: [45]\d.* of the users/)],
    ]);
  });

  it('R-703 a flag that is on for everybody is not taken away without a word', async () => {
    const state = { 'flags/big.json': flag('big', { serve: 'on' }) };
    const found = await review({ state, files: { 'flags/big.json': null } });
    expect(found.outcome.summary).toBe('1 warning; 1 flag gone that users still have');
    expect(found.findings[0]?.message).toMatch(/100% of the users have another variant than off/);
  });

  it('R-703 what the state branch changed meanwhile is taken from the trial merge, and else not judged', async () => {
    const parted = { 'flags/hero.json': text(flag('hero', { serve: ramp(10) })) };
    const state = { 'flags/hero.json': flag('hero', { serve: ramp(60) }) };
    const said = { description: 'other words' };
    const files = { 'flags/hero.json': text(flag('hero', { serve: ramp(10) }, said)) };
    const trial = { 'flags/hero.json': text(flag('hero', { serve: ramp(60) }, said)) };
    const merged = await review({ state, files, parted, trial });
    expect(merged.outcome.summary).toBe('nothing found; nobody gets another variant');
    const unknown = await review({ state, files, parted });
    expect(told(unknown)).toEqual(['flags/hero.json:1 foreign-commit']);
    expect(unknown.findings[0]?.message).toContain('is 1 commit behind');
    expect(JSON.stringify(unknown.outcome.report)).not.toContain('Blast radius');
    // Only another document moved on: the head's own counts.
    const other = await review({
      state: { ...state, 'flags/o.json': flag('o') },
      files: { 'flags/o.json': text(flag('o', { serve: ramp(20) })) },
      parted: { 'flags/o.json': text(flag('o')) },
    });
    expect(other.outcome.summary).toBe('nothing found; 1 flag with users who get another variant');
  });

  it('R-703 a document of twenty thousand faults has fifty findings, and five hundred of them end the search', async () => {
    const faulty = JSON.stringify({ ...flag('a'), tags: Array.from({ length: 2_000 }, () => 1) });
    const one = await review({ files: { 'flags/a.json': faulty } });
    expect(one.findings).toHaveLength(51);
    expect(one.findings.map(({ message }) => message)).toContain('and 1950 more');
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`flags/f${index}.json`, faulty]));
    const many = await review({ files });
    expect(many.findings).toHaveLength(20 * 51 + 1);
    expect(many.findings.some(({ message }) => message.startsWith('40 more documents were not looked at'))).toBe(true);
  });

  it('a file of recorded contexts that cannot be read is a warning, at its line', async () => {
    const main = { '.github/sluice/contexts.jsonl': '{"targetingKey": "a"}\n{"targetingKey": \n' };
    const found = await review({ main, files: { 'flags/hero.json': text(flag('hero')) } });
    expect(told(found, 'warning')).toEqual(['.github/sluice/contexts.jsonl:2 undefined']);
  });
});

describe('the code', () => {
  it('R-703 plans the services that are changed alone, with gates as they are answered now', async () => {
    const state = {
      'services/web/production.json': placeOf({
        live: { label: '1.3.2', commit: '1'.repeat(40), since: '2026-11-01T00:00:00.000Z', rollout: 'r' },
      }),
    };
    const found = await review({ base: 'main', state, files: { 'apps/api/main.ts': '1' } });
    const words = JSON.stringify(found.outcome.report);
    expect(words).toContain('api in production');
    expect(words).not.toContain('web in production"');
    // what the service needs of others is not live.
    expect(words).toContain('needs web >=2.0.0, and 1.3.2 is live');
    expect(words).toContain('is not live and good in staging');
  });

  it('R-115 says whom a new version of a service has to fit', async () => {
    const found = await review({ base: 'main', files: { 'apps/web/main.ts': '1' } });
    expect(JSON.stringify(found.outcome.report)).toContain('api needs web >=2.0.0');
  });

  it('a configuration that is taken away fails', async () => {
    const found = await review({ base: 'main', files: { '.github/sluice.yml': null } });
    expect(told(found)).toEqual(['.github/sluice.yml:1 config-missing']);
  });

  it('R-703 the configuration that counts is reviewed, whichever file the pull request touches', async () => {
    const looser = CONFIG.replace('order: [staging]', 'order: []');
    const both = await review({
      base: 'main',
      files: { '.github/sluice.yaml': CONFIG, '.github/sluice.yml': looser },
    });
    expect(told(both)).toEqual(['.github/sluice.yaml:1 config-invalid']);
    expect(both.findings.map(({ message }) => message).join()).toContain('need not be good in staging');
    // One that nobody reads is not what is judged.
    const shadowed = await review({
      base: 'main',
      files: { '.github/sluice.yaml': 'version: 2' },
      main: { '.github/sluice.yml': CONFIG },
    });
    expect(told(shadowed)).toEqual(['.github/sluice.yaml:1 config-invalid']);
    expect(shadowed.findings).toHaveLength(1);
    const moved = await review({
      base: 'main',
      files: { '.github/sluice.yml': null, '.github/sluice.yaml': CONFIG },
    });
    expect(told(moved)).toEqual([]);
  });

  it.each([
    ['no-data: pause', 'no-data: promote', 'analysis: noData pause → promote'],
    ['above: 2%', 'above: 99%', 'the trigger errors: above 0.02 → 0.99'],
    ["bad: 'sum(ok)'", "bad: '1'", 'the metric error-rate: queries.bad sum(ok) → 1'],
    [
      'prom.example.com',
      'evil.example.com',
      'the source prom: url https://prom.example.com → https://evil.example.com',
    ],
    ['by: sluice', 'by: github', 'approvals in production are given by github instead of sluice'],
    ['failures: 2', 'failures: 2000', 'web in staging, production: health.up.failures 2 → 2000'],
    ["depends-on: { api: '>=2.0.0' }", 'depends-on: {}', 'dependsOn.api >=2.0.0 → none'],
    ['false-rollbacks: 5%', 'false-rollbacks: 1%', 'analysis: falseRollbacks 0.05 → 0.01'],
    ['branch: sluice-state', 'repository: evil/state', 'state: repository none → evil/state'],
  ])('R-703 `%s` as `%s` is told', async (was, is, expected) => {
    const config = `version: 1
services:
  web:
    deploy: ./deploy.sh
    set-traffic: ./w.sh
    paths: ['apps/web/']
    strategy: canary
    url: https://web.example.com
    health: [{ name: up, get: /healthz, failures: 2 }]
    depends-on: { api: '>=2.0.0' }
  api: { deploy: ./deploy.sh, paths: ['apps/api/'] }
sources: { prom: { type: prometheus, url: 'https://prom.example.com' } }
metrics:
  error-rate: { source: prom, kind: proportion, bad: 'sum(ok)', total: 'sum(all)' }
triggers:
  errors: { metric: error-rate, above: 2%, for: 2m, then: rollback }
analysis: { no-data: pause, false-rollbacks: 5%, judges: [ { metric: error-rate, below: 1% } ] }
state: { branch: sluice-state }
environments:
  staging: {}
  production:
    order: [staging]
    approvals: { before: [all], count: 2, from: ['team:web-leads'], by: sluice }
`;
    expect(config).toContain(was);
    const files = { '.github/sluice.yml': config.replace(was, is) };
    const found = await review({ base: 'main', config: configOf(config), files });
    expect(told(found)).toEqual([]);
    expect(found.findings.map(({ message }) => message).join('\n')).toContain(expected);
  });

  it('R-703 what a configuration loosens is told stage by stage', async () => {
    const strict = `${CONFIG.replace("paths: ['apps/web/']", "paths: ['apps/web/'], strategy: slow, set-traffic: ./t.sh")}strategies:
  slow:
    stages:
      - { name: canary, weight: 5%, bake: 10m, promote: manual }
      - { name: all, weight: 100%, bake: 5m }
`;
    const loose = strict.replace('bake: 10m, promote: manual', 'bake: 1m').replace('weight: 5%', 'weight: 50%');
    const found = await review({ base: 'main', config: configOf(strict), files: { '.github/sluice.yml': loose } });
    const said = found.findings.filter(({ title }) => title === 'looser').map(({ message }) => message);
    for (const place of ['staging', 'production'])
      expect(said).toEqual(
        expect.arrayContaining([
          `web in ${place}: canary takes 50% instead of 5%`,
          `web in ${place}: canary bakes 1m instead of 10m`,
          `web in ${place}: canary is left by itself, and was left by hand`,
        ]),
      );
    const stricter = await review({ base: 'main', config: configOf(loose), files: { '.github/sluice.yml': strict } });
    expect(stricter.findings.filter(({ title }) => title === 'looser')).toEqual([]);
  });
});
