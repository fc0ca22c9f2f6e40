/** What may come in between when several runners move one rollout, and what must hold whatever did. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/model/time.ts';
import type { Call } from './platform.ts';
import type { Event } from './storm.ts';
import type { World } from './world.ts';

const runner = fc.nat({ max: 1 });
const steps: readonly fc.WeightedArbitrary<Event>[] = [
  { weight: 12, arbitrary: fc.record({ type: fc.constant('step' as const), runner, call: fc.nat({ max: 4 }) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('tick' as const), runner }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: SECOND, max: 6 * MINUTE }) }),
  },
];
export const crash: fc.WeightedArbitrary<Event> = {
  weight: 1,
  arbitrary: fc.record({ type: fc.constant('crash' as const), runner }),
};
export const say = (...texts: readonly string[]): fc.WeightedArbitrary<Event> => ({
  weight: 1,
  arbitrary: fc.record({ type: fc.constant('say' as const), text: fc.constantFrom(...texts) }),
});
export const eventsOf = (
  most: number,
  ...more: readonly fc.WeightedArbitrary<Event>[]
): fc.Arbitrary<readonly Event[]> =>
  fc.array(fc.oneof(...steps, ...more), { minLength: 20, maxLength: most, size: 'max' });

/** Operations that had their effect a second time although nobody asked the platform what became of the first. */
export function repeatedUnasked(calls: readonly Call[]): readonly Call[] {
  return calls.filter((call, index) => {
    if (call.kind !== 'deploy' && call.kind !== 'remove') return false;
    const before = calls
      .slice(0, index)
      .findLastIndex((one) => one.operation === call.operation && one.kind === call.kind);
    if (before < 0) return false;
    return !calls.slice(before, index).some((one) => one.kind === 'find' && one.operation === call.operation);
  });
}

export const deploysOf = (w: World, label: string): readonly Call[] =>
  w.platform.calls.filter((one) => one.kind === 'deploy' && one.label === label);

/** Whole, known to the platform, and the same on both sides. */
export function expectLevel(w: World, wanted: Readonly<Record<string, number>>): void {
  const running = Object.fromEntries([...w.platform.running].filter(([, weight]) => weight > 0));
  expect(running).toEqual(wanted);
  expect(w.place().active).toBeUndefined();
}
