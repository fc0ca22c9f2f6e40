import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/core/decide.ts';
import type { Flag, Segment } from '../../src/core/model/flag.ts';
import { paths, type State } from '../../src/core/model/state.ts';
import { printDocument } from '../../src/core/model/document.ts';
import { touchedBy } from '../../src/core/policy/edit.ts';
import { decideUndo } from '../../src/core/undo.ts';
import { alice, at } from '../support/rollout.ts';
import { decided, factsOf, flagOn, NOW, twoPlaces, withFlags } from './deciding.ts';

const eu: Segment = { schemaVersion: 1, name: 'eu', if: [{ attribute: 'country', operator: 'in', values: ['DE'] }] };
const forEu = { id: 'r', if: [{ attribute: 'segment', operator: 'segment' as const, values: ['eu'] }], serve: 'on' };
const targeted = (key: string, environment: string): Flag => ({
  ...flagOn(key),
  environments: { [environment]: { enabled: true, targets: [], rules: [forEu], serve: 'off' } },
});
const strict = twoPlaces('allow: { flag: [user:carol] }');
const withSegment = (...flags: readonly Flag[]): State => ({
  ...withFlags(strict, ...flags),
  segments: new Map([['eu', eu]]),
});

describe('an edit of what belongs to no environment', () => {
  const set = 'segment set eu --when "country in DE,FR" in staging';

  it('R-804 of a segment asks every environment in which a flag uses it', () => {
    expect(decided(withSegment(targeted('dash', 'production')), set).outcome).toMatchObject({
      code: 'not-permitted',
      summary: expect.stringContaining('in production'),
    });
    expect(decided(withSegment(targeted('dash', 'staging')), set).outcome.ok).toBe(true);
    expect(decided(withSegment(), set).outcome.code).toBe('not-permitted');
  });

  it('R-804 of a flag for all environments asks those that serve it, and all where none does', () => {
    const edit = (flag: Flag, changed: Partial<Flag>) => ({
      path: paths.flag(flag.key),
      before: printDocument(flag),
      after: printDocument({ ...flag, ...changed }),
    });
    const state = withFlags(strict);
    const variants = { on: true, off: false, more: true };
    expect(touchedBy(edit(flagOn('a', 'staging'), { variants }), state)).toEqual(['staging']);
    expect(touchedBy(edit(flagOn('a', 'production'), { requires: [{ flag: 'b', variant: 'on' }] }), state)).toEqual([
      'production',
    ]);
    expect(touchedBy(edit(flagOn('a'), { off: 'on' }), state)).toEqual(['staging', 'production']);
    expect(touchedBy(edit(flagOn('a', 'production'), { description: 'words' }), state)).toEqual([undefined]);
    expect(
      decided(withFlags(strict, flagOn('a')), 'flag archive a in staging', { rights: { role: 'admin', teams: [] } })
        .outcome.code,
    ).toBe('not-permitted');
  });

  it('R-804 is undone under the same policy', () => {
    const file = {
      path: paths.segment('eu'),
      before: printDocument(eu),
      after: printDocument({ ...eu, description: 'x' }),
    };
    const undone = (state: State) =>
      decideUndo(
        state,
        { revision: '3f9c2aa', title: 't', sealed: true, files: [{ ...file, now: file.after, document: eu }] },
        {
          now: NOW,
          actor: alice,
          rights: { role: 'write', teams: [] },
          request: 'r',
          dryRun: false,
          overrides: [],
          command: 'undo',
        },
      );
    expect(undone(withSegment(targeted('dash', 'production'))).outcome.code).toBe('not-permitted');
    expect(undone(withSegment(targeted('dash', 'staging'))).outcome.ok).toBe(true);
  });
});

