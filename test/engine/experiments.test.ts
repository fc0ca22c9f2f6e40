import { describe, expect, it } from 'vitest';
import type { ExperimentData } from '../../src/core/model/experiment.ts';
import type { Outcome } from '../../src/core/decision.ts';
import { SLUICE } from '../../src/core/model/actor.ts';
import { execute } from '../../src/engine/execute.ts';
import { dataOf } from '../../src/engine/experiment/gather.ts';
import { metricsSource } from '../../src/engine/experiment/metrics.ts';
import { emptyMemory } from '../../src/engine/step.ts';
import { tick } from '../../src/engine/tick.ts';
import type { Wiring } from '../../src/engine/wiring.ts';
import type { Notice } from '../../src/ports/channel.ts';
import { experimentDataError, type ExperimentSource } from '../../src/ports/experiment-source.ts';
import { CONVERSION, ERRORS, experimentWith, LATENCY, REVENUE } from '../core/experiment/numbers/experiment.ts';
import { configOf, type Wired, wired } from './wired.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-02T00:00:00.000Z');
const DAYS_LATER = START + 3 * 24 * 60 * MINUTE;

const CONFIG = `
version: 1
services:
  web: { deploy: ./deploy.sh, strategy: all-at-once }
environments:
  production: {}
`;

interface Arm {
  readonly users: number;
  readonly successes: number;
  readonly errors?: number;
}

function dataWith(control: Arm, treatment: Arm, until = DAYS_LATER): ExperimentData {
  const arm = ({ users, successes, errors }: Arm): ExperimentData['variants'][string] => ({
    users,
    metrics: {
      conversion: { kind: 'proportion', n: users, successes },
      ...(errors !== undefined && { errors: { kind: 'count', count: errors } }),
    },
  });
  const variants = { control: arm(control), treatment: arm(treatment) };
  return { from: 'events', until: new Date(until).toISOString(), variants, crossed: 2 };
}

const EVEN = dataWith({ users: 5_000, successes: 500 }, { users: 5_000, successes: 502 });
const WON = dataWith({ users: 5_000, successes: 500 }, { users: 5_000, successes: 900 });
const SKEWED = dataWith({ users: 5_000, successes: 500 }, { users: 3_500, successes: 900 });

interface Ticking {
  readonly w: Wired;
  readonly wiring: Wiring;
  /** How often the source was asked. */
  readonly asked: () => number;
  readonly sees: (data: ExperimentData | Error | undefined) => void;
  readonly tick: () => Promise<void>;
  readonly experiment: () => Promise<{
    readonly state: string;
    readonly decision?: { readonly verdict: string; readonly data: unknown };
  }>;
  readonly commits: () => Promise<number>;
}

