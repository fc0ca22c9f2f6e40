/** One state branch, one platform, one source of numbers, a clock that a test moves, and any number of runners. */
import { MemoryBranch } from '../../../src/adapters/store-memory/memory-branch.ts';
import { memoryStore } from '../../../src/adapters/store-memory/memory-store.ts';
import { parseCommand } from '../../../src/core/command/parse.ts';
import type { Outcome } from '../../../src/core/decision.ts';
import type { Actor } from '../../../src/core/model/actor.ts';
import type { Config } from '../../../src/core/model/config.ts';
import type { Sample } from '../../../src/core/model/metric.ts';
import type { Place } from '../../../src/core/model/place.ts';
import type { Rollout } from '../../../src/core/model/rollout.ts';
import { MINUTE } from '../../../src/core/model/time.ts';
import { decodeDocument } from '../../../src/engine/documents.ts';
import { execute } from '../../../src/engine/execute.ts';
import { emptyMemory, type Memory } from '../../../src/engine/step.ts';
import { tick, type Ticked } from '../../../src/engine/tick.ts';
import type { PlacedPlatform, Wiring } from '../../../src/engine/wiring.ts';
import type { Capabilities } from '../../../src/ports/platform.ts';
import type { MetricQuery, MetricSource } from '../../../src/ports/metric-source.ts';
import type { Store, StoredCommit } from '../../../src/ports/store.ts';
import { alice } from '../rollout.ts';
import { type Gate, gated, OPEN } from './gate.ts';
import { type FakePlatform, fakePlatform } from './platform.ts';

/** What a version shows in one window; null: nothing. */
export type Series = (version: string, at: number) => Sample | null;

export const healthy: Series = () => ({ kind: 'proportion', bad: 0, total: 100 });

interface Options {
  readonly config: Config;
  readonly capabilities?: Partial<Capabilities>;
  readonly series?: Series;
  readonly start?: number;
  /** Pairs beside `web/production`, each with the same platform. */
  readonly pairs?: readonly string[];
  /** How long a source takes to answer, in ms of real time, and whether it knows the past. */
  readonly source?: { readonly delay?: number; readonly past?: boolean };
}

export interface Runner {
  readonly id: string;
  readonly wiring: Wiring;
  readonly memory: Memory;
  readonly lines: readonly string[];
  tick(): Promise<Ticked>;
  /** The same on another wiring. */
  tickWith(wiring: Wiring): Promise<Ticked>;
}

export interface World {
  readonly branch: MemoryBranch;
  readonly platform: FakePlatform;
  readonly alive: Set<string>;
  now(): number;
  /** Lets time go by; who sleeps until then wakes. */
  pass(ms: number): void;
  /** What the source says from now on. */
  series: Series;
  runner(id: string, gate?: Gate): Runner;
  run(text: string, actor?: Actor, by?: Runner): Promise<Outcome>;
  commits(): readonly StoredCommit[];
  rollouts(): readonly Rollout[];
  ended(): readonly Rollout[];
  place(pair?: string): Place;
  write(path: string, text: string): void;
  /** A release is there, with all traffic, and known to be good. */
  live(label: string): Promise<void>;
  /** Names of checks that fail from now on. */
  readonly badChecks: Set<string>;
  questions: number;
  reads: number;
}

export const MORNING: number = Date.UTC(2026, 10, 21, 8);

