import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setup } from '../../src/action/modes/setup.ts';
import { folderWith } from '../support/folder.ts';
import { run } from '../support/process.ts';

/** An action as it lies on a runner, in a folder whose name a shell would trip over. */
async function runner(program = 'console.log(JSON.stringify(process.argv.slice(2)))') {
  const folder = await folderWith({
    "it's $(here)/package.json": '{ "version": "1.2.3", "type": "module" }',
    "it's $(here)/dist/cli.js": program,
    path: '',
  });
  await mkdir(join(folder, "it's $(here)/actions/setup"), { recursive: true });
  const env = {
    GITHUB_ACTION_PATH: join(folder, "it's $(here)/actions/setup"),
    GITHUB_PATH: join(folder, 'path'),
    RUNNER_TEMP: join(folder, 'temp'),
  };
  return { folder, env };
}

it('later steps find the command line on their path, with their words as they gave them', async () => {
  const { env } = await runner();
  const lines: string[] = [];
  const { outcome } = await setup({ env, log: (line) => lines.push(line) });
  expect(outcome).toMatchObject({ ok: true, code: 'done', details: { version: '1.2.3' } });
  expect(lines).toEqual([expect.stringMatching(/^sluice 1\.2\.3, Node \d+\.\d+\.\d+, git \d+\.\d+/)]);
  const added = (await readFile(env.GITHUB_PATH, 'utf8')).trimEnd();
  const words = ['status', '--reason', `it's "$(x)" \\ *`];
  const { stdout, code } = await run('sluice', words, { env: { PATH: `${added}:${process.env['PATH'] ?? ''}` } });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(words);
});

it('a runner without git, and a place that is no runner, are told apart', async () => {
  const { env, folder } = await runner();
  const log = (): void => undefined;
  await expect(setup({ env: { ...env, RUNNER_TEMP: '' }, log })).rejects.toMatchObject({ code: 'event-unsuitable' });
  await expect(setup({ env: { ...env, GITHUB_ACTION_PATH: join(folder, 'a/b') }, log })).rejects.toMatchObject({
    code: 'internal',
  });
  const path = process.env['PATH'];
  process.env['PATH'] = join(folder, 'empty');
  try {
    await expect(setup({ env, log })).rejects.toMatchObject({ code: 'git-missing' });
  } finally {
    process.env['PATH'] = path;
  }
  expect(await readFile(env.GITHUB_PATH, 'utf8')).toBe('');
});
