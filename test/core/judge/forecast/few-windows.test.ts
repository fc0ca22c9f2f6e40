import { describe, expect, it } from 'vitest';
import { fewWindowsIn } from '../../../../src/core/judge/forecast/few-windows.ts';
import { judgeStage } from '../../../../src/core/judge/stage.ts';
import { windowWidth, windowsIn } from '../../../../src/core/judge/window.ts';
import type { JudgeSpec, Sample } from '../../../../src/core/model/metric.ts';
import { MINUTE } from '../../../../src/core/model/time.ts';
import { fromPercent, WHOLE } from '../../../../src/core/model/weight.ts';
import { fewWindowsWords } from '../../../../src/core/report/sight.ts';
import { both, errorsBelow, judge, look, T0 } from '../given.ts';
import { seeded } from '../random.ts';

const gauge = (method: 'sequential' | 'mann-whitney' | 'regression'): JudgeSpec =>
  judge({ id: `cpu ${method}`, metric: 'cpu', kind: 'value', rule: { type: 'compare', with: 'stable', method } });
const stage = (bake: number, judges: readonly JudgeSpec[], weight = fromPercent(5)) => ({
  name: 'canary',
  weight,
  bake,
  judges,
});

/** What becomes of a healthy gauge in a stage of that length, whose windows do not resemble each other. */
function verdictAfter(bake: number, spec: JudgeSpec): string | undefined {
  const width = windowWidth(bake);
  const windows = windowsIn(0, bake, width);
  const random = seeded(7);
  const value = (): Sample => ({ kind: 'value', value: 10 + random() });
  const answers = Array.from({ length: windows }, () => both(value(), value()));
  const end = T0 + bake;
  const facts = { bake, width, windows, end, watchedUntil: end, now: end + MINUTE };
  return judgeStage({ look: look([spec], facts), evidence: [], answers: new Map([[spec.id, { answers }]]) }).verdicts[0]
    ?.verdict;
}

describe('a stage that is too short for a comparison of gauges', () => {
  it('R-114 is known before anybody trusts it, with a bake that is long enough', () => {
    const spec = gauge('sequential');
    const [found] = fewWindowsIn([stage(MINUTE, [spec])]);
    expect(found).toEqual({ stage: 'canary', judges: [spec.id], windows: 6, needed: 20, bake: 4 * MINUTE });
    expect(found && fewWindowsWords(found)).toBe(
      'stage canary has 6 windows, and `cpu sequential` is not tested before 20: bake 4m, or give it a bound (`below`, `above`)',
    );
    expect(fewWindowsIn([stage(found?.bake ?? 0, [spec])])).toEqual([]);
    expect(verdictAfter(MINUTE, spec)).toBe('undecided');
    expect(verdictAfter(found?.bake ?? 0, spec)).toBe('pass');
  });

  it('R-114 is known of rank tests and with all the traffic too, and not of what needs no windows', () => {
    const ranks = gauge('mann-whitney');
    expect(fewWindowsIn([stage(MINUTE, [ranks])])[0]).toMatchObject({ needed: 10, bake: 2 * MINUTE });
    expect(fewWindowsIn([stage(MINUTE, [ranks], WHOLE)])[0]).toMatchObject({ needed: 20 });
    const others = [
      gauge('regression'),
      errorsBelow(0.01),
      judge({ rule: { ...ranks.rule, type: 'compare' } as JudgeSpec['rule'] }),
    ];
    expect(fewWindowsIn([stage(MINUTE, others), stage(0, [ranks]), stage(MINUTE, [ranks], 0)])).toEqual([]);
  });
});
