/**
 * `npm run bench:statistics [CANARIES]`: what the judges promise, simulated: false rollbacks of healthy canaries, and how soon faulty ones
 * are found, beside a fixed-size z test and Kayenta's judge on the same data. Writes bench/results/statistics.md, and docs/statistics.md. Seeded: it prints
 * the same table on every machine.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { ALPHA, fixedSize, kayenta, PLAN, sluice, sluiceOverPlan } from './contestants.ts';
import { type Contestant, type Finish, race } from './race.ts';
import { printFound, printShare, type Row, tableOf } from './table.ts';
import { errors, errorsOfPlan, latencies, type Traffic } from './traffic.ts';

const LOOKS = 200;
const RATE = 0.01;
const PUBLISHED = 10_000;
const canaries = Number(process.argv[2] ?? PUBLISHED);
const faulty = Math.max(100, Math.round(canaries / 10));

const ofErrors: readonly Contestant[] = [sluice('proportion'), fixedSize(), kayenta()];
const ofHistograms: readonly Contestant[] = [sluice('histogram'), fixedSize(), kayenta()];
const ofMeans: readonly Contestant[] = [sluice('mean'), fixedSize(), kayenta()];

interface Scenario {
  readonly name: string;
  readonly traffic: Traffic;
  readonly contestants: readonly Contestant[];
}

const healthy: readonly Scenario[] = [
  { name: 'errors 1%', traffic: errors({ ratio: 1, rate: RATE }), contestants: ofErrors },
  { name: 'errors 0.1%', traffic: errors({ ratio: 1, rate: 0.001 }), contestants: ofErrors },
  {
    name: 'errors 1%, swinging between 0.33% and 3% in both versions',
    traffic: errors({ ratio: 1, rate: RATE, swing: 3 }),
    contestants: ofErrors,
  },
  { name: 'latency, histogram', traffic: latencies(1, 'histogram'), contestants: ofHistograms },
  { name: 'latency, mean', traffic: latencies(1, 'mean'), contestants: ofMeans },
];

const outside: readonly Scenario[] = [
  {
    name: 'errors 1% that come in threes (retries)',
    traffic: errors({ ratio: 1, rate: RATE, burst: 3 }),
    contestants: ofErrors,
  },
];

/** The others compare two arms, and have nothing to say with all the traffic. */
const whole: readonly Scenario[] = [0.01, 0.001].map((rate) => ({
  name: `errors ${String(rate * 100)}%, plan 5/25/100 with settling`,
  traffic: errorsOfPlan(rate, (progress) => PLAN.findLast(({ from }) => progress > from)?.percent ?? 0),
  contestants: [sluiceOverPlan(LOOKS)],
}));

const bad: readonly Scenario[] = [
  ...[1.3, 2, 5].map((ratio) => ({
    name: `errors 1%, ${String(ratio)} times as many`,
    traffic: errors({ ratio, rate: RATE }),
    contestants: ofErrors,
  })),
  ...[1.05, 1.1, 1.25, 1.5].map((ratio) => ({
    name: `latency ${String(Math.round(ratio * 100 - 100))}% longer, histogram`,
    traffic: latencies(ratio, 'histogram'),
    contestants: ofHistograms,
  })),
  ...[1.05, 1.1, 1.25].map((ratio) => ({
    name: `latency ${String(Math.round(ratio * 100 - 100))}% longer, mean`,
    traffic: latencies(ratio, 'mean'),
    contestants: ofMeans,
  })),
];

function rowsOf(scenarios: readonly Scenario[], count: number): readonly Row[] {
  return scenarios.map(({ name, traffic, contestants }, index) => {
    const finishes = race({ traffic, contestants, canaries: count, looks: LOOKS, seed: 1_000_000 * (index + 1) });
    process.stdout.write(`${name}: ${finishes.map((one) => `${one.name} ${printFound(one)}`).join('; ')}\n`);
    return { scenario: name, finishes: finishes.map(renamed) };
  });
}

/** Rows of several kinds of metric share a column. */
function renamed(finish: Finish): Finish {
  return finish.name.startsWith('Sluice') ? { ...finish, name: 'Sluice' } : finish;
}

const MANUAL = 'docs/statistics.md';

function publish(tables: string): void {
  const [before = '', rest = ''] = readFileSync(MANUAL, 'utf8').split('<!-- bench:statistics -->');
  const [, after = ''] = rest.split('<!-- /bench:statistics -->');
  writeFileSync(MANUAL, `${before}<!-- bench:statistics -->\n\n${tables}\n<!-- /bench:statistics -->${after}`);
}

const [quiet, plans] = [rowsOf(healthy, canaries), rowsOf(whole, canaries)];
const [broken, found] = [rowsOf(outside, canaries), rowsOf(bad, faulty)];
const kept = [...quiet, ...plans].every(({ finishes }) => (finishes[0]?.alarms.length ?? 0) / canaries <= ALPHA);
const text = `Written by \`npm run bench:statistics\`. The candidate has 50 and the stable version 150 requests in each window of 10 s; ${String(LOOKS)} windows, a look after each.
Latencies are log-normal, 100 ms in the median, 270 ms at p95. The z test looks from 500 requests on, Kayenta's judge (confidence 0.98, tolerance 0.25) from 50 readings on.

**False rollbacks** of ${canaries.toLocaleString('en')} healthy canaries each, with the interval (95 %) that the simulation leaves open. Budget: ${String(ALPHA * 100)} %. ${kept ? 'Kept.' : 'NOT KEPT.'}

${tableOf(quiet, printShare)}

**Whole plans**, a quarter of the windows each for 5 %, 25 %, 100 % and settling: with all the traffic there is only what was recorded before to compare with.

${tableOf(plans, printShare)}

**Outside of what is assumed**: the same, where requests are not independent.

${tableOf(broken, printShare)}

**Faulty canaries found** of ${faulty.toLocaleString('en')} each, and the median look at which.

${tableOf(found, printFound)}
`;
mkdirSync('bench/results', { recursive: true });
writeFileSync('bench/results/statistics.md', text);
// A quick look with fewer canaries shall not stand in the manual.
if (canaries >= PUBLISHED) publish(text);
process.stdout.write(`\n${text}`);
if (!kept) process.exitCode = 1;
