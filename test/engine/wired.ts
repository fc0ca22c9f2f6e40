/** An engine on the memory store and an injected clock, with no platform: flags and all that is only looked at. */
import { memoryStore } from '../../src/adapters/store-memory/memory-store.ts';
import { systemClock } from '../../src/adapters/clock-system/clock.ts';
import { decodeText } from '../../src/compose.ts';
import { serviceProbe } from '../../src/adapters/probe/probe.ts';
import { processRunner } from '../../src/adapters/runner-process/runner.ts';
import { parseCommand } from '../../src/core/command/parse.ts';
import type { Command } from '../../src/core/command/command.ts';
import type { Outcome } from '../../src/core/decision.ts';
import type { Actor } from '../../src/core/model/actor.ts';
import type { Config } from '../../src/core/model/config.ts';
import { printDocument } from '../../src/core/model/document.ts';
import { execute } from '../../src/engine/execute.ts';
import { inspect, isInspection } from '../../src/engine/inspect.ts';
import { emptyMemory } from '../../src/engine/step.ts';
import { tick, type Ticked } from '../../src/engine/tick.ts';
import type { Wiring } from '../../src/engine/wiring.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { isConflict, type Store } from '../../src/ports/store.ts';

const ann: Actor = { kind: 'git', id: 'ann@example.com', name: 'Ann', verified: false };

/** @throws Error with the first problem of a configuration that is none */
export function configOf(text: string): Config {
  const decoded = decodeText(text);
  if (!decoded.ok) throw new Error(decoded.problems[0]?.message);
  return decoded.config;
}

export const SHORT = `
version: 1
services:
  web:
    deploy: ./deploy.sh
    strategy: all-at-once
strategies:
  short:
    keep-old: 0s
    stages:
      - { name: half, weight: 50%, bake: 1m, analysis: none }
      - { name: all, weight: 100%, bake: 1m, analysis: none }
environments:
  production: {}
`;

export function commandOf(text: string): Command {
  const parsed = parseCommand(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`);
  return parsed.command;
}

interface Options {
  readonly config?: Config;
  readonly channels?: readonly Channel[];
  /** Milliseconds at which the clock begins. */
  readonly now?: number;
}

export interface Wired {
  readonly wiring: Wiring;
  readonly store: Store;
  /** What was logged. */
  readonly lines: readonly string[];
  /** Lets time go by, in ms. */
  readonly pass: (length: number) => void;
  /** As the CLI does: a look, or a command that is executed. */
  readonly run: (text: string, actor?: Actor) => Promise<Outcome>;
  readonly tick: (patience?: number) => Promise<Ticked>;
  /** A sealed commit of these documents, as Sluice itself writes them. */
  readonly put: (documents: Readonly<Record<string, object | null>>, title?: string) => Promise<string>;
  readonly text: (path: string) => Promise<string | undefined>;
  readonly head: () => Promise<string>;
}

/** The clock moves by `pass` alone; sleeping is real, and nothing here sleeps long. */
export function wired({
  config = configOf(SHORT),
  channels = [],
  now = Date.UTC(2026, 10, 21, 10),
}: Options = {}): Wired {
  let at = now;
  let requests = 0;
  const clock = { ...systemClock(), now: () => at };
  const store = memoryStore({ clock });
  const lines: string[] = [];
  const wiring: Wiring = {
    store,
    config,
    clock,
    random: () => 0.5,
    platforms: new Map(),
    sources: new Map(),
    probe: serviceProbe({ runner: processRunner(process.env) }),
    channels,
    here: { id: 'test', has: ['checkout'], lives: () => undefined },
    resolve: () => Promise.resolve(undefined),
    automaticOff: false,
    log: (line) => lines.push(line),
  };
  const memory = emptyMemory();
  return {
    wiring,
    store,
    lines,
    pass: (length) => {
      at += length;
    },
    run: async (text, actor = ann) => {
      const command = commandOf(text);
      if (isInspection(command.name)) return (await inspect(wiring, command)).outcome;
      requests += 1;
      return execute(wiring, { command, actor, rights: { teams: [] }, id: `request-${requests}` });
    },
    tick: (patience = 10_000) => tick({ wiring, memory, signal: new AbortController().signal, patience }),
    put: async (documents, title = 'given') => {
      const changes = Object.entries(documents).map(([path, document]) => ({
        path,
        text: document === null ? null : printDocument(document),
      }));
      const result = await store.commit(await store.read([]), changes, { title, trailers: [] });
      if (isConflict(result)) throw new Error('conflict');
      return result.revision ?? '';
    },
    text: async (path) => (await store.read([path])).files.get(path)?.text,
    head: async () => (await store.read([])).revision ?? '',
  };
}
