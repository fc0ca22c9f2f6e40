import { describe, expect, it } from 'vitest';
import { summaryText, writeSummary } from '../../src/action/summary.ts';
import type { Outcome } from '../../src/core/decision.ts';
import { rolloutReport } from '../../src/core/report/rollout.ts';
import { at, ms, rolloutOf } from '../support/rollout.ts';
import { saidBy } from '../support/runner/said.ts';

const NOW = ms('10:30');
const outcome = (rest: Partial<Outcome> = {}): Outcome => ({
  schemaVersion: 1,
  ok: true,
  code: 'done',
  summary: 'web 1.4.0 has 5%',
  details: null,
  ...rest,
});
const summary = (rest: Partial<Outcome> = {}) => summaryText({ outcome: outcome(rest), now: NOW });

describe('the summary of a job', () => {
  it('of a rollout has its stages, its weights over time as a chart, and the places to go on reading', () => {
    const rollout = rolloutOf({
      phase: 'exposing',
      stage: 1,
      weight: 25_000,
      exposedAt: at('10:26:00'),
      stages: [
        {
          stage: 'canary',
          began: at('10:20:00'),
          exposed: at('10:20:30'),
          ended: at('10:25:30'),
          how: 'passed',
          verdicts: [],
        },
        { stage: 'beta', began: at('10:25:30'), exposed: at('10:26:00'), verdicts: [] },
      ],
    });
    const text = summaryText({
      outcome: outcome({ report: rolloutReport(rollout, NOW) }),
      rollout,
      now: NOW,
      links: [
        { text: 'commit 3f9c2aa', url: 'https://github.com/acme/web/commit/3f9c2aa' },
        { text: 'pull request #42', url: 'https://github.com/acme/web/pull/42' },
      ],
    });
    expect(text).toMatch(/^### /);
    for (const stage of rollout.plan.stages) expect(text).toMatch(new RegExp(`\\| .*${stage.name}`));
    expect(text.match(/```mermaid\nxychart-beta\n/g)).toHaveLength(1);
    expect(text).toContain('[commit 3f9c2aa](https://github.com/acme/web/commit/3f9c2aa) · [pull request #');
  });

  it('of anything else begins with what it comes to, good or bad', () => {
    expect(summary()).toBe('### ✅ web 1.4.0 has 5%\n');
    expect(summary({ ok: false, code: 'locked', summary: 'bob <b> has it' })).toBe('### 🔴 bob &lt;b&gt; has it\n');
    expect(summary({ code: 'baking' })).toMatch(/^### ⏳ /);
  });

  it('holds links to the web only, and no secret', () => {
    const links = [
      'javascript:alert(1)',
      'https://x.example/a) [b](https://evil.example',
      'https://ok.example/?t=ghs_job',
    ].map((url) => ({ text: 'a](b)', url }));
    const text = summaryText({ outcome: outcome({ summary: 'token ghs_job' }), now: NOW, links, secrets: ['ghs_job'] });
    expect(text).toBe('### ✅ token ***\n\n[a\\](b)](https://ok.example/?t=***)\n');
  });

  it('takes 1 MiB at most, says when something is left out, and ends inside no fence and no character', () => {
    const code = `${'🚀é'.repeat(20)}\n`.repeat(20_000);
    const blocks = Array.from({ length: 3 }, () => ({ type: 'code' as const, text: code }));
    const text = summary({ report: { blocks } });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1 << 20);
    expect(Buffer.byteLength(text)).toBeGreaterThan(500_000);
    expect(text).toMatch(/left out/);
    expect(text).not.toContain('\ufffd');
    expect((text.match(/^`{3,}/gm) ?? []).length % 2).toBe(0);
  });

  it('comes behind what the step has written there already', async () => {
    const { summary: written } = await saidBy(async (runner) => {
      await runner.appendSummary('# Theirs\n');
      await writeSummary(runner, { outcome: outcome(), now: NOW });
    });
    expect(written).toBe('# Theirs\n### ✅ web 1.4.0 has 5%\n');
  });
});
