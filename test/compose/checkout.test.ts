import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkedOut, type Clone, deploysAtCommit } from '../../src/compose/checkout.ts';
import { gitCredentials } from '../../src/compose/github-git.ts';
import type { DeployRequest, Platform } from '../../src/ports/platform.ts';
import { temporaryFolder } from '../support/folder.ts';

function git(folder: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', ['-C', folder, ...who, ...args], { encoding: 'utf8' }).trim();
}

async function write(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Two commits; the first one's full SHA and the folder, where the second is checked out. */
async function repository(files: Readonly<Record<string, string>> = {}): Promise<{ folder: string; first: string }> {
  const folder = await temporaryFolder();
  git(folder, 'init', '-q', '-b', 'main');
  for (const [path, text] of Object.entries({ version: '1', ...files })) await write(folder, path, text);
  git(folder, 'add', '.');
  git(folder, 'commit', '-qm', '1');
  const first = git(folder, 'rev-parse', 'HEAD');
  await write(folder, 'version', '2');
  git(folder, 'commit', '-qam', '2');
  return { folder, first };
}

interface Deployed {
  readonly state: string;
  readonly folders: readonly string[];
  readonly lines: readonly string[];
}

async function deploy(clone: Clone, commit: string): Promise<Deployed> {
  const folders: string[] = [];
  const lines: string[] = [];
  const platform = { deploy: async () => ({ state: 'done' }) } as unknown as Platform;
  const at = deploysAtCommit(platform, {
    clone,
    head: (await checkedOut(clone)) ?? '',
    inFolder: async (folder) => {
      folders.push(git(folder, 'rev-parse', 'HEAD'), folder);
      return platform;
    },
    log: (line) => void lines.push(line),
  });
  const request = { commit, signal: new AbortController().signal } as unknown as DeployRequest;
  return { state: (await at.deploy(request)).state, folders, lines };
}

it("another commit's folder runs none of the repository's hooks, is said to lack submodules, and is gone afterwards", async () => {
  const { folder, first } = await repository({ '.gitmodules': '' });
  const leak = join(folder, '..', `leak-${first}`);
  await write(folder, '.husky/post-checkout', `#!/bin/sh\nenv > ${leak}\n`);
  await chmod(join(folder, '.husky/post-checkout'), 0o755);
  git(folder, 'config', 'core.hooksPath', join(folder, '.husky'));
  const env = { ...process.env, INPUT_TOKEN: 'ghs_secret', RUNNER_TEMP: await temporaryFolder() };
  const { state, folders, lines } = await deploy({ folder, env }, first);
  expect([state, folders[0]]).toEqual(['done', first]);
  expect(existsSync(leak)).toBe(false);
  expect(lines.join()).toContain('submodules');
  expect(existsSync(folders[1] ?? '')).toBe(false);
  expect(git(folder, 'worktree', 'list').split('\n')).toHaveLength(1);
});

/** GitHub's git, with its one condition: exactly one Authorization header, of this token. */
async function server(root: string, token: string): Promise<string> {
  const expected = `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const http = createServer((request, response) => {
    const given = request.rawHeaders.filter((_, index) => /^authorization$/i.test(request.rawHeaders[index - 1] ?? ''));
    if (given.length !== 1 || given[0] !== expected) {
      response.writeHead(given.length > 1 ? 400 : 401, { 'www-authenticate': 'Basic' }).end();
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const cgi = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        REMOTE_USER: 'job',
        PATH_INFO: pathname,
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        ...(request.headers['content-encoding'] === 'gzip' && { HTTP_CONTENT_ENCODING: 'gzip' }),
      },
    });
    request.pipe(cgi.stdin);
    const chunks: Buffer[] = [];
    cgi.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    cgi.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      const headers = all.subarray(0, end).toString().split('\r\n');
      const type = headers.find((one) => /^content-type:/i.test(one))?.slice('content-type: '.length);
      const status = headers.find((one) => /^status:/i.test(one))?.slice('status: '.length, 'status: '.length + 3);
      response.writeHead(Number(status ?? 200), { 'content-type': type ?? '' }).end(all.subarray(end + 4));
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

it.each([
  ['complete', []],
  ['shallow', ['--depth=1']],
])(
  "a commit that a %s clone lacks is fetched with the job's token, and the clone stays as deep as it was",
  async (_, depth) => {
    const root = await temporaryFolder();
    const { folder: origin } = await repository();
    git(root, 'clone', '-q', '--bare', origin, join(root, 'acme', 'shop.git'));
    const bare = join(root, 'acme', 'shop.git');
    git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
    const workspace = join(root, 'workspace');
    git(root, 'clone', '-q', ...depth, `file://${bare}`, workspace);
    await write(origin, 'version', '3');
    git(origin, 'commit', '-qam', '3');
    const third = git(origin, 'rev-parse', 'HEAD');
    git(origin, 'push', '-q', bare, 'main:later');
    const url = await server(root, 'ghs_job');
    git(workspace, 'remote', 'set-url', 'origin', `${url}/acme/shop.git`);
    // As actions/checkout leaves it.
    git(workspace, 'config', `http.${url}/.extraheader`, 'AUTHORIZATION: basic b2xk');
    const isShallow = git(workspace, 'rev-parse', '--is-shallow-repository');
    const env = { ...process.env, RUNNER_TEMP: await temporaryFolder() };
    const locked = await deploy({ folder: workspace, env }, third);
    expect(locked.state).toBe('failed');
    const { state, folders } = await deploy(
      { folder: workspace, env, credentials: gitCredentials(url, 'ghs_job') },
      third,
    );
    expect([state, folders[0]]).toEqual(['done', third]);
    expect(git(workspace, 'rev-parse', '--is-shallow-repository')).toBe(isShallow);
  },
);
