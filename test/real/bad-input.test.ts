import { chmod, chown, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { waitUntil } from '../support/wait.ts';
import { given, processesIn, sceneIn, type Answer, type Scene } from '../e2e/given.ts';
import { CANARY, commandConfig, commandShop, healthServer } from '../e2e/shop.ts';

/** One clear error: nothing on standard output, its code first, no stack trace. */
function told({ stdout, stderr, code }: Answer): string {
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)/m);
  expect(stderr).toMatch(/^[a-z-]+ {2}\S/m);
  return `${code} ${stderr.trimEnd()}`;
}

describe('a command that cannot be', () => {
  it('R-801 says what, where and what was meant, exits 2 and changes nothing', async () => {
    const shop = await commandShop();
    await shop.does('flag create new-dashboard "N" "n"');
    const before = await shop.git('rev-parse', 'sluice-state');

    const cases: readonly (readonly [string, RegExp])[] = [
      ['deplyo web@1.0.0', /^2 command-unknown {2}.*did you mean `deploy`\?\ndeplyo web@1\.0\.0\n\^{6}$/],
      ['deploy web@1.0.0 --strateg quick', /^2 option-unknown {2}.*`--strategy`\?\n.*\n {17}\^{9}$/],
      ['deploy web@1.0.0 in prodution', /^2 environment-unknown {2}.*prodution.*did you mean production\?$/],
      ['deploy wbe@1.0.0', /^2 service-unknown {2}.*wbe.*did you mean web\?$/],
      ['deploy web@9.9.9', /^2 version-unknown {2}.*9\.9\.9: tag it/],
      ['deploy web@1.0.0 --strategy quik', /^2 strategy-unknown {2}.*quik/],
      ['flag enable new-dashbord 10%', /^2 flag-unknown {2}.*new-dashbord/],
      ['flag enable new-dashboard 125', /^2 value-invalid {2}`125` is more than 100%/],
      ['flag enable new-dashboard 0.25', /^2 value-invalid {2}`0\.25`[^]*did you mean: 25%$/],
      ['flag enable new-dashboard 10% --variant onn', /^2 variant-unknown {2}.*"onn".*on/],
      ['traffic set web 1.0.0=60% 1.1.0=60%', /^2 value-invalid {2}shares sum to 100%; these make 120%/],
      ['history --since 7', /^2 value-invalid {2}`7` has no unit/],
      ['status nothing', /^2 service-unknown {2}.*nothing/],
      ['undo abcdef1', /^2 commit-unknown {2}.*abcdef1: see sluice history$/],
      ['promote web', /^4 rollout-none {2}/],
    ];
    const answers = await inBatches(cases, ([words]) => shop.when(words));
    answers.forEach((answer, index) => expect(told(answer)).toMatch(cases[index]?.[1] ?? /never/));
    expect(await shop.git('rev-parse', 'sluice-state')).toBe(before);
    const asJson = (await shop.when('deplyo web --json')).json();
    expect(asJson).toMatchObject({ ok: false, code: 'command-unknown', details: { suggestion: 'deploy' } });
  });
});

