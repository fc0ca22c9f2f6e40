/** The program in this process, in a clone whose `origin` is the fake GitHub's repository. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { main } from '../../src/cli/main.ts';
import { githubInTest } from '../support/github/in-test.ts';
import type { FakeGithub } from '../support/github/types.ts';
import { repository } from '../support/repository.ts';

export interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface Clone {
  readonly fake: FakeGithub;
  readonly folder: string;
  readonly git: (...args: readonly string[]) => Promise<string>;
  readonly sluice: (words: string, token?: string) => Promise<Said>;
  readonly file: (path: string) => Promise<string>;
}

export async function cloneInTest(config?: string, known?: FakeGithub): Promise<Clone> {
  const fake = known ?? (await githubInTest());
  const { folder, git } = await repository();
  await git('remote', 'add', 'origin', `${fake.serverUrl}/${fake.owner}/${fake.repo}.git`);
  if (config !== undefined) await written(join(folder, '.github/sluice.yml'), config);
  const where = { GITHUB_SERVER_URL: fake.serverUrl, GITHUB_API_URL: fake.apiUrl };
  return {
    fake,
    folder,
    git,
    file: (path) => readFile(join(folder, path), 'utf8'),
    sluice: (words, token) =>
      spoken(folder, words, { ...where, ...(token === undefined ? {} : { GITHUB_TOKEN: token }) }),
  };
}

async function spoken(folder: string, words: string, env: Readonly<Record<string, string>>): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const status = await main({
    argv: words.split(' '),
    folder,
    env,
    stdin: Readable.from([]),
    stdout,
    stderr,
    signal: new AbortController().signal,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { status, out, err };
}

export async function written(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
