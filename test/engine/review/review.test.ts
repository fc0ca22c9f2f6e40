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
    expect(told(found)).toEqual(['flags/hero-2.json:1 rebucketed']);
    expect(found.findings[0]?.message).toContain('Keep flags/hero.json');
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
