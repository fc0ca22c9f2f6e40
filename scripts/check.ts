/** `npm run check`: everything CI asks of the code, side by side; at a failure it says what to do. */
import { spawn } from 'node:child_process';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  readonly remedy: string;
}

interface Result extends Step {
  readonly ok: boolean;
  readonly output: string;
  readonly seconds: number;
}

const node = (script: string, ...args: readonly string[]): readonly string[] => [
  process.execPath,
  'scripts/run-ts.js',
  script,
  ...args,
];
const tool = (name: string, ...args: readonly string[]): readonly string[] => [`node_modules/.bin/${name}`, ...args];

const STEPS: readonly Step[] = [
  { name: 'types', command: tool('tsc', '--noEmit'), remedy: 'mend the types; npm run types shows them again' },
  {
    name: 'lint',
    command: tool('oxlint', '--deny-warnings'),
    remedy: 'npx oxlint --fix mends some; npm run lint shows the rest',
  },
  {
    name: 'format',
    command: tool('oxfmt', '--check'),
    remedy: 'npx oxfmt PATH formats your files, npm run format all of them',
  },
  {
    name: 'dead code',
    command: tool('knip', '--no-progress'),
    remedy:
      'npx knip --fix --fix-type exports takes needless exports away; remove the rest or use it; entries: knip.json',
  },
  {
    name: 'gates',
    command: node('test/gate/run.ts'),
    remedy: 'each line says what to do instead; npm run gates shows them again',
  },
  {
    name: 'docs',
    command: node('scripts/docs.ts', '--check'),
    remedy: 'npm run docs writes them anew; commit the result',
  },
];

function run(step: Step): Promise<Result> {
  const [program = '', ...args] = step.command;
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (output += part.toString()));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ ...step, ok: code === 0, output, seconds: (performance.now() - began) / 1000 }),
    );
  });
}

const results = await Promise.all(STEPS.map(run));
for (const { name, ok, output } of results) {
  // The gates' output carries the table of sizes, which is worth a look when all is well too.
  if (!ok || name === 'gates') console.log(`--- ${name}\n${output.trim()}\n`);
}
for (const { name, ok, seconds, remedy } of results) {
  console.log(
    `${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s${ok ? '' : `   ${remedy}`}`,
  );
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
