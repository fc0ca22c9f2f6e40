import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type Repository, repository } from '../support/repository.ts';

const CONFIG = `
version: 1
services: { web: { deploy: ./deploy.sh } }
environments: { production: {} }
`;

let place: Repository;
const write = (config: string): Promise<void> => writeFile(join(place.folder, '.github/sluice.yml'), config);

beforeEach(async () => {
  place = await repository();
  await mkdir(join(place.folder, '.github'));
  await write(CONFIG);
  await place.git('add', '.');
  await place.git('commit', '-m', 'policy');
});

async function sluice(words: string): Promise<{ status: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const { signal } = new AbortController();
  const argv = words.split(' ');
  const status = await main({ argv, folder: place.folder, env: {}, stdin: Readable.from([]), stdout, stderr, signal });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { status, out, err };
}

describe('replay on a real branch', () => {
  it('R-403 takes HEAD, HEAD~1 and a short id, and writes its answer as a document when asked', async () => {
    await sluice('flag create dash');
    await sluice('flag enable dash 25%');
    const short = (await place.git('rev-parse', '--short', 'sluice-state~1')).trim();
    const [newest, before, named] = [
      await sluice('replay HEAD'),
      await sluice('replay HEAD~1'),
      await sluice(`replay ${short}`),
    ];
    expect(newest.out).toMatch(/^same decision, bit for bit: flag dash: off -> 25%/);
    expect(newest.out).not.toBe(before.out);
    expect(named).toEqual(before);
    expect(await sluice('replay HEAD~7')).toMatchObject({ status: 2, err: expect.stringContaining('commit-unknown') });
    expect((await sluice('replay HEAD --format markdown')).out).toMatch(/^### same decision, bit for bit/);
    const { out } = await sluice('replay HEAD --format json');
    expect(JSON.parse(out)).toMatchObject({ same: true, sealed: true, policy: { by: 'digest' } });
  });

  it('R-403 what `init` began the branch with is called that, and no old version; an explanation of nothing names what to ask', async () => {
    expect((await sluice('init --yes')).status).toBe(0);
    const { status, err } = await sluice('replay HEAD');
    expect(status).toBe(2);
    expect(err).toMatch(
      /nothing-to-replay +[0-9a-f]{7}: it begins the branch, with the flags that `sluice init` starts with/,
    );
    expect(err).toContain('take a command or a move of a rollout that `sluice history` lists');
    const explained = await sluice('explain');
    expect(explained.status).toBe(4);
    expect(explained.err).toContain(
      'no rollout is active anywhere, and none that ended is found: `sluice history` lists what was done, `sluice explain flag/KEY`',
    );
  });

  it('R-403 a message that was amended with git, its seal kept, differs: in words and as a document', async () => {
    await sluice('flag create dash');
    await sluice('flag enable dash 25%');
    const message = await place.git('log', '-1', '--format=%B', 'sluice-state');
    const changed = message.replace(/^flag dash: .*/, 'flag dash: off in production');
    expect(changed).not.toBe(message);
    const commit = await place.git('commit-tree', '-p', 'sluice-state~1', '-m', changed, 'sluice-state^{tree}');
    await place.git('update-ref', 'refs/heads/sluice-state', commit.trim());
    const { status, err } = await sluice('replay HEAD');
    expect(status).toBe(1);
    expect(err).toMatch(
      /replay-differs.*its message says "flag dash: off in production", now it would be "flag dash: /,
    );
    const { status: again, out } = await sluice('replay HEAD --format markdown');
    expect(again).toBe(1);
    expect(out).toContain('-flag dash: off in production');
  });

  it('R-403 a decision under an edited configuration is marked, and never said to be the same bit for bit', async () => {
    await write(`${CONFIG}rollback: { automatic: false }\n`);
    await sluice('flag create dash');
    expect(await place.git('log', '-1', '--format=%(trailers:key=Sluice-Policy,valueonly)', 'sluice-state')).toMatch(
      /^[0-9a-f]+ uncommitted/,
    );
    expect((await sluice('replay HEAD')).out).toContain('bit for bit');
    await write(CONFIG);
    const { status, out } = await sluice('replay HEAD');
    expect(status).toBe(0);
    expect(out).not.toContain('bit for bit');
    expect(out).toMatch(/which is in no commit \(it was edited in the folder\)/);
    await sluice('flag enable dash 25%');
    expect(await place.git('log', '-1', '--format=%(trailers:key=Sluice-Policy,valueonly)', 'sluice-state')).toMatch(
      /^[0-9a-f]+\s*$/,
    );
  });

  it('names no environment in its usage', async () => {
    expect((await sluice('help replay')).out).toContain('replay COMMIT [--format markdown|json]');
  });
});
