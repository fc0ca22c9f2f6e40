import { expect, it } from 'vitest';
import { compose } from '../src/compose.ts';
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
