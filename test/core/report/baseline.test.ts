import { describe, expect, it } from 'vitest';
import { planReport } from '../../../src/core/report/plan.ts';
import { stageTable } from '../../../src/core/report/stages.ts';
import { verdictTable } from '../../../src/core/report/verdicts.ts';
import type { JudgeSpec, Verdict } from '../../../src/core/model/metric.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import { errorsCompared, inBeta, ms, rolloutOf, stages } from '../../support/rollout.ts';

const judges = [
  { ...errorsCompared, id: 'error-rate compare baseline', rule: { ...errorsCompared.rule, with: 'baseline' } as const },
];
const [canary, beta, production] = stages;
const plan = {
  ...rolloutOf().plan,
  stages: [
    { ...canary, judges, baseline: true as const },
    { ...beta, judges, baseline: true as const },
    { ...beta, name: 'most', weight: 60_000, judges },
    production,
  ],
};

describe('a baseline arm', () => {
  it('is in the plan: both shares, what is left to the stable version, and where there is no room for one', () => {
    const report = planReport(plan, { name: 'web 1.4.0', environment: 'production', stable: '1.3.2' });
    const [table] = report.blocks.filter((block) => block.type === 'table');
    expect(table?.rows.map((row) => row[1])).toEqual([
      '5% candidate, 5% baseline 1.3.2, 90% stable',
      '25% candidate, 25% baseline 1.3.2, 50% stable',
      '60%',
      '100%',
    ]);
    const text = renderPlain(report);
    expect(text).toContain('The baseline is a fresh copy of 1.3.2, as old as the candidate and with the same traffic');
    expect(text).toContain(
      'In most twice 60% is more than there is: it has no baseline, and is compared with 1.3.2 itself.',
    );
  });

  it('is in the stages of a rollout, also after a reduction, and says nothing of a stable version without traffic', () => {
    const rows = stageTable(inBeta({ plan, weight: 12_500 }), ms('10:37:00')).rows.map((row) => row[1]);
    expect(rows).toEqual([
      '5% candidate, 5% baseline 1.3.2, 90% stable',
      '12.5% candidate, 12.5% baseline 1.3.2, 75% stable',
      '60%',
      '100%',
    ]);
    const half = { ...plan, stages: [{ ...canary, weight: 50_000, judges, baseline: true as const }] };
    expect(stageTable(rolloutOf({ plan: half }), ms('10:37:00')).rows[0]?.[1]).toBe(
      '50% candidate, 50% baseline 1.3.2',
    );
  });

  it('is in no plan that compares with nothing of the kind', () => {
    const text = renderPlain(planReport(rolloutOf().plan, { name: 'web 1.4.0', environment: 'production' }));
    expect(text).not.toContain('baseline');
  });

  it('R-309 has its numbers under its own name, beside those of the stable version', () => {
    const [withBaseline] = judges;
    if (!withBaseline) throw new Error('no judge');
    const verdict = (judge: string): Verdict => ({
      judge,
      verdict: 'undecided',
      then: 'rollback',
      dryRun: false,
      because: 'errors 0.5% against 0.6%',
      samples: 100,
      seen: 0.005,
      baseline: 0.006,
      until: '2026-11-21T10:30:00.000Z',
    });
    const table = (specs: readonly JudgeSpec[], more: Partial<Rollout> = {}) => {
      const planned = plan.stages.map((stage) => ({ ...stage, judges: specs }));
      const verdicts = specs.map(({ id }) => verdict(id));
      return verdictTable(inBeta({ plan: { ...plan, stages: planned }, verdicts, evidence: [], ...more }));
    };
    const titles = (found: ReturnType<typeof table>) => found?.columns.map(({ title }) => title);
    expect(titles(table([withBaseline]))).toEqual(['metric in beta', '1.3.2+baseline', '1.4.0', 'verdict']);
    expect(titles(table([errorsCompared]))).toEqual(['metric in beta', '1.3.2', '1.4.0', 'verdict']);
    const both = table([errorsCompared, withBaseline]);
    expect(titles(both)).toEqual(['metric in beta', '1.3.2', '1.4.0', 'verdict']);
    expect(both?.rows.map((row) => row[1])).toEqual(['0.6%', '1.3.2+baseline: 0.6%']);
    // Twice 60 % is more than there is.
    expect(titles(table([withBaseline], { stage: 2 }))?.[1]).toBe('1.3.2');
  });
});
