/** Writes schema/sluice.schema.json and docs/reference/configuration.md from the zod schema; `--check` only says whether they are fresh. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { configReference, configSchema } from '../src/core/config/published.ts';

export const PUBLISHED: readonly (readonly [string, () => string])[] = [
  ['schema/sluice.schema.json', configSchema],
  ['docs/reference/configuration.md', configReference],
];

async function main(): Promise<void> {
  for (const [path, print] of PUBLISHED) {
    const before = await readFile(path, 'utf8').catch(() => '');
    if (before === print()) continue;
    if (process.argv.includes('--check')) {
      console.error(`${path} is not fresh: node scripts/run-ts.js scripts/generate-config-docs.ts`);
      process.exitCode = 1;
      continue;
    }
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, print());
    console.log(`wrote ${path}`);
  }
}

await main();
