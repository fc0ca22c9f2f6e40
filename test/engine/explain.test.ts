/** What `explain` says of a comparison that sends a release back: why, since when, how much, what it cost. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/core/decision.ts';
import type { Config } from '../../src/core/model/config.ts';
import type { Json } from '../../src/core/model/document.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/model/time.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { renderPlain } from '../../src/render/terminal.ts';
import { inspect } from '../../src/engine/inspect.ts';
import { type Runner, type Series, tickOn, type World, world } from '../support/world/world.ts';
import { commandOf, configOf, wired } from './wired.ts';

const config = (): Config =>
  configOf(`
version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy, set-traffic: ./weights, status: ./status, remove: ./remove }
    strategy: two
strategies:
  two:
    keep-old: 1m
    stages:
      - { name: tenth, weight: 10%, bake: 10m }
      - { name: all, weight: 100%, bake: 5m, analysis: none }
sources: { prometheus: { type: prometheus, url: 'http://127.0.0.1:9' } }
metrics:
  error-rate: { source: prometheus, kind: proportion, bad: 'bad{version="{{version}}"}', total: 'all{version="{{version}}"}' }
analysis:
  judges: [{ metric: error-rate, compare: stable }]
environments: { production: {} }
`);

/** 1 in 200 fails; of the new version 12 in 200 from a moment on. */
const worse =
  (version: string, since: number): Series =>
  (label, at) =>
    label === version
      ? { kind: 'proportion', bad: at >= since ? 12 : 1, total: 200 }
      : { kind: 'proportion', bad: 9, total: 1_800 };

interface Day {
  readonly w: World;
  readonly runner: Runner;
  readonly explain: (target?: string) => Promise<Outcome>;
}

async function started(): Promise<Day> {
  const w = world({ config: config() });
  const runner = w.runner('one');
  await w.live('1.0.0');
  w.series = worse('1.1.0', w.now() + 3 * MINUTE);
  await w.run('deploy web@1.1.0');
  await runner.tick();
  return {
    w,
    runner,
    explain: async (target = 'web') => (await inspect(runner.wiring, commandOf(`explain ${target}`))).outcome,
  };
}

const text = (outcome: Outcome): string => renderPlain(outcome.report ?? { blocks: [] }, 400);
const told = ({ details }: Outcome): Readonly<Record<string, Json>> => details as Readonly<Record<string, Json>>;

