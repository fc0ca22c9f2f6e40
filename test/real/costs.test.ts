import { expect, it } from 'vitest';
import { UNIT } from '../docs/costs.ts';
import { flagByComment, type Measured, rolloutByTicks, rolloutInJobs, tickWithoutNews } from '../docs/measured.ts';

/** What is written is no less than what is measured, and no more than half as much again. */
function wrong({ calls, commits }: Measured, written: Measured): readonly string[] {
  const said = `${written.calls} requests and ${written.commits} commits are written, ${calls} and ${commits} measured`;
  return calls <= written.calls && calls * 1.5 >= written.calls && commits === written.commits ? [] : [said];
}

it('R-908 a rollout that jobs wait for costs what docs/costs.md says', async () => {
  expect(wrong(await rolloutInJobs(), UNIT.rolloutInJobs)).toEqual([]);
}, 180_000);

it('R-908 a rollout that ticks watch costs what docs/costs.md says', async () => {
  const { ticks, ...cost } = await rolloutByTicks(4);
  const calls = UNIT.rolloutByTicks.calls + ticks * UNIT.tick.calls;
  expect(wrong(cost, { calls, commits: UNIT.rolloutByTicks.commits })).toEqual([]);
}, 180_000);

it('R-908 a tick without news and a flag by a comment cost what docs/costs.md says', async () => {
  expect(wrong(await tickWithoutNews(), UNIT.tick)).toEqual([]);
  expect(wrong(await flagByComment(), UNIT.flagByComment)).toEqual([]);
}, 60_000);
