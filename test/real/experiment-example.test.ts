import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { given } from '../e2e/given.ts';
import { run } from '../support/process.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/experiment/', import.meta.url));

it.each([
  [[], 'won'],
  [['--lost', '0.3'], 'sample-ratio'],
  [['--harm', '1'], 'guardrail-lost'],
  [['--lift', '0'], 'collecting'],
])('R-602 R-605 the example of an experiment, its users made with %j: %s', async (options, verdict) => {
  const shop = await given({ config: await readFile(join(EXAMPLE, 'sluice.yml'), 'utf8'), versions: ['1.0.0'] });
  await shop.does('experiment create checkout --goal conversion --secondary revenue --guardrail errors');
  await shop.does('experiment start checkout');
  const { stdout: flags } = await shop.does('flag export --environment production');
  const made = await run(process.execPath, [join(EXAMPLE, 'users.js'), ...options], { stdin: flags });
  expect(made.stderr).toBe('');
  await writeFile(join(shop.folder, 'users.csv'), made.stdout);
  // The shortest time that the example asks for.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const analysis = (await shop.when('experiment analyze checkout --data users.csv --json')).json();
  expect(analysis.summary).toContain(`experiment checkout: ${verdict}`);
});