describe('a configuration that cannot be', () => {
  it('R-801 is refused with file, line and column; mended, the same command goes on', async () => {
    const shop = await commandShop();
    const good = commandConfig();
    const cases: readonly (readonly [string, string, RegExp])[] = [
      [
        'weight: 100%',
        'weight: 100',
        /^2 config-invalid {2}\.github\/sluice\.yml:10:30 {2}.*share in percent[^]*\^\^\^$/,
      ],
      ['weight: 100%', 'weight: 90%', /^2 config-invalid {2}[^]*\n?.*\.github\/sluice\.yml:10:30 {2}.*must have 100%/],
      ['keep-old: 0s', 'keep-odl: 0s', /^2 config-key-unknown {2}\.github\/sluice\.yml:8:5 {2}.*`keep-old`/],
      [
        'strategy: quick',
        'strategy: quik',
        /^2 config-invalid {2}\.github\/sluice\.yml:5:15 {2}.*did you mean `quick`\?/,
      ],
      ['version: 1', 'version: 1\nversion: 1', /^2 config-\S+ {2}\.github\/sluice\.yml:2:1 /],
      [
        'environments:',
        'environments: [',
        /^2 config-invalid {2}\.github\/sluice\.yml:\d+:\d+ {2}not well-formed YAML/,
      ],
    ];
    for (const [from, to, pattern] of cases) {
      await writeFile(join(shop.folder, '.github/sluice.yml'), good.replace(from, to));
      expect(told(await shop.when('deploy web@1.0.0'))).toMatch(pattern);
    }
    await expect(shop.git('rev-parse', '--verify', '--quiet', 'sluice-state')).rejects.toThrow(/git/);
    await writeFile(join(shop.folder, '.github/sluice.yml'), good);
    await shop.does('deploy web@1.0.0');
  });

  it('R-708 is missing, or there is no repository, or no git: what to do is said', async () => {
    const folder = await temporaryFolder();
    const nowhere = sceneIn(folder);
    expect(told(await nowhere.when('status'))).toMatch(/^2 repository-missing {2}.*git init/);
    expect(told(await nowhere.when('init --yes'))).toMatch(/^2 repository-missing {2}/);
    const empty = await given();
    expect(told(await empty.when('status'))).toMatch(/^2 config-missing {2}.*`sluice init` writes one$/);
    const noGit = { env: { PATH: folder } };
    expect(told(await empty.when('status', noGit))).toMatch(/^2 git-missing {2}.*install/);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'R-801 lies in a repository of another user: the setting that trusts it is named',
    async () => {
      const empty = await given();
      await chown(empty.folder, 65_534, 65_534);
      await chown(join(empty.folder, '.git'), 65_534, 65_534);
      expect(told(await empty.when('status'))).toMatch(/^2 repository-missing {2}.*safe\.directory/);
    },
  );
});

describe('a machine that does not help', () => {
  it('R-801 no git identity is needed; nobody at home is somebody', async () => {
    const shop = await commandShop();
    await shop.git('config', '--unset', 'user.name');
    await shop.git('config', '--unset', 'user.email');
    const home = await temporaryFolder();
    await shop.does('flag create a "A" "a"', { env: { HOME: home, XDG_CONFIG_HOME: home } });
    expect(await shop.git('log', '-1', '--format=%(trailers:key=Sluice-Actor)', 'sluice-state')).toMatch(
      /git:\S+@\S+ \(.+\) unverified/,
    );
  });

  it('no room on the disk: nothing half done, a second run goes on', async () => {
    const shop = await commandShop();
    await shop.does('flag create a "A" "a"');
    const full = await temporaryFolder();
    const git = (await shop.git('--exec-path')).replace(/\/[^/]+\/[^/]+\/?$/, '');
    const real = process.env['PATH']?.split(':').map((path) => join(path, 'git')) ?? [];
    await writeFile(
      join(full, 'git'),
      `#!/bin/sh
for word in "$@"; do case "$word" in
  hash-object|mktree|commit-tree|unpack-objects|fast-import|update-index|write-tree)
    cat > /dev/null; echo "error: unable to write file: No space left on device" >&2; exit 128;;
esac; done
for git in ${real.join(' ')} ${git}/bin/git; do [ -x "$git" ] && exec "$git" "$@"; done
`,
    );
    await chmod(join(full, 'git'), 0o755);
    const before = await shop.git('rev-parse', 'sluice-state');

    const answer = await shop.when('flag create b "B" "b"', { env: { PATH: `${full}:${process.env['PATH'] ?? ''}` } });

    expect(told(answer)).toMatch(/^3 disk-full {2}/);
    expect(await shop.git('rev-parse', 'sluice-state')).toBe(before);
    await shop.git('fsck', '--strict', '--no-dangling');
    await shop.does('flag create b "B" "b"');
  });

  it('R-906 no network to the state repository: exit 3, nothing lost', async () => {
    const shop = await commandShop({ more: 'state: { repository: "https://127.0.0.1:9/acme/state.git" }\n' });
    expect(told(await shop.when('flag create a "A" "a"'))).toMatch(/^3 unreachable {2}/);
  });

  it('a port that is taken is named, and nothing is left running', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { readonly port: number };
    const shop = await given({
      config: `version: 1\nservices:\n  web:\n    platform: { type: local, run: sleep 60, port: ${port} }\nenvironments:\n  production: {}\nanalysis: none\n`,
      versions: ['1.0.0'],
    });
    const answer = await shop.when('serve');
    taken.close();
    expect(answer.code).toBe(2);
    expect(answer.stderr).toMatch(new RegExp(`^port-in-use {2}.*${port}`));
    expect([...(await processesIn(shop.folder)).values()]).toEqual([]);
  });
});

