/** `npm run gates`: prints what every gate found, and the table of sizes. */
import { examine, type Gate } from './examine.ts';

function print({ name, violations }: Gate): void {
  console.log(
    `${violations.length === 0 ? 'ok  ' : 'FAIL'} ${name}${violations.length === 0 ? '' : ` (${String(violations.length)})`}`,
  );
  for (const { file, line, what, instead } of violations)
    console.log(`     ${file}:${String(line)}: ${what}; ${instead}`);
}

const { gates, table, modules } = examine(process.cwd());
gates.forEach(print);
console.log(`\n${table}`);
if (modules === 0) console.log('FAIL no module was read: run it from the root of the repository');
process.exitCode = modules > 0 && gates.every(({ violations }) => violations.length === 0) ? 0 : 1;
