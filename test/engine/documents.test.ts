import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBranch } from '../../src/adapters/store-memory/memory-branch.ts';
import { memoryStore } from '../../src/adapters/store-memory/memory-store.ts';
import { printDocument } from '../../src/core/model/document.ts';
import { Flag } from '../../src/core/model/flag.ts';
import { paths } from '../../src/core/model/state.ts';
import {
  decodeDocument,
  decodeState,
  decodeStateWithLastGood,
  documentProblem,
  encodeChanges,
} from '../../src/engine/documents.ts';
import type { Store } from '../../src/ports/store.ts';
import { inBeta } from '../support/rollout.ts';
import { config, placeOf } from '../support/state.ts';

const clock = { now: () => Date.parse('2026-11-21T10:00:00Z'), sleep: async () => undefined };
const flag = Flag.parse({ schemaVersion: 1, key: 'dash', variants: { on: true, off: false }, off: 'off' });
const rollout = inBeta();
const alert = {
  schemaVersion: 1,
  id: 'a-1',
  severity: 'low',
  subject: 's',
  rule: 'drift',
  title: 't',
  detail: 'd',
  opened: rollout.began,
};
const all = {
  'flags/dash.json': flag,
  'segments/eu.json': { schemaVersion: 1, name: 'eu', if: [{ attribute: 'country', operator: 'in', values: ['DE'] }] },
  'environments/production.json': { schemaVersion: 1, name: 'production', freezes: [] },
  [paths.place('web', 'production')]: placeOf(),
  [paths.rollout(rollout.id)]: rollout,
  'alerts/a-1.json': alert,
};

describe('documents of a snapshot', () => {
  let branch: MemoryBranch;
  let store: Store;
  const put = async (documents: Readonly<Record<string, object>>) => {
    const changes = encodeChanges(Object.entries(documents).map(([path, document]) => ({ path, document })));
    await store.commit(await store.read([]), changes, { title: 'put', trailers: [] });
  };
  const byHand = (path: string, text: string) => {
    const author = { name: 'Ann', email: 'ann@example.com' };
    branch.append({ changes: [{ path, text }], message: 'by hand', author, at: clock.now() });
  };
  beforeEach(() => {
    branch = new MemoryBranch();
    store = memoryStore({ clock, branch });
  });

  it('lie under their folder by the key that their path says', async () => {
    await put(all);
    const state = decodeState(await store.read(['/']), config);
    expect(state.flags.get('dash')).toEqual(flag);
    expect(state.places.get('web/production')).toEqual(placeOf());
    expect(state.rollouts.get(rollout.id)).toEqual(rollout);
    expect([state.segments, state.environments, state.alerts].map((map) => [...map.keys()])).toEqual([
      ['eu'],
      ['production'],
      ['a-1'],
    ]);
    expect(state.broken).toEqual([]);
  });

  it.each([
    ['{"half', 'document-invalid', 'not JSON'],
    ['[]', 'document-invalid', 'an object is expected'],
    ['{}', 'document-invalid', 'schemaVersion'],
    [printDocument({ ...flag, schemaVersion: 2 }), 'schema-newer', 'update Sluice'],
    [printDocument({ ...flag, key: 'other' }), 'document-invalid', 'says "other"'],
    [printDocument({ ...flag, surprise: 1 }), 'document-invalid', 'surprise'],
  ])('a file that says %j is broken and nowhere else', async (text, code, problem) => {
    byHand('flags/dash.json', text);
    byHand('flags/fine.json', printDocument({ ...flag, key: 'fine' }));
    const state = decodeState(await store.read(['flags/']), config);
    expect([...state.flags.keys()]).toEqual(['fine']);
    expect(state.broken).toMatchObject([{ path: 'flags/dash.json', code }]);
    expect(state.broken[0]?.problem).toContain(problem);
    expect(documentProblem('flags/dash.json', text)).toContain(problem);
  });

  it('finds the last good text of a broken pair or rollout, never one written by hand', async () => {
    await put(all);
    const path = paths.place('web', 'production');
    byHand(path, printDocument(placeOf({ generation: 99 })));
    byHand(path, '{"half');
    const state = await decodeStateWithLastGood(await store.read(['/']), config, { store });
    expect(state.broken).toMatchObject([{ path, code: 'document-invalid', lastGood: printDocument(placeOf()) }]);
  });

  it('brings older versions up step by step, and leaves the file as it is', () => {
    const old = { schemaVersion: 1, title: 'dash', variants: { on: true, off: false }, off: 'off' };
    const migrations = {
      flags: [
        ({ title, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, schemaVersion: 2, name_: title }),
        ({ name_, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, schemaVersion: 1, key: name_ }),
      ],
    };
    expect(decodeDocument('flags/dash.json', JSON.stringify(old), migrations)).toEqual({ document: flag });
    const newer = JSON.stringify({ ...old, schemaVersion: 4 });
    expect(decodeDocument('flags/dash.json', newer, migrations)).toMatchObject({ code: 'schema-newer' });
  });

  it('decodes what was encoded to the same document, and prints it the same again', () => {
    const texts = fc.string({ unit: 'grapheme' });
    const flags = fc.record({
      description: texts,
      tags: fc.array(texts),
      variants: fc.dictionary(
        texts.filter((text) => text !== '__proto__'),
        fc.oneof(fc.boolean(), texts, fc.integer()),
      ),
    });
    fc.assert(
      fc.property(flags, (some) => {
        const document = Flag.parse({ ...flag, ...some });
        const [change] = encodeChanges([{ path: 'flags/dash.json', document }]);
        const decoded = decodeDocument('flags/dash.json', change?.text ?? '');
        expect(decoded).toEqual({ document });
        expect('document' in decoded && printDocument(decoded.document)).toBe(change?.text);
      }),
    );
  });

  it('encodes a removal as one', () => {
    expect(encodeChanges([{ path: 'a', document: null }])).toEqual([{ path: 'a', text: null }]);
  });
});
