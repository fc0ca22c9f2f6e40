/** What a tick costs with many rollouts under way, and with nothing new. */
import { performance } from 'node:perf_hooks';
import { MINUTE } from '../../src/core/model/time.ts';
import { configOf } from '../support/world/config.ts';
import { type Runner, type World, world } from '../support/world/world.ts';
import { type BenchRow, median, spread } from './row.ts';

const ROLLOUTS = 100;
const METRICS = 10;
/** Milliseconds that the source takes for one answer, whoever else asks. */
const ANSWER = 200;
const ROUNDS = 7;

interface Many {
  readonly w: World;
  readonly runner: Runner;
}

/** A hundred services of one configuration, each in its first stage with ten judges. */
async function many(): Promise<Many> {
  const judges = Array.from({ length: METRICS }, (_, index) => `{ metric: error-rate, below: ${String(index + 1)}% }`);
  const names = Array.from({ length: ROLLOUTS }, (_, index) => `s${String(index)}`);
  const services = names.map((name) => `  ${name}: { deploy: ./d, set-traffic: ./w, strategy: steps }`).join('\n');
  const config = configOf({ judges: `[${judges.join(', ')}]`, services, stages: STAGES });
  const w = world({ config, pairs: names.map((name) => `${name}/production`), source: { delay: ANSWER } });
  const runner = w.runner('one');
  for (const name of names) {
    w.platform.running.set('1.0.0', 100_000);
    await w.run(`adopt ${name} 1.0.0`);
    await w.run(`deploy ${name}@1.1.0`);
  }
  await runner.tick();
  return { w, runner };
}

const STAGES = ['{ name: canary, weight: 5%, bake: 12h }', '{ name: all, weight: 100%, bake: 1h }'];

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function run(): Promise<readonly BenchRow[]> {
  const { w, runner } = await many();
  const ticks: number[] = [];
  const queries: number[] = [];
  const { reads, questions } = w;
  for (let round = 0; round < ROUNDS; round++) {
    w.pass(5 * MINUTE);
    queries.push(await timed(() => new Promise((resolve) => setTimeout(resolve, ANSWER))));
    ticks.push(await timed(() => runner.tick()));
  }
  const [ours, theirs] = [median(ticks), median(queries)];
  const asked = (w.questions - questions) / ROUNDS;
  const read = (w.reads - reads) / ROUNDS;
  return [
    {
      name: `tick with ${String(ROLLOUTS)} rollouts x ${String(METRICS)} metrics`,
      figure: `${ours.toFixed(0)} ms ± ${spread(ticks).toFixed(0)}, ${asked.toFixed(0)} queries`,
      against: `the slowest query, ${theirs.toFixed(0)} ms`,
      ratio: ours / theirs,
      target: '<= 1.2 x + 50 ms',
      ok: ours <= 1.2 * theirs + 50,
    },
    {
      name: 'tick without news, reads of the state',
      figure: `${read.toFixed(0)} reads`,
      against: 'the least possible, 1 read',
      ratio: read,
      target: '<= 1 x',
      ok: read <= 1,
    },
  ];
}
