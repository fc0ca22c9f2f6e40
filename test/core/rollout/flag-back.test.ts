import { describe, expect, it } from 'vitest';
import type { Flag } from '../../../src/core/model/flag.ts';
import { HOUR, MINUTE } from '../../../src/core/model/time.ts';
import { configOf } from '../../support/world/config.ts';
import { tickOn, type World, world } from '../../support/world/world.ts';

const STAGES = [
  '{ name: some, weight: 20%, bake: 5m, analysis: none }',
  '{ name: all, weight: 100%, bake: 5m, analysis: none }',
];

const flagOf = (w: World): Flag => JSON.parse(w.branch.head?.files.get('flags/dash.json')?.text ?? '') as Flag;

/** The flag before and after a rollout of it that goes back at 20 %, with what was said before it and while it ran. */
async function thereAndBack(before: readonly string[], meanwhile: readonly string[] = []): Promise<readonly Flag[]> {
  const w = world({ config: configOf({ stages: STAGES }) });
  const runner = w.runner('one');
  for (const words of before) expect(await w.run(words), words).toMatchObject({ ok: true });
  const was = flagOf(w);
  expect(await w.run('flag rollout dash --strategy steps')).toMatchObject({ ok: true });
  await runner.tick();
  expect(JSON.stringify(flagOf(w).environments)).toContain('20000');
  for (const words of meanwhile) expect(await w.run(words), words).toMatchObject({ ok: true });
  await w.run('rollback flag/dash --reason complaints');
  expect(await tickOn(w, runner, { every: MINUTE, until: HOUR })).toBe(true);
  return [was, flagOf(w)];
}

describe('a flag whose rollout goes back', () => {
  it('R-507 is as it was: not named, disabled over its rules, or a share of its own', async () => {
    const rule = 'flag target dash on --when "country in DE"';
    const stories = [
      ['flag create dash'],
      ['flag create dash', rule],
      ['flag create dash', rule, 'flag disable dash --reason later'],
      ['flag create dash', 'flag enable dash 5%'],
      ['flag create dash', 'flag enable dash 5%', 'flag disable dash --reason later'],
    ];
    for (const story of stories) {
      const [was, is] = await thereAndBack(story);
      expect(is, story.join('; ')).toEqual(was);
    }
  });

  it('keeps rules that somebody gave it meanwhile', async () => {
    const [, is] = await thereAndBack(['flag create dash'], ['flag target dash on --when "country in DE"']);
    expect(is?.environments['production']).toMatchObject({ enabled: true, serve: 'off', rules: [{ serve: 'on' }] });
  });
});