describe('a freeze', () => {
  const byHand = (state: State): State => ({
    ...state,
    environments: new Map([
      [
        'production',
        {
          schemaVersion: 1,
          name: 'production',
          freezes: [{ by: alice, since: at('10:00:00'), until: at('18:00:00'), reason: 'sale' }],
        },
      ],
    ]),
  });
  const open = twoPlaces('');
  const half = (key: string): Flag => ({
    ...flagOn(key),
    environments: {
      production: {
        enabled: true,
        targets: [],
        rules: [forEu],
        serve: { ramp: { candidate: 'on', stable: 'off', percent: 50_000 } },
      },
    },
  });
  const state: State = {
    ...byHand(withFlags(open, half('dash'), flagOn('live', 'production'))),
    segments: new Map([['eu', eu]]),
  };

  it.each([
    'flag enable dash 75%',
    'flag enable dash',
    'flag target dash on --when "plan equals pro"',
    'segment set eu --when "country in DE,FR"',
  ])('R-804 holds %s, as it holds a deploy', (text) => {
    const { outcome, changes } = decided(state, `${text} in production`);
    expect(outcome).toMatchObject({
      ok: false,
      code: 'frozen',
      summary: expect.stringContaining('production is frozen (sale)'),
    });
    expect(changes).toEqual([]);
    expect(decided({ ...state, environments: new Map() }, `${text} in production`).outcome.ok).toBe(true);
    const over = `${text} in production --override freeze -m urgent`;
    expect(decided(state, over).outcome.code).toBe('not-permitted');
    expect(decided(state, over, { rights: { role: 'maintain', teams: [] } }).outcome).toMatchObject({
      ok: true,
      summary: expect.stringContaining('passed over: freeze (production is frozen (sale)'),
    });
  });

  it.each([
    'flag enable dash 25%',
    'flag disable dash',
    'flag untarget dash 1',
    'flag enable live 10%',
    'flag create new',
  ])('never holds what goes back or gives nobody anything: %s', (text) => {
    expect(decided(state, `${text} in production`).outcome).toMatchObject({ ok: true, code: 'done' });
  });

  it('R-804 holds an import that raises', () => {
    const flags = { live: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } };
    const command = {
      name: 'flag import',
      args: {},
      options: { document: JSON.stringify({ flags }) },
      environment: 'production',
    };
    const asking = { now: NOW, actor: alice, request: 'r', dryRun: false, overrides: [], command: 'flag import' };
    const ask = (on: State) =>
      decide({ state: on, command, facts: factsOf(), asking: { ...asking, rights: { role: 'write', teams: [] } } });
    const without = { ...state, flags: new Map() };
    expect(ask(without).outcome.code).toBe('frozen');
    expect(ask({ ...without, environments: new Map() }).outcome).toMatchObject({ ok: true, code: 'done' });
  });

  it('may be in a file that does not parse: what goes up waits until it is mended', () => {
    const broken = [{ path: 'environments/production.json', problem: 'bad', code: 'document-invalid' as const }];
    const unread = { ...state, environments: new Map(), broken };
    expect(decided(unread, 'flag enable dash 75% in production').outcome.code).toBe('frozen');
    expect(decided(unread, 'flag disable dash in production').outcome.ok).toBe(true);
  });

  it('that names who may pass it over is passed over by nobody else', () => {
    const named = withFlags(
      twoPlaces('freezes: [{ name: year-end, from: 2026-11-01, until: 2026-12-01, override: [user:carol] }]'),
      flagOn('a'),
    );
    const say = 'flag enable a in production --override freeze -m urgent';
    expect(decided(named, say, { rights: { role: 'admin', teams: [] } }).outcome.code).toBe('not-permitted');
    expect(decided(named, say, { actor: { ...alice, name: 'carol' } }).outcome.ok).toBe(true);
  });

  it('R-502 lets every lower percentage through and no higher one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
        const { code } = decided({ ...state }, `flag enable dash ${percent}% in production`).outcome;
        expect(code === 'frozen').toBe(percent > 50);
      }),
    );
  });
});