describe('explain', () => {
  it('R-309 says of a comparison that failed since when the evidence grew, at which window it failed, and how severe it is', async () => {
    const { w, runner, explain } = await started();
    await tickOn(w, runner, { every: 10 * SECOND, until: HOUR });
    const outcome = await explain();
    const said = text(outcome);
    expect(said).toMatch(/errors, no worse than 1\.0\.0: fail\. errors [\d.]+% \(\d+ of [\d,]+\) against 0\.5%/);
    expect(said).toMatch(/Severity (high|critical)\./);
    const failed =
      /It failed at window (\d+) \((08:\d\d:\d\d) to (08:\d\d:\d\d) UTC\); its evidence has grown since/.exec(said);
    expect(Number(failed?.[1])).toBeGreaterThan(18);
    expect(failed?.[2]?.localeCompare('08:03:00')).toBeGreaterThanOrEqual(0);
    const [judge] = told(outcome)['judges'] as readonly Readonly<Record<string, Json>>[];
    expect(judge).toMatchObject({ verdict: 'fail', alpha: 0.05, failed: { window: Number(failed?.[1]) } });
  });

  it('tells the whole story of a release that went back: first bad window, traffic back, seen live, what it cost', async () => {
    const { w, runner, explain } = await started();
    await tickOn(w, runner, { every: 10 * SECOND, until: HOUR });
    const said = text(await explain());
    expect(said).toMatch(/Why: errors .*decided by error-rate compare stable/);
    expect(said).toMatch(
      /How long: first bad window 08:0\d:\d\d · decided .* · traffic back 08:0\d:\d\d .* · about \d+ requests failed that would not have/,
    );
    expect(said).toContain('1.0.0 has 100% again');
    expect(told(await explain())['harm']).toMatch(/^about \d+ requests failed that would not have$/);
  });

  it('draws the evidence with the line at which the judge fails, for terminals and for GitHub', async () => {
    const { w, runner, explain } = await started();
    await tickOn(w, runner, { every: 10 * SECOND, until: HOUR });
    const { report } = await explain();
    const chart = report?.blocks.find((block) => block.type === 'chart' && block.unit === 'powers of ten');
    if (chart?.type !== 'chart') throw new Error('no chart');
    const [evidence, bound] = chart.series;
    expect(evidence?.name).toBe('error-rate compare stable');
    expect(bound?.points.map(([, value]) => value)).toEqual([Math.log10(20), Math.log10(20)]);
    expect(evidence?.points.at(-1)?.[1]).toBeGreaterThan(Math.log10(20));
    expect(evidence?.points.find(([at]) => at > w.now())).toBeUndefined();
    expect(renderMarkdown(report ?? { blocks: [] })).toMatch(
      /```mermaid\nxychart-beta\n\s+title "evidence that it is worse in tenth"/,
    );
  });

  it('judges what can be seen just now, says what would decide it and what the judge may spend, and writes nothing', async () => {
    const { w, runner, explain } = await started();
    w.pass(3 * MINUTE);
    await runner.tick();
    const commits = w.commits().length;
    const said = text(await explain());
    expect(said).toMatch(
      /errors, no worse than 1\.0\.0: undecided\. errors 0\.5% \(\d+ of [\d,]+\) against 0\.5% .* rollback at 20/,
    );
    expect(said).toContain('It fails when the evidence reaches 20 (its share of the false-rollback budget is 5%)');
    const blind = { ...runner.wiring, sources: new Map() };
    const { outcome } = await inspect(blind, commandOf('explain web'));
    expect(text(outcome)).toContain('prometheus cannot be asked from here: those numbers are of the last commit.');
    expect(w.commits()).toHaveLength(commits);
  });

  it('explains a flag that no rollout moves by its rules, and refuses what is not there', async () => {
    const one = wired();
    await one.run('flag create dash');
    await one.run('flag enable dash 25% in production');
    const outcome = await one.run('explain flag/dash');
    expect(outcome).toMatchObject({ ok: true });
    expect(text(outcome)).toContain('25%');
    expect(await one.run('explain flag/nothing')).toMatchObject({ ok: false, code: 'flag-unknown' });
    expect(await one.run('explain experiment/nothing')).toMatchObject({ ok: false, code: 'experiment-unknown' });
  });

  it('R-310 says how many more requests an undecided comparison takes, at the pace it has', async () => {
    const day = await started();
    day.w.series = (label) => ({ kind: 'proportion', bad: 0, total: label === '1.1.0' ? 10 : 90 });
    await tickOn(day.w, day.runner, { every: 10 * SECOND, until: 3 * MINUTE });
    const text = renderPlain((await day.explain()).report ?? { blocks: [] }).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(
      /It fails when the evidence reaches 20 .* To pass it needs 3\d0 more samples of each arm \(1\d0 of 500\), about 7 min at the present pace\./,
    );
    expect(text).not.toContain('gets there');
  });

  it('R-310 says when evidence that grows gets there, and when else it passes', async () => {
    const day = await started();
    day.w.series = (label, at) =>
      label === '1.1.0'
        ? { kind: 'proportion', bad: (at / SECOND) % 50 === 0 ? 2 : 1, total: 150 }
        : { kind: 'proportion', bad: 7, total: 1_350 };
    await tickOn(day.w, day.runner, { every: 10 * SECOND, until: 6 * MINUTE });
    const text = renderPlain((await day.explain()).report ?? { blocks: [] }).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/Else it passes when its last window is closed, in about [56] min\./);
    const words = /The evidence gets there in about (\d+) min, ([\d,]+) requests of the candidate more/.exec(text);
    const [minutes, requests] = [Number(words?.[1]), Number(words?.[2]?.replaceAll(',', ''))];
    // 150 requests every 10 s: 900 a minute.
    expect(requests / 900).toBeGreaterThan(minutes - 1.1);
    expect(requests / 900).toBeLessThan(minutes + 0.1);
  });
});
