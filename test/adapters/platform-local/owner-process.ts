/** A process that owns a folder's versions, to be killed: `node scripts/run-ts.js THIS FOLDER ARGV...`. Prints its doings. */
import { systemClock } from '../../../src/adapters/clock-system/clock.ts';
import { localPlatform } from '../../../src/adapters/platform-local/platform.ts';

const [, , runtimeFolder = '', until = '', ...run] = process.argv;
const pair = { service: 'web', environment: 'production' };
const { signal } = new AbortController();
const platform = await localPlatform({
  ...pair,
  options: { run, env: ['NOTES', 'SLOW'] },
  env: process.env,
  runtimeFolder,
  clock: systemClock(),
});
const request = { ...pair, operation: 'deploy-1', label: '1.0', commit: 'c'.repeat(40), signal };
const deploying = platform.deploy(request);
if (until === 'ready') {
  process.stdout.write(`${JSON.stringify(await deploying)}\n`);
  await platform.weights({ ...pair, operation: 'w', weights: { '1.0': 100_000 }, signal });
}
process.stdout.write(`at ${platform.address}\n`);
