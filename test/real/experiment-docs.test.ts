import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { given, type Scene } from '../e2e/given.ts';
import { run } from '../support/process.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The commands of a page's first shell block that has any, without the program's name. */
async function commandsOf(page: string): Promise<readonly string[]> {
  const text = await readFile(at(page), 'utf8');
  const block = [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
    .map(([, one = '']) => one)
    .find((one) => one.includes('sluice '));
  return (block ?? '')
    .split('\n')
    .flatMap((line) => (line.startsWith('sluice ') ? [line.slice('sluice '.length)] : []));
}

async function configOf(page: string): Promise<string> {
  const [, block = ''] = /```yaml\n([\s\S]*?)```/.exec(await readFile(at(page), 'utf8')) ?? [];
  return block;
}

/** Users of the shop as its flag assigns them, into `users.csv`. */
async function invent(shop: Scene): Promise<void> {
  const { stdout: flags } = await shop.does('flag export --environment production');
  const made = await run(process.execPath, [at('examples/experiment/users.js')], { stdin: flags });
  expect(made.stderr).toBe('');
  await writeFile(join(shop.folder, 'users.csv'), made.stdout);
  // The shortest time that either configuration asks for.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

async function follow(shop: Scene, commands: readonly string[]): Promise<string> {
  let last = '';
  for (const command of commands) {
    if (command.startsWith('flag export')) continue;
    last = (await shop.does(command.replace(/ \| .*/, ''))).stdout;
    if (command.startsWith('experiment start')) await invent(shop);
  }
  return last;
}

async function shares(shop: Scene): Promise<unknown> {
  return (await shop.when('flag show checkout --json')).json().summary;
}

it('R-606 what docs/experiments.md says first works as it stands there, but for the day it asks to wait', async () => {
  const config = (await configOf('docs/experiments.md')).replace('min-time: 24h', 'min-time: 1s');
  const shop = await given({ config, versions: ['1.0.0'] });
  const commands = await commandsOf('docs/experiments.md');
  expect(commands.at(-1)).toMatch(/^experiment ship/);
  expect(await follow(shop, commands)).toContain('ships treatment');
  expect(await shares(shop)).toContain('75% treatment (50% over 50% control, 50% treatment)');

  const back = (await shop.when(['rollback', 'flag/checkout', '--reason', 'odd', '--json'])).json();
  expect(back).toMatchObject({ ok: true, summary: expect.stringContaining('experiment ship checkout') });
  expect(await shares(shop)).toContain('production 50% control, 50% treatment');
});

it('R-606 the example ships its winner to everybody', async () => {
  // Its stages bake a minute each, for people to watch.
  const example = (await readFile(at('examples/experiment/sluice.yml'), 'utf8')).replaceAll('bake: 1m', 'bake: 2s');
  const config = `${example}\nanalysis: { interval: 1s }\n`;
  const shop = await given({ config, versions: ['1.0.0'] });
  const commands = await commandsOf('examples/experiment/README.md');
  expect(commands.at(-1)).toBe('watch');
  await follow(shop, commands);
  expect(await shares(shop)).toContain('production 100% treatment');
});
