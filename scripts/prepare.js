// `npm ci` builds. Where only the package is installed (no development dependencies) there is nothing to build with, and dist/ came along.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tool = (name) => `${root}node_modules/.bin/${name}`;

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(
      `prepare: ${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}; fix it, then run npm run build\n`,
    );
    process.exit(status ?? 1);
  }
}

const missing = ['rolldown', 'tsc'].filter((name) => !existsSync(tool(name)));
const entries = ['cli', 'action', 'index', 'flags', 'openfeature'].filter((name) =>
  existsSync(`${root}src/${name}.ts`),
);
if (missing.length > 0) {
  process.stderr.write(`prepare: not built: ${missing.join(' and ')} not installed (npm ci installs them)\n`);
} else if (entries.length > 0) {
  rmSync(`${root}dist`, { recursive: true, force: true });
  run(tool('rolldown'), ['-c', 'rolldown.config.ts', '--logLevel', 'warn']);
  if (existsSync(`${root}dist/cli.js`)) chmodSync(`${root}dist/cli.js`, 0o755);
  if (entries.some((name) => ['index', 'flags', 'openfeature'].includes(name)))
    run(tool('tsc'), ['-p', 'tsconfig.build.json']);
}
