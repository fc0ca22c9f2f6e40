import { describe, expect, it } from 'vitest';
import { MemoryBranch } from '../../src/adapters/store-memory/memory-branch.ts';
import { memoryStore } from '../../src/adapters/store-memory/memory-store.ts';
import { systemClock } from '../../src/adapters/clock-system/clock.ts';
import { printDocument } from '../../src/core/model/document.ts';
import type { Flag, Segment } from '../../src/core/model/flag.ts';
import { permitVerb } from '../../src/core/policy/permit.ts';
import { settleForeign } from '../../src/engine/foreign.ts';
import { isConflict } from '../../src/ports/store.ts';
import { flagOn, NOW, twoPlaces } from '../core/deciding.ts';
import { alice, at } from '../support/rollout.ts';

type Documents = Readonly<Record<string, object>>;

const eu: Segment = { schemaVersion: 1, name: 'eu', if: [{ attribute: 'country', operator: 'in', values: ['DE'] }] };
const forEu = { id: 'r', if: [{ attribute: 'segment', operator: 'segment' as const, values: ['eu'] }], serve: 'on' };
const dash = (environment: string, serve = 'off'): Flag => ({
  ...flagOn('dash'),
  environments: { [environment]: { enabled: true, targets: [], rules: [forEu], serve } },
});
const frozen = {
  schemaVersion: 1,
  name: 'production',
  freezes: [{ by: alice, since: at('10:00:00'), until: at('18:00:00'), reason: 'sale' }],
};

/** What becomes of a commit by hand over a sealed one, where only carol may change flags of production. */
async function verdicts(ours: Documents, byHand: Documents, allow = 'allow: { flag: [user:carol] }') {
  const branch = new MemoryBranch();
  const store = memoryStore({ clock: { ...systemClock(), now: () => NOW }, branch });
  const changes = (documents: Documents) =>
    Object.entries(documents).map(([path, document]) => ({ path, text: printDocument(document) }));
  const sealed = await store.commit(await store.read([]), changes(ours), { title: 'ours', trailers: [] });
  if (isConflict(sealed)) throw new Error('conflict');
  const author = { name: 'Ann', email: 'ann@example.com' };
  branch.append({ changes: changes(byHand), message: 'by hand', author, at: NOW });
  const config = twoPlaces(allow);
  const settled = await settleForeign({
    store,
    config,
    permit: (actor, verb, environment) =>
      permitVerb(verb, 'write', { config, environment, actor, rights: { teams: [] } }).allowed,
  });
  return settled?.decision.verdicts.map(({ verdict, because }) => `${verdict}: ${because}`) ?? [];
}

describe('a commit by hand', () => {
  it('R-804 that changes a segment or what a flag means is for who may change the flag wherever it is served', async () => {
    const wider = { ...eu, if: [{ ...eu.if[0], values: ['DE', 'FR'] }] };
    const edit = { 'segments/eu.json': wider };
    expect(await verdicts({ 'segments/eu.json': eu, 'flags/dash.json': dash('production') }, edit)).toEqual([
      'not-permitted: Ann may not segment in production',
    ]);
    expect(await verdicts({ 'segments/eu.json': eu, 'flags/dash.json': dash('staging') }, edit)).toEqual([
      expect.stringMatching(/^adopted/),
    ]);
    const other = { ...flagOn('a', 'production'), variants: { on: false, off: true } };
    expect(await verdicts({ 'flags/a.json': flagOn('a', 'production') }, { 'flags/a.json': other })).toEqual([
      'not-permitted: Ann may not flag in production',
    ]);
  });

  it('waits for a freeze where it gives somebody more, also when it lifts the freeze itself, and never where it goes back', async () => {
    const ours = { 'environments/production.json': frozen, 'flags/a.json': flagOn('a') };
    const up = { 'flags/a.json': flagOn('a', 'production') };
    expect(await verdicts(ours, up, '')).toEqual([expect.stringMatching(/^refused: production is frozen \(sale\)/)]);
    const lifted = { 'environments/production.json': { ...frozen, freezes: [] }, ...up };
    expect(await verdicts(ours, lifted, '')).toContainEqual(expect.stringMatching(/^refused: production is frozen/));
    const down = { 'flags/a.json': flagOn('a') };
    expect(await verdicts({ ...ours, ...up }, down, '')).toEqual([expect.stringMatching(/^adopted/)]);
  });

  it('may leave out of a flag what has a default: it is decided like any other', async () => {
    const short = {
      schemaVersion: 1,
      key: 'short',
      variants: { on: true, off: false },
      off: 'off',
      environments: { production: { enabled: true, serve: 'on' } },
    };
    const open = 'allow: { flag: [user:carol] }';
    expect(await verdicts({ 'flags/dash.json': dash('staging') }, { 'flags/short.json': short }, open)).toEqual([
      'not-permitted: Ann may not flag in production',
    ]);
    expect(await verdicts({}, { 'flags/short.json': short }, 'url: https://shop.example.com')).toEqual([
      expect.stringMatching(/^adopted/),
    ]);
  });
});
