import { chmod, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/action/registry.ts';
import { folderWith, temporaryFolder } from '../support/folder.ts';
import { run } from '../support/process.ts';
import { runComposite } from '../support/runner/composite.ts';

/** Says what reached it: its environment, as JSON; and writes outputs that are hard to write. */
const STUB = `
import { appendFileSync } from 'node:fs';
process.stdout.write(JSON.stringify(process.env));
const say = (name, value) => appendFileSync(process.env.GITHUB_OUTPUT, name + '<<EOF_x1\\n' + value + '\\nEOF_x1\\n');
say('ok', 'true');
say('result', process.env.STUB_RESULT ?? '{}');
process.exit(Number(process.env.STUB_STATUS ?? 0));
`;

/** The actions as they are published, beside a program that only listens. */
async function published(): Promise<string> {
  const folder = await temporaryFolder();
  await cp('actions', join(folder, 'actions'), { recursive: true });
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist/action.js'), STUB);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

async function heard(action: string, given: Readonly<Record<string, string>>) {
  const folder = await published();
  const { steps, outputs } = await runComposite(join(folder, `actions/${action}/action.yml`), {
    with: given,
    github: { token: 'ghs_job' },
  });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ code: 0, stderr: '' });
  const env = JSON.parse(steps[0]?.stdout ?? '') as Readonly<Record<string, string>>;
  return { env, outputs, folder };
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ['a line break', 'one\ntwo\r\nthree'],
  ['quotes', `it's "quoted" \\ and 'again'`],
  ['a command in brackets', '$(touch pwned)`touch pwned`${IFS}touch${IFS}pwned'],
  ['words of the shell', '; touch pwned & touch pwned | touch pwned > pwned #'],
  ['an expression', '${{ github.token }} ${{ secrets.X }}'],
  ['what looks like an option', '--override all --reason'],
  ['letters of everybody', 'Größe 部署 🚀 \u202e\u2028'],
  ['what ends an output', 'EOF\nok=false\nEOF_x1'],
  ['a hundred kilobytes', 'x'.repeat(100_000)],
];

describe('what a workflow gives to a composite action', () => {
  it.each(HOSTILE)('arrives as it was given, and nothing of it runs: %s', async (_name, text) => {
    const { env, folder } = await heard('deploy', { version: 'v1', reason: text });
    expect(env['INPUT_REASON']).toBe(text);
    expect(env['INPUT_VERSION']).toBe('v1');
    expect(env['SLUICE_ACTION']).toBe('deploy');
    expect(env['INPUT_TOKEN']).toBe('ghs_job');
    expect(await readdir(folder)).toEqual(['actions', 'dist', 'package.json']);
  });

  it('arrives under names that bash can hold', async () => {
    const { env } = await heard('deploy', { version: 'v1', 'when-green': 'true', 'working-directory': 'a b' });
    expect(env).toMatchObject({ INPUT_WHEN_GREEN: 'true', INPUT_WORKING_DIRECTORY: 'a b', INPUT_DRY_RUN: 'false' });
  });

  it('starts nothing when it is longer than the system lets a variable be', async () => {
    await expect(heard('deploy', { version: 'v1', reason: 'x'.repeat(200_000) })).rejects.toThrow('E2BIG');
  });
});

describe.each(ACTIONS.filter(({ name }) => name !== 'root'))('actions/$name', ({ name, inputs, outputs }) => {
  it('hands every input on, names its mode, and passes every output back', async () => {
    const given = Object.fromEntries(inputs.map((input, at) => [input.name, `value ${at}`]));
    const { env, outputs: back } = await heard(name, given);
    const variable = (input: string) => `INPUT_${input.toUpperCase().replaceAll('-', '_')}`;
    expect(Object.fromEntries(inputs.map((input) => [input.name, env[variable(input.name)]]))).toEqual(given);
    expect(env['SLUICE_ACTION']).toBe(name);
    expect(Object.keys(back)).toEqual(outputs.map((output) => output.name));
    expect(back).toMatchObject({ ok: 'true', result: '{}' });
  });
});

it('the outputs of a step that failed are passed back too', async () => {
  const folder = await published();
  const path = join(folder, 'actions/promote/action.yml');
  const env = { STUB_STATUS: '1', STUB_RESULT: '{"code":"rolled-back"}' };
  const { steps, outputs } = await runComposite(path, { env, github: { token: 't' } });
  expect(steps.map(({ code }) => code)).toEqual([1]);
  expect(outputs['result']).toBe('{"code":"rolled-back"}');
});

describe('the launcher', () => {
  /** Runs it where `node` is this script, or is not there. */
  const launch = async (node: string | undefined) => {
    const files = node === undefined ? { 'bin/none': '' } : { 'bin/node': `#!/bin/sh\n${node}\n` };
    const folder = await folderWith(files);
    if (node !== undefined) await chmod(join(folder, 'bin/node'), 0o755);
    const launcher = join(await published(), 'actions/launch.sh');
    return run('/bin/bash', [launcher], { env: { PATH: join(folder, 'bin') } });
  };

  it.each([
    ['missing', undefined, 'Node is not on the PATH'],
    ['too old', 'echo v18.20.4', 'Node 18.20.4 is too old, Sluice needs 20.18 or newer'],
    ['a little too old', 'echo v20.17.0', 'Node 20.17.0 is too old'],
    ['broken', 'exit 1', 'Node does not start'],
    ['something else', 'echo "v?$(id).x"', 'does not say its version'],
  ])('says what to do when node is %s', async (_case, node, said) => {
    const { code, stdout } = await launch(node);
    expect(code).toBe(2);
    expect(stdout).toMatch(/^::error title=node-(?:missing|too-old)::[^\n]*actions\/setup-node[^\n]*\n$/);
    expect(stdout).toContain(said);
  });

  it.each(['20.18.0', '22.1.0', '24.0.0'])('starts with node %s', async (version) => {
    const { code, stdout } = await launch(`case "$1" in --version) echo v${version} ;; *) echo "started $1" ;; esac`);
    expect(stdout).toMatch(/^started \/.*\/actions\/\.\.\/dist\/action\.js\n$/);
    expect(code).toBe(0);
  });

  it('says which file is missing where the action was never built', async () => {
    const folder = await folderWith({ 'actions/launch.sh': await readFile('actions/launch.sh', 'utf8') });
    const { code, stdout } = await run('/bin/bash', [join(folder, 'actions/launch.sh')]);
    expect(code).toBe(2);
    expect(stdout).toContain('dist/action.js is not there');
  });

  it('can be started by everybody who has the repository', async () => {
    const { stdout } = await run('git', ['ls-files', '--stage', 'actions/launch.sh']);
    expect(stdout).toMatch(/^100755 /);
    expect(await readFile('actions/launch.sh', 'utf8')).toContain('exec node "$program"');
  });
});
