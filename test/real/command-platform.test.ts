import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandShop, healthServer } from '../e2e/shop.ts';

describe('a service deployed by a command', () => {
  it('R-101 R-114 R-116 R-118 R-401 R-403 a dry run, a release, a failing one that goes back by itself, a rollback', async () => {
    const { url } = await healthServer();
    const shop = await commandShop({ health: url });

    const plan = await shop.when('deploy web@1.0.0 --dry-run --json');
    expect(plan.json()).toMatchObject({ ok: true, code: 'planned' });
    await expect(shop.git('rev-parse', '--verify', '--quiet', 'sluice-state')).rejects.toThrow(/git/);
    expect(await shop.lines('calls')).toEqual([]);

    const first = await shop.when('deploy web@1.0.0 --json');
    expect(first.code).toBe(0);
    expect(first.json()).toMatchObject({
      ok: true,
      code: 'started',
      details: { rollout: expect.stringMatching(/^web-production-/) },
    });
    expect(first.json().commit).toMatch(/^[0-9a-f]{40}$/);
    expect(first.stderr).toContain('completed');
    expect(await shop.lines('calls')).toEqual(['deploy 1.0.0 in production']);

    await writeFile(join(shop.folder, 'fail-1.1.0'), '');
    const failing = await shop.when('deploy web@1.1.0');
    expect(failing.code).toBe(1);
    expect(failing.stderr).toContain('deploy exit 7: cannot reach the host');
    expect((await shop.when('status --json')).json().details).toMatchObject({
      pairs: [{ service: 'web', live: { label: '1.0.0' }, rollout: null }],
    });

    await shop.does('deploy web@1.2.0');
    const watched = await shop.does('watch');
    expect(watched.stdout).toMatch(/^(\d\d:\d\d:\d\d web 1\.2\.0: .*\n)*.*web 1\.2\.0: completed.*\n$/);
    expect(watched.stdout).not.toContain('\u001b');
    const back = await shop.when('rollback web --json');
    expect(back.code).toBe(0);
    expect(back.json().summary).toContain('goes back from 1.2.0 to 1.0.0');
    expect((await shop.lines('calls')).slice(-2)).toEqual(['deploy 1.2.0 in production', 'deploy 1.0.0 in production']);

    const history = await shop.when('history web');
    expect(history.code).toBe(0);
    expect(history.stdout).toContain('web 1.1.0: rolled back');
    expect(history.stdout).toContain('Ada (unverified)');
    expect((await shop.when('explain web')).stdout).toContain('web 1.0.0 → production');
    await shop.does('metrics web');
  });

  it('R-114 R-113 a lock, a freeze and a missing reason refuse; a second deploy waits in the queue and has its turn', async () => {
    const { url } = await healthServer();
    const shop = await commandShop({ health: url });
    const refusal = async (words: string): Promise<unknown> => {
      const { code, stdout } = await shop.when(`${words} --json`);
      return [code, (JSON.parse(stdout) as { code: string }).code];
    };

    expect(await refusal('deploy web@1.0.0 --emergency')).toEqual([4, 'reason-needed']);
    await shop.does('freeze in production --for 1h --reason "year end"');
    expect(await refusal('deploy web@1.0.0')).toEqual([4, 'frozen']);
    expect((await shop.when('status')).stdout).toMatch(/frozen/i);
    await shop.does('unfreeze in production');
    await shop.does('lock web in production --for 1h');
    const others = {
      env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'user.email', GIT_CONFIG_VALUE_0: 'bob@example.com' },
    };
    const locked = await shop.when('deploy web@1.0.0', others);
    expect(locked.code).toBe(4);
    expect(locked.stderr).toMatch(/^locked {2}.*Ada/);
    await shop.does('unlock web in production');
    expect(await refusal('auto off web in production')).toEqual([4, 'reason-needed']);
    await shop.does('auto off web in production --for 1h --reason "migration"');
    await shop.does('auto on web in production');

    await writeFile(join(shop.folder, 'wait-1.0.0'), '');
    const slow = shop.starts('deploy web@1.0.0');
    await slow.says(/web 1\.0\.0: deploying/);
    const second = await shop.when('deploy web@1.1.0 --json');
    expect(second.json()).toMatchObject({ ok: true, code: 'queued' });
    expect((await shop.when('status')).stdout).toMatch(/waiting 1: deploy web@1\.1\.0 .*\(Ada/);
    await writeFile(join(shop.folder, 'go'), '');
    expect(await slow.ends()).toBe(0);
    await shop.does('reconcile');
    expect(await shop.lines('calls')).toEqual(['deploy 1.0.0 in production', 'deploy 1.1.0 in production']);
  });
});

describe('what every command shows', () => {
  it('R-707 help for every command, completion for every shell, the version; nothing needs a repository', async () => {
    const { run } = await import('../support/process.ts');
    const { PROGRAM } = await import('../e2e/given.ts');
    const { temporaryFolder } = await import('../support/folder.ts');
    const { commandTable } = await import('../../src/core/command/table.ts');
    const cwd = await temporaryFolder();
    const say = (...words: string[]): ReturnType<typeof run> => run(process.execPath, [PROGRAM, ...words], { cwd });

    expect((await say('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const all = await say();
    expect(all.code).toBe(0);
    for (const { name } of commandTable.slice(0, 6)) expect(all.stdout).toContain(name.split(' ')[0]);
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, stdout } = await say('completion', shell);
      expect(code).toBe(0);
      expect(stdout).toContain('sluice');
    }
    for (const words of [
      ['help', 'flag', 'enable'],
      ['deploy', '--help'],
      ['rollback', '-h'],
    ]) {
      const page = await say(...words);
      expect(page.code, words.join(' ')).toBe(0);
      expect(page.stdout).toContain(
        words.includes('flag') ? 'flag enable' : words.find((word) => /^\w+$/.test(word) && word !== 'help'),
      );
    }
  });
});
