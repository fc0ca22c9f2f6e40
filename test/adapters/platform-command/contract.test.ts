import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandPlatform } from '../../../src/adapters/platform-command/platform.ts';
import { processRunner } from '../../../src/adapters/runner-process/runner.ts';
import { platformContract } from '../../contract/platform.contract.ts';
import { folderWith } from '../../support/folder.ts';

/** A little platform of a user's own: a file of versions, changed by one script. */
const SCRIPT = String.raw`
import { appendFileSync, existsSync, readFileSync, writeFileSync, mkdirSync, rmdirSync } from 'node:fs';
const asked = JSON.parse(readFileSync(0, 'utf8'));
for (;;) { try { mkdirSync('mutex'); break; } catch { await new Promise((go) => setTimeout(go, 5)); } }
process.on('exit', () => rmdirSync('mutex'));
const world = existsSync('world.json') ? JSON.parse(readFileSync('world.json', 'utf8')) : { versions: {}, operations: {} };
const save = () => writeFileSync('world.json', JSON.stringify(world));
const label = process.env.SLUICE_VERSION, operation = process.env.SLUICE_OPERATION;
if (asked.command === 'deploy') {
  appendFileSync('deployed', label + '\n');
  if (label === 'bad') { world.operations[operation] = 'failed'; save(); console.error('cannot find module paddle'); process.exit(2); }
  world.versions[label] = 0; world.operations[operation] = 'done'; save();
  console.log('deploying ' + label); console.log(JSON.stringify({ state: 'done', url: 'http://127.0.0.1:1/' + label }));
} else if (asked.command === 'set-traffic') {
  const weights = JSON.parse(process.env.SLUICE_WEIGHTS);
  for (const each of Object.keys(world.versions)) world.versions[each] = weights[each] ?? 0;
  save();
} else if (asked.command === 'remove') {
  delete world.versions[label]; save();
} else {
  const versions = Object.entries(world.versions).map(([label, weight]) => ({ label, weight }));
  console.log(JSON.stringify({ versions, ...(operation && { state: world.operations[operation] ?? 'unknown' }) }, null, 2));
}
`;

platformContract('the command platform', async () => {
  const folder = await folderWith({ 'platform.mjs': SCRIPT });
  const run = [process.execPath, 'platform.mjs'];
  const options = {
    deploy: run,
    'set-traffic': run,
    status: `${process.execPath} platform.mjs`,
    remove: run,
    cwd: folder,
  };
  const read = (name: string) => readFile(join(folder, name), 'utf8').catch(() => '');
  return {
    open: () =>
      Promise.resolve(commandPlatform({ options, runner: processRunner(process.env), timeout: 10_000, folder })),
    leave: () => Promise.resolve(),
    deployments: async (label) => (await read('deployed')).split('\n').filter((line) => line === label).length,
    close: () => Promise.resolve(),
  };
});
