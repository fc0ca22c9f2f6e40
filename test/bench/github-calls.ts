/** How many calls to GitHub a piece of work costs, on the fake: what was asked, not how long it took. */
import { githubClient, type GithubClient } from '../../src/adapters/github/client/client.ts';
import { githubOpening } from '../../src/adapters/github/store/opening.ts';
import { githubStore } from '../../src/adapters/github/store/store.ts';
import type { Actor } from '../../src/core/model/actor.ts';
import { needsOf } from '../../src/core/needs.ts';
import { execute } from '../../src/engine/execute.ts';
import { emptyMemory } from '../../src/engine/step.ts';
import { tick } from '../../src/engine/tick.ts';
import type { Wiring } from '../../src/engine/wiring.ts';
import type { Store } from '../../src/ports/store.ts';
import { commandOf, configOf, SHORT, wired } from '../engine/wired.ts';
import { openFakeGithub } from '../support/github/fake.ts';
import type { FakeGithub } from '../support/github/types.ts';
import { BY_JOB, commented, deployed } from './comment-work.ts';

const ann: Actor = { kind: 'github', id: '7', name: 'ann', verified: true };
const clock = {
  now: (): number => Date.now(),
  sleep: (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms)),
};

/** One piece of work, the calls it may cost, and what it does once everything before it is made ready. */
export interface Work {
  readonly name: string;
  /** The least possible is what it is measured against. */
  readonly target: number;
  /** What is answered 304 does not count: heads that are looked at again. */
  readonly paidAlone?: true;
  /** Of the repository, where it is not the usual one. */
  readonly config?: string;
  readonly prepare: (fake: FakeGithub) => Promise<() => Promise<unknown>>;
}

const PATHS = ['.github/sluice.yml'];
const CONFIG = SHORT;
const text = (percent: number): string => `flag enable bench ${percent}% --environment production`;

const clientFor = (fake: FakeGithub): GithubClient =>
  githubClient({ token: fake.token(), owner: fake.owner, repo: fake.repo, baseUrl: fake.apiUrl, clock, log: () => undefined });

function wiringOn(store: Store): Wiring {
  return { ...wired({ config: configOf(CONFIG) }).wiring, store, clock, random: Math.random };
}

let requests = 0;

async function give(wiring: Wiring, line: string): Promise<void> {
  requests += 1;
  const request = { command: commandOf(line), actor: ann, rights: { role: 'admin', teams: [] }, id: `bench-${requests}` } as const;
  const outcome = await execute(wiring, request);
  if (!outcome.ok || outcome.code === 'unchanged') throw new Error(`${line}: ${outcome.code}: ${outcome.summary}`);
}

/** A process of its own: it opens with the configuration, and gives one command. */
async function inJob(fake: FakeGithub): Promise<void> {
  const client = clientFor(fake);
  const opened = await githubOpening({ client, clock, needs: needsOf(commandOf(text(30))), paths: PATHS });
  await give(wiringOn(githubStore({ client, clock, opened })), text(30));
}

async function warm(fake: FakeGithub): Promise<Wiring> {
  const wiring = wiringOn(githubStore({ client: clientFor(fake), clock }));
  await give(wiring, text(10));
  return wiring;
}

async function quietTick(fake: FakeGithub): Promise<() => Promise<unknown>> {
  const wiring = await warm(fake);
  const memory = emptyMemory();
  const once = () => tick({ wiring, memory, signal: new AbortController().signal, patience: 10_000 });
  await once();
  await once();
  return once;
}

export const WORKS: readonly Work[] = [
  { name: 'flag change in a job', target: 2, prepare: async (fake) => () => inJob(fake) },
  {
    name: 'flag change in a process that goes on',
    target: 2,
    prepare: async (fake) => {
      const wiring = await warm(fake);
      return () => give(wiring, text(20));
    },
  },
  { name: 'tick without news', target: 1, prepare: quietTick },
  { name: 'flag by a comment', target: 6, prepare: (fake) => commented(fake, `/sluice ${text(30)}`) },
  { name: 'deploy by a comment', target: 14, config: BY_JOB, prepare: (fake) => commented(fake, '/deploy') },
  // Twelve of them say it on GitHub: deployment and status, comment, check, and the mark of how far it was said.
  { name: 'deploy by an action', target: 22, paidAlone: true, config: BY_JOB, prepare: deployed },
];

export interface Cost {
  readonly calls: number;
  /** Answered 304: they cost nothing of the budget. */
  readonly free: number;
  readonly routes: readonly string[];
}

/** What is held against the target. */
export function countedOf({ paidAlone }: Work, { calls, free }: Cost): number {
  return paidAlone ? calls - free : calls;
}

/** What the work asked of GitHub. */
export async function costOf({ prepare, config = CONFIG }: Work): Promise<Cost> {
  const fake = await openFakeGithub({ files: { '.github/sluice.yml': config } });
  try {
    const first = wiringOn(githubStore({ client: clientFor(fake), clock }));
    await give(first, 'flag create bench "Bench" Text');
    const work = await prepare(fake);
    const since = fake.calls.length;
    await work();
    const asked = fake.calls.slice(since);
    if (fake.violations.length > 0) throw new Error(fake.violations.join('\n'));
    return {
      calls: asked.length,
      free: asked.filter(({ status }) => status === 304).length,
      routes: asked.map(({ route, status }) => `${route} ${status}`),
    };
  } finally {
    await fake.close();
  }
}
