import { describe, expect, it } from 'vitest';
import { starterFlags } from '../../../src/core/config/starter-flags.ts';
import { Flag } from '../../../src/core/model/flag.ts';
import { STRATEGY_PRESETS } from '../../../src/core/rollout/presets.ts';

const flags = starterFlags();
const ofKind = (prefix: string): readonly Flag[] => flags.filter(({ key }) => key.startsWith(`${prefix}.`));

/** Percent of users who get `on`. */
function percent(flag: Flag, environment: string): number {
  const serve = flag.environments[environment]?.serve;
  if (typeof serve === 'string') return serve === 'on' ? 100 : 0;
  return serve !== undefined && 'ramp' in serve ? serve.ramp.percent / 1_000 : Number.NaN;
}

describe('starterFlags', () => {
  it('R-512 are nine that the model takes: four features, two canaries, two experiments, one setting', () => {
    expect(flags.map((flag) => Flag.parse(flag))).toEqual(flags);
    expect(['feature', 'canary', 'experiment', 'rollback'].map((prefix) => ofKind(prefix).length)).toEqual([
      4, 2, 2, 1,
    ]);
  });

  it('R-512 features are on for developers, for 50, 25, 0 and 0% in staging, for nobody in production', () => {
    const shares = (environment: string): readonly number[] =>
      ofKind('feature').map((flag) => percent(flag, environment));
    expect(shares('development')).toEqual([100, 100, 100, 100]);
    expect(shares('staging')).toEqual([50, 25, 0, 0]);
    expect(shares('production')).toEqual([0, 0, 0, 0]);
  });

  it('R-512 canaries name the strategies 1-10-25-50-100 and 5-25-100, which exist', () => {
    const named = ofKind('canary').map(({ description }) => description?.split(' ').at(-1));
    expect(named).toEqual(['1-10-25-50-100', '5-25-100']);
    for (const name of named) expect(STRATEGY_PRESETS.map((preset) => preset.name)).toContain(name);
  });

  it('R-512 experiments give half of the users to each side', () => {
    for (const flag of ofKind('experiment'))
      expect(flag.environments['staging']?.serve).toEqual({
        split: [
          ['control', 50_000],
          ['treatment', 50_000],
        ],
      });
  });

  it('R-512 the setting is a threshold of 5% of errors', () => {
    const threshold = ofKind('rollback')[0];
    expect(threshold?.variants[threshold.off]).toBe(0.05);
  });

  it('R-511 all keys follow the naming rules', () => {
    for (const { key } of flags) expect(key).toMatch(/^(feature|canary|experiment|rollback)\./);
  });
});
