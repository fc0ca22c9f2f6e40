/**
 * Requests per second through the router, against the same proxy with one fixed target that measures nothing.
 * Seconds are of the proxy's processor time, as a saturated proxy has them: what else runs on the machine does not count.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { type BenchRow, interleave, median, spread } from './row.ts';

const TARGET = 0.9;
const CONNECTIONS = 32;
const ROUNDS = 15;
/** Of one measurement. */
const REQUESTS = 500;

async function started(...args: readonly string[]): Promise<{ child: ChildProcess; ports: Record<string, number> }> {
  const child = spawn(process.execPath, ['scripts/run-ts.js', 'test/bench/router-target.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  for await (const part of child.stdout ?? [])
    return { child, ports: JSON.parse(String(part)) as Record<string, number> };
  throw new Error(`router-target ${args.join(' ')} did not start`);
}

/** Milliseconds of processor time that a process has used. */
function processorTime(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('message', (used) => resolve(Number(used)));
    child.send('processor time?');
  });
}

function once(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = get({ host: '127.0.0.1', port, agent, path: '/api/items' }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`answered ${String(answer.statusCode)}`));
      answer.resume().on('end', resolve);
    });
    asked.on('error', reject);
  });
}

/** The p99 of so many requests, in ms. */
async function load(port: number, agent: Agent): Promise<number> {
  const took: number[] = [];
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun++ < REQUESTS) {
      const at = performance.now();
      await once(port, agent);
      took.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.99)] ?? 0;
}

export async function run(): Promise<readonly BenchRow[]> {
  const service = await started('service');
  const proxies = await started('proxies', String(service.ports['service']));
  const agent = new Agent({ keepAlive: true });
  const slowest: Record<'ours' | 'fixed', number[]> = { ours: [], fixed: [] };
  const measure = async (name: 'ours' | 'fixed'): Promise<number> => {
    const before = await processorTime(proxies.child);
    slowest[name].push(await load(proxies.ports[name] ?? 0, agent));
    return (REQUESTS / ((await processorTime(proxies.child)) - before)) * 1_000;
  };
  try {
    await measure('ours');
    await measure('fixed'); // connections and compiled code
    const { ours, fixed } = await interleave({ ours: () => measure('ours'), fixed: () => measure('fixed') }, ROUNDS);
    // Round by round: both of a round had the same neighbours.
    const rate = median(ours.map((each, round) => each / (fixed[round] ?? each)));
    const p99 = median(slowest.ours) / median(slowest.fixed);
    const against = 'the same proxy with a fixed target';
    return [
      {
        name: 'router: requests per second',
        figure: `${median(ours).toFixed(0)} /s ± ${spread(ours).toFixed(0)}`,
        against: `${against}, ${median(fixed).toFixed(0)} /s ± ${spread(fixed).toFixed(0)}`,
        ratio: rate,
        target: `>= ${String(TARGET)} x`,
        ok: rate >= TARGET,
      },
      {
        name: 'router: p99',
        figure: `${median(slowest.ours).toFixed(1)} ms ± ${spread(slowest.ours).toFixed(1)}`,
        against: `${against}, ${median(slowest.fixed).toFixed(1)} ms ± ${spread(slowest.fixed).toFixed(1)}`,
        ratio: p99,
        target: '<= 1.1 x',
        ok: p99 <= 1.1,
      },
    ];
  } finally {
    agent.destroy();
    proxies.child.kill();
    service.child.kill();
  }
}
