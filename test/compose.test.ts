import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { channelsOf, compose } from '../src/compose.ts';
import { systemClock } from '../src/adapters/clock-system/clock.ts';
import type { Notice } from '../src/ports/channel.ts';
import { isStateRepository, stateRemote } from '../src/core/config/state-remote.ts';
import { execute } from '../src/engine/execute.ts';
import { commandOf, configOf, SHORT } from './engine/wired.ts';
import { repository } from './support/repository.ts';

it('R-906 state may stand in another repository: the code has no such branch, and another clone reads it there', async () => {
  const state = await repository({ bare: true });
  const config = configOf(`${SHORT}state: { repository: "file://${state.folder}", branch: shop-state }\n`);
  const actor = { kind: 'git', id: 'ann@example.com', name: 'Ann', verified: false } as const;
  const clones = await Promise.all([repository(), repository()]);
  const run = async (folder: string, text: string): Promise<string> => {
    const engine = await compose({ folder, config, env: {}, serves: false, log: () => undefined });
    try {
      const request = { command: commandOf(text), actor, rights: { teams: [] }, id: `${folder} ${text}` };
      return (await execute(engine.wiring, request)).summary;
    } finally {
      await engine.close();
    }
  };
  const [first, second] = clones;
  if (!first || !second) throw new Error('two clones');
  expect(await run(first.folder, 'flag create dash')).toBe('flag dash created, off everywhere');
  expect(await run(second.folder, 'flag enable dash 25% in production')).toBe('dash: off -> 25% in production');
  expect(await run(first.folder, 'flag show dash')).toBe('flag dash: production 25%');
  expect((await state.git('log', '--format=%s', 'shop-state')).split('\n')).toEqual([
    'flag dash: off -> 25% in production',
    'flag dash: created, off everywhere',
  ]);
  const heads = await first.git('for-each-ref', '--format=%(refname)', 'refs/heads');
  expect(heads).toBe('refs/heads/main');
});

const HOOKS = (lines: string): Parameters<typeof channelsOf>[0] => configOf(`${SHORT}notify:\n${lines}`);
const clock = systemClock();

it('R-312 a webhook whose address is empty here is said to be left out', () => {
  const said: string[] = [];
  const log = (line: string): void => void said.push(line);
  const config = HOOKS('  - { channel: webhook, url: $HOOK }\n  - { channel: webhook, url: $OTHER }\n');
  expect(channelsOf(config, { OTHER: '' }, { clock, log })).toEqual([]);
  expect(said).toEqual([
    'channel webhook: $HOOK is empty here: its notices are not sent',
    'channel webhook: $OTHER is empty here: its notices are not sent',
  ]);
});

it('a channel keeps its name, and so what it has been told, when another comes before it in the list', () => {
  const names = (lines: string): readonly string[] =>
    channelsOf(HOOKS(lines), {}, { clock, log: () => undefined }).map(({ name }) => name);
  const [one] = names('  - { channel: webhook, url: "http://127.0.0.1:1/one" }\n');
  const both = names(
    '  - { channel: webhook, url: "http://127.0.0.1:1/two" }\n  - { channel: webhook, url: "http://127.0.0.1:1/one" }\n  - { channel: webhook, url: "http://127.0.0.1:1/one", severity: high }\n',
  );
  expect(both[1]).toBe(one);
  expect(new Set(both).size).toBe(3);
});

it('R-312 a channel is sent what is as grave as its `severity`, and digests', async () => {
  const taken: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    taken.push((JSON.parse(Buffer.concat(parts).toString()) as { title: string }).title);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const config = HOOKS(`  - { channel: webhook, url: "http://127.0.0.1:${port}/", severity: high }\n`);
  const [channel] = channelsOf(config, {}, { clock, log: () => undefined });
  const notice = (title: string, changed: Partial<Notice>): Notice => ({
    event: 'failed',
    severity: 'high',
    subject: 'web/production',
    title,
    report: { blocks: [] },
    marker: 'm',
    commit: 'c',
    at: 0,
    ...changed,
  });
  const notices = [
    notice('critical', { severity: 'critical' }),
    notice('medium', { severity: 'medium' }),
    notice('high', {}),
    notice('digest', { event: 'digest', severity: 'low' }),
    notice('other', { event: 'passed' }),
  ];
  await channel?.send(notices, new AbortController().signal);
  expect(taken).toEqual(['critical', 'high', 'digest']);
});

it.each([
  ['https://github.com/acme/web.git', 'https://github.com/acme/deploy-state.git'],
  ['git@github.com:acme/web.git', 'git@github.com:acme/deploy-state.git'],
  ['ssh://git@git.example.com:2222/team/web', 'ssh://git@git.example.com:2222/acme/deploy-state'],
  ['/srv/git/team/web.git', '/srv/git/acme/deploy-state.git'],
  [undefined, 'https://github.com/acme/deploy-state.git'],
])('R-906 `acme/deploy-state` beside the origin %s is %s', (origin, remote) => {
  expect(stateRemote('acme/deploy-state', origin)).toBe(remote);
  expect(stateRemote('https://git.example.com/x/y.git', origin)).toBe('https://git.example.com/x/y.git');
});

it.each(['https://ann:secret@git.example.com/x.git', 'acme', '../other', '-u/x', 'ext::sh -c x'])(
  'R-801 R-906 a state repository is not %s',
  (text) => {
    expect(isStateRepository(text)).toBe(false);
  },
);
