/** Writes docs/requirements.md from its source and the titles of the tests; with `--check` only compares. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readRequirements } from '../test/gate/examine.ts';
import { mentions, requirementsPage } from '../test/gate/requirements.ts';
import { readSources } from '../test/gate/source.ts';

const PAGE = 'docs/requirements.md';
const page = requirementsPage(readRequirements('.'), readSources('.', ['test']).flatMap(mentions));
const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
if (before === page) console.log(`${PAGE} is fresh`);
else if (process.argv.includes('--check')) {
  console.error(`${PAGE} is stale`);
  process.exitCode = 1;
} else {
  writeFileSync(PAGE, page);
  console.log(`wrote ${PAGE}`);
}
