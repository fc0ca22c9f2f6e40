import { expect, it } from 'vitest';
import { courseOf, type Course, seeded } from '../e2e/crash.ts';

const KILLS = 5;

it(
  'R-101 R-401 fifty kills of sluice serve at random moments change nothing in how rollouts and ways back end',
  { timeout: 400_000 },
  async () => {
    const random = seeded(50);
    const course = (way: Course['way'], kills: number): ReturnType<typeof courseOf> => courseOf({ way, kills, random });
    const undisturbed = { on: await course('on', 0), back: await course('back', 0) };
    for (const ways of [['on', 'on', 'back'], ['on', 'on', 'back'], ['on', 'on', 'back'], ['on']] as const) {
      const ends = await Promise.all(ways.map((way) => course(way, KILLS)));
      expect(ends).toEqual(ways.map((way) => undisturbed[way]));
    }
  },
);
