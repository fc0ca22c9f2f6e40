/** Requests per second and p99 through the router, against the same proxy with one fixed target that measures nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, get } from 'node:http';
import { type BenchRow, interleave, median, spread } from './row.ts';

const TARGET = 0.9;
const CONNECTIONS = 32;
const ROUNDS = 9;
/** Of one measurement, in ms: 2 x 10 of them stay below 5 s. */
const LENGTH = 220;

async function started(...args: readonly string[]): Promise<{ child: ChildProcess; ports: Record<string, number> }> {
  const child = spawn(process.execPath, ['scripts/run-ts.js', 'test/bench/router-target.ts', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const part of child.stdout) return { child, ports: JSON.parse(String(part)) as Record<string, number> };
  throw new Error(`router-target ${args.join(' ')} did not start`);
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

interface Load {
  readonly perSecond: number;
  readonly p99: number;
}

async function load(port: number, agent: Agent): Promise<Load> {
  const began = performance.now();
  const took: number[] = [];
  const one = async (): Promise<void> => {
    while (performance.now() - began < LENGTH) {
      const at = performance.now();
      await once(port, agent);
      took.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const sorted = took.toSorted((a, b) => a - b);
  return {
    perSecond: (took.length / (performance.now() - began)) * 1_000,
    p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

export async function run(): Promise<readonly BenchRow[]> {
  const service = await started('service');
  const proxies = await started('proxies', String(service.ports['service']));
  const agent = new Agent({ keepAlive: true });
  const slowest: Record<'ours' | 'fixed', number[]> = { ours: [], fixed: [] };
  const measure = async (name: 'ours' | 'fixed'): Promise<number> => {
    const { perSecond, p99 } = await load(proxies.ports[name] ?? 0, agent);
    slowest[name].push(p99);
    return perSecond;
  };
  try {
    await measure('ours');
    await measure('fixed'); // connections and compiled code
    const { ours, fixed } = await interleave({ ours: () => measure('ours'), fixed: () => measure('fixed') }, ROUNDS);
    const rate = median(ours) / median(fixed);
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