describe('files on the state branch that nobody can read', () => {
  it('R-505 a circle of requirements by hand is put back; a broken flag is named and everything else goes on', async () => {
    const shop = await commandShop();
    for (const key of ['a', 'b', 'c']) await shop.does(`flag create ${key} "F" "x"`);
    await shop.byHand(async (folder, git) => {
      for (const [key, other] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const) {
        const flag = (await shop.state(`flags/${key}.json`)) as object;
        await writeFile(
          join(folder, `flags/${key}.json`),
          JSON.stringify({ ...flag, requires: [{ flag: other, variant: 'on' }] }),
        );
      }
      await git('commit', '--quiet', '--all', '--message', 'circle');
    });
    await shop.does('reconcile');
    expect(await shop.state('flags/a.json')).toMatchObject({ requires: [] });
    expect((await shop.paths()).some((path) => path.startsWith('alerts/'))).toBe(true);

    await breakFile(shop, 'flags/c.json');
    expect(told(await shop.when('flag check c user1'))).toMatch(/^4 document-invalid {2}flags\/c\.json/);
    expect((await shop.when('flag check a user1')).code).toBe(0);
    await shop.does('flag enable a 10%');
  });

  it('R-401 going back works from the last good content of a broken rollout', async () => {
    const { url } = await healthServer();
    const stages = '      - { name: tenth, weight: 10%, bake: 1h }\n      - { name: all, weight: 100%, bake: 1h }';
    const shop = await commandShop({ ...CANARY, health: url, stages });
    await shop.does('deploy web@1.0.0');
    await shop.does('deploy web@1.1.0');
    const [path = ''] = (await shop.paths()).filter((one) => one.startsWith('rollouts/'));
    await breakFile(shop, path);

    const answer = await shop.when('rollback web');

    expect(answer.stderr).not.toContain('internal');
    expect(answer.code).toBe(0);
    await shop.does('reconcile');
    expect((await shop.lines('calls')).at(-1)).toMatch(/"1\.0\.0":100/);
    expect(await shop.state('services/web/production.json')).toMatchObject({ live: { label: '1.0.0' } });
  });
});

describe('Ctrl-C', () => {
  it('stops a deploy with its script; the next tick brings it to an end', async () => {
    const { url } = await healthServer();
    const shop = await commandShop({ health: url });
    await shop.does('deploy web@1.0.0');
    await writeFile(join(shop.folder, 'hang-1.1.0'), '');
    const deploy = shop.starts('deploy web@1.1.0');
    await waitUntil('the script to run', async () => (await shop.lines('calls')).length === 2);

    const status = await deploy.ends('SIGINT');

    expect(status).toBe(3);
    expect(deploy.said()).toContain('interrupted');
    expect(deploy.said()).not.toMatch(/^\s+at .*:\d+:\d+\)/m);
    expect([...(await processesIn(shop.folder)).values()]).toEqual([]);
    await shop.does('reconcile');
    expect((await shop.when('status --json')).json().details).toMatchObject({
      pairs: [{ live: { label: '1.0.0' }, rollout: null }],
    });
    expect((await shop.lines('calls')).at(-1)).toBe('deploy 1.0.0 in production');
  });

  it('stops serve with its versions and exits 0', async () => {
    const shop = await given({
      config: `version: 1
services:
  web:
    platform: { type: local, run: exec node server.mjs, port: 0, ready: /, stop-timeout: 1s }
    health: [{ name: health, get: / }]
    checks: []
environments:
  production: {}
analysis: { interval: 1s }
`,
      files: {
        'server.mjs': `import { createServer } from 'node:http';
if (process.env.SLUICE_VERSION === '1.1.0') { console.error('cannot find module paddle'); process.exit(3); }
createServer((_, response) => response.end('x')).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
`,
      },
      versions: ['1.0.0', '1.1.0'],
    });
    const serve = shop.starts('serve');
    await serve.says(/serving/);
    await shop.does('deploy web@1.0.0');
    await serve.says(/web 1\.0\.0: .* has all traffic/);
    await shop.does('deploy web@1.1.0');
    await serve.says(/web 1\.1\.0: rolled back.*to 1\.0\.0.*1\.1\.0 ended \(exit 3\)/);
    expect((await shop.does('history web --limit 4 --json')).stdout).toContain('cannot find module paddle');

    expect(await serve.ends('SIGINT')).toBe(0);
    expect(serve.said()).toContain('stopped');
    expect([...(await processesIn(shop.folder)).values()]).toEqual([]);
  });
});

it('R-107 a check that hangs ends at its time-out and its rollout goes back', async () => {
  const shop = await commandShop({
    service: '    smoke: [{ name: stuck, run: sleep 66, timeout: 1s }]\n    health: []\n',
  });
  const answer = await shop.when('deploy web@1.0.0');
  expect(answer.code).toBe(1);
  expect(answer.stderr).toContain('stuck: failed (still running after 1s)');
  expect([...(await processesIn(shop.folder)).values()]).toEqual([]);
});

async function breakFile(shop: Scene, path: string): Promise<void> {
  await shop.byHand(async (folder, git) => {
    await writeFile(join(folder, path), '{ "half": ');
    await git('commit', '--quiet', '--all', '--message', 'oops');
  });
}

async function inBatches<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += 4) done.push(...(await Promise.all(items.slice(at, at + 4).map(work))));
  return done;
}