/** A running experiment whose source says what it is told to say. */
async function ticking(config: string = CONFIG, guardrail = false): Promise<Ticking> {
  const w = wired({ config: configOf(config), now: DAYS_LATER, channels: [] });
  const running = experimentWith(guardrail ? [CONVERSION, ERRORS] : [CONVERSION]);
  const flag = {
    schemaVersion: 1,
    key: 'checkout',
    kind: 'experiment',
    tags: [],
    services: [],
    variants: { control: false, treatment: true },
    off: 'control',
    requires: [],
    archived: false,
    environments: {
      production: { enabled: true, targets: [], rules: [], serve: { split: running.variants, generation: 1 } },
    },
  };
  await w.put({ 'experiments/checkout.json': running, 'flags/checkout.json': flag });
  let answer: ExperimentData | Error | undefined;
  let count = 0;
  const source: ExperimentSource = {
    read: () => {
      count += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const wiring = { ...w.wiring, experimentSources: [source] };
  const memory = emptyMemory();
  return {
    w,
    wiring,
    asked: () => count,
    sees: (data) => {
      answer = data;
    },
    tick: async () => {
      await tick({ wiring, memory, signal: new AbortController().signal, patience: 1_000 });
    },
    experiment: async () => JSON.parse((await w.text('experiments/checkout.json')) ?? 'null') as never,
    commits: async () => (await w.store.history({ limit: 100 })).length,
  };
}

describe('a running experiment in a tick', () => {
  it('R-605 is looked at every five minutes, and makes no commit while its verdict is the same', async () => {
    const { tick: look, w, sees, asked, commits } = await ticking();
    sees(EVEN);
    const before = await commits();
    await look();
    await look();
    expect(asked()).toBe(1);
    w.pass(5 * MINUTE);
    sees(dataWith({ users: 6_000, successes: 600 }, { users: 6_010, successes: 605 }));
    await look();
    expect(asked()).toBe(2);
    expect(await commits()).toBe(before);
  });

  it('R-603 R-605 a winner is one commit with the sums it was decided on, and replay decides the same', async () => {
    const { tick: look, w, sees, experiment, commits } = await ticking();
    const before = await commits();
    sees(WON);
    await look();
    expect(await commits()).toBe(before + 1);
    expect(await experiment()).toMatchObject({ state: 'running', decision: { verdict: 'won', data: WON } });
    const [head] = await w.store.history({ limit: 1 });
    expect(head?.trailers.get('Sluice-Event')).toBe('experiment.decided');
    expect(head?.trailers.get('Sluice-Subject')).toBe('experiment/checkout');
    w.pass(5 * MINUTE);
    await look();
    expect(await commits()).toBe(before + 1);
    expect(await w.run(`replay ${head?.revision.slice(0, 10)}`)).toMatchObject({ ok: true, code: 'done' });
  });

  it('R-605 users that do not arrive by the split open an alert, which ends when they do', async () => {
    const { tick: look, w, sees } = await ticking();
    sees(SKEWED);
    await look();
    expect(await w.run('alert list')).toMatchObject({ summary: expect.stringContaining('1') });
    const [head] = await w.store.history({ limit: 1 });
    expect(head?.title).toBe('alert opened: experiment checkout: users do not arrive by the split');
    w.pass(5 * MINUTE);
    sees(EVEN);
    await look();
    expect((await w.store.history({ limit: 1 }))[0]?.title).toContain('resolved');
  });

  const LOST = dataWith({ users: 5_000, successes: 500, errors: 50 }, { users: 5_000, successes: 510, errors: 300 });
  it('R-605 a lost guardrail is an alert, and stops the experiment only where the configuration says so', async () => {
    const alone = await ticking(CONFIG, true);
    alone.sees(LOST);
    await alone.tick();
    expect(await alone.experiment()).toMatchObject({ state: 'running', decision: { verdict: 'guardrail-lost' } });
    const stopping = await ticking(`${CONFIG}experiments: { on-guardrail-lost: stop }\n`, true);
    stopping.sees(LOST);
    await stopping.tick();
    expect(await stopping.experiment()).toMatchObject({ state: 'stopped' });
    const story = (await stopping.w.store.history({ limit: 10 })).map((commit) => commit.trailers.get('Sluice-Event'));
    expect(story.filter((event) => event === 'experiment.decided')).toHaveLength(1);
  });

  it('R-605 numbers that cannot be read are an alert, which ends when they are, and the rest of the tick goes on', async () => {
    const { tick: look, w, wiring, sees } = await ticking();
    sees(new Error('connection refused'));
    await look();
    const title = async (): Promise<string | undefined> => (await w.store.history({ limit: 1 }))[0]?.title;
    expect(await title()).toBe('alert opened: experiment checkout: its numbers cannot be read');
    expect(w.lines).toContain('experiment checkout: connection refused');
    // A process that has not looked yet knows no better.
    sees(EVEN);
    const other = { ...wiring, experimentSources: [{ read: () => Promise.reject(new Error('still refused')) }] };
    await tick({ wiring: other, memory: emptyMemory(), signal: new AbortController().signal, patience: 1_000 });
    expect(await title()).toContain('opened');
    w.pass(5 * MINUTE);
    await look();
    expect(await title()).toBe('alert resolved: experiment checkout: its numbers cannot be read');
  });

  it('R-605 numbers that cannot be are an alert and no verdict, and list and show say so', async () => {
    const { tick: look, w, wiring, sees, experiment } = await ticking();
    sees(dataWith({ users: 5_000, successes: 5_001 }, { users: 5_000, successes: 900 }));
    await look();
    expect(w.lines).toContain('experiment checkout: events: conversion of control: 5001 of 5000 is no share');
    expect((await w.store.history({ limit: 1 }))[0]?.title).toContain('its numbers cannot be read');
    expect((await experiment()).decision).toBeUndefined();
    const asked = (name: string): Promise<Outcome> =>
      execute(wiring, { command: { name, args: {}, options: {} }, actor: SLUICE, rights: { teams: [] }, id: 'look' });
    const list = await asked('experiment list');
    expect(list.summary).toContain(
      'the numbers of checkout cannot be read: events: conversion of control: 5001 of 5000',
    );
    expect((await asked('experiment show')).summary).toContain('its numbers cannot be read: events: conversion');
    sees(experimentDataError('file-unreadable', 'events of checkout: EACCES'));
    expect((await asked('experiment list')).details).toMatchObject([{ problem: 'events of checkout: EACCES' }]);
  });

  it('channels are told of a winner once', async () => {
    const { wiring, sees } = await ticking();
    const told: Notice[] = [];
    const channel = { name: 'ops', send: (notices: readonly Notice[]) => Promise.resolve(void told.push(...notices)) };
    const memory = emptyMemory();
    const look = (): Promise<unknown> =>
      tick({
        wiring: { ...wiring, channels: [channel] },
        memory,
        signal: new AbortController().signal,
        patience: 5_000,
      });
    sees(WON);
    await look();
    await look();
    expect(told.filter(({ title }) => title === 'experiment checkout: treatment has won')).toHaveLength(1);
  });
});

describe('a tick where no experiment runs', () => {
  it('asks no source and reads the branch once', async () => {
    const { w, wiring } = await ticking();
    await w.put({ 'experiments/checkout.json': experimentWith([CONVERSION], { state: 'draft' }) });
    let reads = 0;
    const store = {
      ...w.store,
      read: (needs: readonly string[], revision?: string) => ((reads += 1), w.store.read(needs, revision)),
    };
    const memory = emptyMemory();
    const look = (): Promise<unknown> =>
      tick({ wiring: { ...wiring, store }, memory, signal: new AbortController().signal, patience: 1_000 });
    await look();
    reads = 0;
    await look();
    expect(reads).toBe(1);
  });
});

const SOURCES = `${CONFIG}
sources:
  prom: { type: prometheus, url: https://prom.example }
metrics:
  conversion: { source: prom, kind: proportion, better: higher, bad: 'sum(bought{variant="{{variant}}"})', total: 'sum(seen{variant="{{variant}}"})' }
  revenue: { source: prom, kind: mean, better: higher, sum: 's{v="{{variant}}"}', n: 'n{v="{{variant}}"}', sum-squares: 'q{v="{{variant}}"}' }
  latency: { source: prom, kind: histogram, buckets: 'b{v="{{variant}}"}', delay: 2m }
  errors: { source: prom, kind: count, count: 'errors' }
  visitors: { source: prom, kind: count, count: 'users{v="{{variant}}"}' }
experiments: { users: visitors }
`;

describe('numbers from sources of metrics', () => {
  const experiment = experimentWith([CONVERSION, REVENUE, LATENCY, ERRORS]);

  function asking(config: string) {
    const w = wired({ config: configOf(config), now: DAYS_LATER });
    const windows: {
      readonly metric: string;
      readonly from: number;
      readonly until: number;
      readonly variant: string | undefined;
    }[] = [];
    const prom: Wiring['sources'] extends ReadonlyMap<string, infer S> ? S : never = {
      past: true,
      read: ({ metric, labels, start, width, count }) => {
        windows.push({ metric: metric.name, from: start, until: start + width * count, variant: labels.variant });
        const treated = labels.variant === 'treatment' ? 2 : 1;
        return Promise.resolve(
          Array.from({ length: count }, (_, index) => {
            if (index > 1) return null;
            if (metric.kind === 'proportion') return { kind: 'proportion', bad: 5.2 * treated, total: 50 };
            if (metric.kind === 'mean') return { kind: 'mean', sum: 10, n: 5, sumSquares: 30 * treated };
            if (metric.kind === 'histogram') return { kind: 'histogram', bounds: [0.1, 1], counts: [1, 2, 3] };
            return { kind: 'count', count: 60.4 };
          }),
        );
      },
    };
    const wiring: Wiring = { ...w.wiring, sources: new Map([['prom', prom]]) };
    return { wiring, windows };
  }

  it('R-602 are the sums of closed windows by variant, in whole counts; a query that tells no variants apart is not asked', async () => {
    const { wiring, windows } = asking(SOURCES);
    const data = await metricsSource(wiring).read(experiment, new AbortController().signal);
    expect(data).toMatchObject({ from: 'source prom', crossed: 0 });
    expect(data?.variants['treatment']).toEqual({
      users: 121,
      metrics: {
        conversion: { kind: 'proportion', n: 100, successes: 21 },
        revenue: { kind: 'mean', n: 10, sum: 20, sumSquares: 120 },
        latency: { kind: 'quantile', bounds: [0.1, 1], counts: [2, 4, 6] },
      },
    });
    expect(new Set(windows.map(({ from, until }) => `${from} ${until}`)).size).toBe(1);
    expect(windows[0]?.from).toBe(START);
    expect(windows[0]?.until).toBeLessThanOrEqual(DAYS_LATER - 2 * MINUTE);
    expect(windows[0]?.until).toBe(Date.parse(data?.until ?? ''));
    expect(windows.some(({ metric }) => metric === 'errors')).toBe(false);
  });

  it("say it where the metrics' own totals stand for users", async () => {
    const { wiring } = asking(SOURCES.replace('experiments: { users: visitors }', ''));
    const data = await metricsSource(wiring).read(experiment, new AbortController().signal);
    expect(data).toMatchObject({
      from: "source prom (users are the metrics' own totals)",
      variants: { control: { users: 100 } },
    });
  });

  it('are asked only where a file and events know nothing', async () => {
    const { wiring, windows } = asking(SOURCES);
    const events: ExperimentSource = { read: () => Promise.resolve(EVEN) };
    expect(await dataOf({ ...wiring, experimentSources: [events] }, experiment)).toBe(EVEN);
    expect(
      await dataOf({ ...wiring, experimentSources: [events] }, experiment, { read: () => Promise.resolve(WON) }),
    ).toBe(WON);
    expect(windows).toEqual([]);
    const silent: ExperimentSource = { read: () => Promise.resolve(undefined) };
    expect(await dataOf({ ...wiring, experimentSources: [silent] }, experiment)).toMatchObject({ from: 'source prom' });
  });
});
