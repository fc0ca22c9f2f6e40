import { describe, expect, it } from 'vitest';
import { githubRemote, tokenIn } from '../../../src/core/config/github-remote.ts';

describe('the repository of a remote', () => {
  it.each([
    'https://github.com/acme/shop.git',
    'https://github.com/acme/shop',
    'https://ann:secret@github.com/acme/shop.git/',
    'git@github.com:acme/shop.git',
    'ssh://git@github.com/acme/shop.git',
    'ssh://git@ssh.github.com:443/acme/shop.git',
    'GIT@GITHUB.COM:acme/shop.git',
  ])('R-707 %s is acme/shop', (address) => {
    expect(githubRemote(address)).toEqual({
      owner: 'acme',
      name: 'shop',
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
    });
  });

  it('R-707 a token goes to no host that nobody said is GitHub', () => {
    for (const address of [
      'https://evil.example.com/acme/shop.git',
      'https://github.com.evil.example.com/acme/shop',
      'https://evil.example.com/github.com/acme/shop',
      'git@evil.example.com:github.com/acme/shop',
      '../shop.git',
      '',
    ])
      expect(githubRemote(address), address).toBeUndefined();
    const env = { GITHUB_SERVER_URL: 'https://ghe.example.com', GITHUB_API_URL: 'https://evil.example.com/api' };
    expect(githubRemote('https://evil.example.com/acme/shop', env)).toBeUndefined();
    expect(githubRemote('https://github.com/acme/shop', env)?.apiUrl).toBe('https://api.github.com');
  });

  it('an Enterprise server is known by the variables of a runner, or of gh', () => {
    const expected = {
      owner: 'acme',
      name: 'shop',
      apiUrl: 'https://ghe.example.com/api/v3',
      serverUrl: 'https://ghe.example.com',
    };
    expect(githubRemote('git@ghe.example.com:acme/shop.git', { GH_HOST: 'ghe.example.com' })).toEqual(expected);
    const runner = { GITHUB_SERVER_URL: 'https://ghe.example.com', GITHUB_API_URL: 'https://ghe.example.com/api/v3/' };
    expect(githubRemote('https://ghe.example.com/acme/shop', runner)).toEqual(expected);
    const foreign = { ...runner, GITHUB_API_URL: 'https://evil.example.com/api/v3' };
    expect(githubRemote('https://ghe.example.com/acme/shop', foreign)).toEqual(expected);
  });

  it('an empty token is none, and gh’s goes first', () => {
    expect(tokenIn({})).toBeUndefined();
    expect(tokenIn({ GITHUB_TOKEN: '' })).toBeUndefined();
    expect(tokenIn({ GITHUB_TOKEN: 'one', GH_TOKEN: ' ' })).toBe('one');
    expect(tokenIn({ GITHUB_TOKEN: 'one', GH_TOKEN: 'two' })).toBe('two');
  });
});
