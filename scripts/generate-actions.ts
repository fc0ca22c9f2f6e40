/** Writes every action.yml and README of an action; with `--check` only compares. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { actionPages } from './action-pages.ts';

for (const [path, page] of actionPages()) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before === page) console.log(`${path} is fresh`);
  else if (process.argv.includes('--check')) {
    console.error(`${path} is stale`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, page);
    console.log(`wrote ${path}`);
  }
}
