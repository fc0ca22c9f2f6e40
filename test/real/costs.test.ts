import { expect, it } from 'vitest';
import { UNIT } from '../docs/costs.ts';
import { flagByComment, type Measured, rolloutByTicks, rolloutInJobs, tickWithoutNews } from '../docs/measured.ts';

/** What is written is no less than what is measured, and no more than half as much again. */
function isHonest({ calls, commits }: Measured, written: Measured): void {
  expect(calls).toBeLessThanOrEqual(written.calls);
  expect(calls * 1.5).toBeGreaterThanOrEqual(written.calls);
  expect(commits).toBe(written.commits);
}

it('R-908 a rollout that jobs wait for costs what docs/costs.md says', async () => {
  isHonest(await rolloutInJobs(), UNIT.rolloutInJobs);
}, 180_000);

it('R-908 a rollout that ticks watch costs what docs/costs.md says', async () => {
  const { ticks, ...cost } = await rolloutByTicks(4);
  isHonest(cost, {
    calls: UNIT.rolloutByTicks.calls + ticks * UNIT.tick.calls,
    commits: UNIT.rolloutByTicks.commits,
  });
}, 180_000);

it('R-908 a tick without news and a flag by a comment cost what docs/costs.md says', async () => {
  isHonest(await tickWithoutNews(), UNIT.tick);
  isHonest(await flagByComment(), UNIT.flagByComment);
}, 60_000);
