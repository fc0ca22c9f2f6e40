import { describe, expect, it } from 'vitest';
import { courseOf, seeded } from './crash.ts';

// All fifty moments are in test/real/crash.test.ts; these fifteen fit into `npm test`.
describe('sluice serve, killed at any moment and started again', () => {
  it(
    'R-101 R-401 ends a rollout, and a way back, as it would have ended undisturbed, and leaves no process behind',
    { timeout: 300_000 },
    async () => {
      const random = seeded(20_261_121);
      const [on, back, ...killed] = await Promise.all([
        courseOf({ way: 'on', kills: 0, random }),
        courseOf({ way: 'back', kills: 0, random }),
        courseOf({ way: 'on', kills: 6, random }),
        courseOf({ way: 'on', kills: 6, random }),
        courseOf({ way: 'back', kills: 3, random }),
      ]);

      expect(on).toMatchObject({ live: '1.1.0', good: ['1.1.0', '1.0.0'], weights: { '1.1.0': 100_000 }, left: [] });
      expect(back).toMatchObject({ live: '1.0.0', weights: { '1.0.0': 100_000 }, left: [] });
      expect(killed).toEqual([on, on, back]);
    },
  );
});
