import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../../src/core/model/time.ts';
import { conversions, experimentsConfig, session, share } from './given.ts';

const DOCS = readFileSync(new URL('../../../docs/experiments.md', import.meta.url), 'utf8');

describe('the first example of the documentation', () => {
  it('R-605 finds the harm that its guardrail is there for, without any configuration of metrics', () => {
    const [, create = ''] = /^sluice (experiment create .*)$/m.exec(DOCS) ?? [];
    expect(create).toContain('--guardrail');
    const s = session({ config: experimentsConfig('', '') });
    expect(s.say(create).outcome.ok).toBe(true);
    expect(s.say('experiment start checkout').outcome.ok).toBe(true);
    s.now += 2 * DAY;
    const amounts = { kind: 'proportion' as const, n: 10_000, successes: 500 };
    const of = (errors: number) => ({ errors: share(10_000, errors), revenue: amounts });
    const look = (errors: number): string => {
      s.data = {
        checkout: conversions(
          s.now,
          { control: [10_000, 500], treatment: [10_000, 700] },
          { control: of(100), treatment: of(errors) },
        ),
      };
      return s.say('experiment analyze checkout').outcome.summary;
    };
    expect(look(300)).toContain('guardrail-lost: errors of treatment is worse than allowed: +200%');
    expect(look(30)).toContain('won: treatment wins');
  });
});
