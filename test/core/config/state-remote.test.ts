import { expect, it } from 'vitest';
import { stateRemote, stateRepositoryOf } from '../../../src/core/config/state-remote.ts';

it.each([
  ['acme/state', { owner: 'acme', name: 'state' }],
  ['https://github.com/acme/state.git', { host: 'github.com', owner: 'acme', name: 'state' }],
  ['https://ghe.example.com:8443/acme/state', { host: 'ghe.example.com', owner: 'acme', name: 'state' }],
  ['git@github.com:acme/state.git', { host: 'github.com', owner: 'acme', name: 'state' }],
  ['ssh://git@ghe.example.com/acme/state', { host: 'ghe.example.com', owner: 'acme', name: 'state' }],
  ['file:///srv/git/state.git', undefined],
  ['https://git.example.com/group/sub/state.git', undefined],
])('the state repository %s is read by its host, owner and name', (text, parts) => {
  expect(stateRepositoryOf(text)).toEqual(parts);
});

it('a name lies on the server that the job runs on', () => {
  expect(stateRemote('acme/state', 'https://ghe.example.com/acme/shop.git')).toBe(
    'https://ghe.example.com/acme/state.git',
  );
});
