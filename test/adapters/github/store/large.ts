import { expect } from 'vitest';
import { isConflict } from '../../../../src/ports/store.ts';
import { githubInTest } from '../../../support/github/in-test.ts';
import { byHand, storeOf } from './bench.ts';

export const nameOf = (index: number): string => `flags/flag-${String(index).padStart(5, '0')}.json`;

/** A state of so many flags, read whole by a process that knows nothing, changed by it, and read again; the calls of each. */
export async function readsWhole(count: number): Promise<readonly number[]> {
  const fake = await githubInTest();
  const texts = Array.from({ length: count }, (_, index) => [nameOf(index), `{"n":${index}}\n`] as const);
  await fake.push({ branch: 'sluice-state', files: Object.fromEntries(texts), from: null });
  const store = storeOf(fake);
  const since = fake.calls.length;
  const snapshot = await store.read(['flags/']);
  expect([...snapshot.files].map(([path, { text }]) => [path, text])).toEqual(texts);
  const before = fake.calls.length;
  const change = { path: nameOf(3), text: '{"n":-3}\n' };
  const changed = await store.commit(snapshot, [change], { title: 'one', trailers: [] });
  if (isConflict(changed)) throw new Error('conflict');
  expect(changed.files.size).toBe(count);
  await byHand(fake, [{ path: nameOf(5), text: '{"n":-5}\n' }], 'by hand');
  const hand = fake.calls.length;
  expect((await store.read(['flags/'])).files.get(nameOf(5))?.text).toBe('{"n":-5}\n');
  return [before - since, hand - before, fake.calls.length - hand];
}