export function world(options: Options): World {
  const { config, start = MORNING, source = {} } = options;
  let at = start;
  let requests = 0;
  const sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  const branch = new MemoryBranch();
  const now = (): number => at;
  const clock = {
    now,
    sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        signal?.addEventListener('abort', () => resolve(), { once: true });
        sleepers.push({ until: at + ms, wake: resolve });
      }),
  };
  const platform = fakePlatform({ now, ...(options.capabilities && { capabilities: options.capabilities }) });
  const alive = new Set<string>();
  const own: Store = memoryStore({ clock, branch });

  const metrics: MetricSource = {
    past: source.past ?? true,
    read: async ({ labels, start: from, width, count }: MetricQuery) => {
      self.questions += 1;
      if (source.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, source.delay));
      return Array.from({ length: count }, (_, index) =>
        self.series(labels.version ?? labels.variant ?? '', from + index * width),
      );
    },
  };

  function runner(id: string, gate: Gate = OPEN): Runner {
    alive.add(id);
    const lines: string[] = [];
    const memory = emptyMemory();
    const plain = memoryStore({ clock, branch });
    const counted: Store = { ...plain, read: (...args) => ((self.reads += 1), plain.read(...args)) };
    const store = gate === OPEN ? counted : gated(counted, gate, ['read', 'commit']);
    const placed: PlacedPlatform = {
      platform: gate === OPEN ? platform : gated(platform, gate, ['deploy', 'weights', 'remove', 'find']),
      needs: ['checkout'],
    };
    const wiring: Wiring = {
      store,
      config,
      clock,
      random: () => 0.5,
      platforms: new Map(['web/production', ...(options.pairs ?? [])].map((pair) => [pair, placed])),
      sources: new Map([['prometheus', metrics]]),
      probe: {
        run: async ({ name }) =>
          self.badChecks.has(name) ? { ok: false, detail: 'exit 1', took: 1 } : { ok: true, detail: '200', took: 1 },
        liveVersion: async () => ({ version: [...platform.running.keys()][0] ?? '' }),
      },
      channels: [],
      here: { id, has: ['checkout'], lives: ({ by }) => alive.has(by) },
      resolve: (version) =>
        Promise.resolve({ label: version, commit: version.replaceAll(/[^0-9a-f]/g, '').padEnd(40, '0') }),
      automaticOff: false,
      log: (line) => void lines.push(line),
    };
    const signal = new AbortController().signal;
    const tickWith = (on: Wiring): Promise<Ticked> => tick({ wiring: on, memory, signal, patience: MINUTE });
    return { id, wiring, memory, lines, tick: () => tickWith(wiring), tickWith };
  }

  const documents = <T>(folder: string): readonly T[] =>
    [...(branch.head?.files ?? [])].flatMap(([path, { text }]) => {
      if (!path.startsWith(folder)) return [];
      const home = path.replace(/^history\/[^/]+\/rollout-/, 'rollouts/');
      const decoded = decodeDocument(home, text);
      return 'document' in decoded ? [decoded.document as T] : [];
    });

  const self: World = {
    branch,
    platform,
    alive,
    now,
    series: options.series ?? healthy,
    badChecks: new Set(),
    live: async (label) => {
      platform.running.set(label, 100_000);
      await self.run(`adopt web ${label}`);
    },
    questions: 0,
    reads: 0,
    pass: (ms) => {
      at += ms;
      for (const sleeper of sleepers.filter(({ until }) => until <= at)) {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
    },
    runner,
    run: (text, actor = alice, by = quiet) => {
      const parsed = parseCommand(text);
      if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
      const { command } = parsed;
      requests += 1;
      return execute(by.wiring, { command, actor, rights: { role: 'admin', teams: [] }, id: `request-${requests}` });
    },
    commits: () => branch.nodes.map(({ commit }) => commit),
    rollouts: () => documents<Rollout>('rollouts/'),
    ended: () => documents<Rollout>('history/'),
    place: (pair = 'web/production') => {
      const [place] = documents<Place>(`services/${pair}.json`);
      if (!place) throw new Error(`${pair} has no file`);
      return place;
    },
    write: (path, text) => {
      branch.append({
        changes: [{ path, text }],
        message: 'by hand',
        author: { name: 'Somebody', email: 'somebody@example.com' },
        at,
      });
    },
  };
  // Gives commands and performs nothing: who ticks does.
  const quiet: Runner = (() => {
    const one = runner('commands');
    return { ...one, wiring: { ...one.wiring, store: own, here: null } };
  })();
  return self;
}

/** The only unfinished rollout. */
export function only(one: World): Rollout {
  const [rollout, ...others] = one.rollouts();
  if (!rollout || others.length > 0) throw new Error(`${String(others.length + (rollout ? 1 : 0))} rollouts`);
  return rollout;
}

/** Milliseconds. */
export interface Ticks {
  readonly every: number;
  readonly until: number;
}

/** Ticks until nothing is unfinished or the time has passed; true: it came to an end. */
export async function tickOn(one: World, runner: Runner, { every, until }: Ticks): Promise<boolean> {
  const end = one.now() + until;
  for (;;) {
    const { unfinished } = await runner.tick();
    if (unfinished === 0) return true;
    if (one.now() >= end) return false;
    one.pass(every);
  }
}
