import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type Repository, repository } from '../support/repository.ts';

const CONFIG = `
version: 1
services:
  web:
    deploy: ./deploy.sh
    health: http://127.0.0.1:1/healthz
    checks:
      - { name: lint, run: "test -n \\"$SLUICE_SHA\\"" }
      - { name: audit, run: "echo one hole >&2; exit 3" }
environments:
  production: {}
`;

let place: Repository;
beforeEach(async () => {
  place = await repository();
  await mkdir(join(place.folder, '.github'));
  await writeFile(join(place.folder, '.github/sluice.yml'), CONFIG);
});

/** The program in this process: what it wrote, and its exit status. */
async function sluice(words: string): Promise<{ status: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const status = await main({
    argv: words.split(' '),
    folder: place.folder,
    env: {},
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

describe('the program', () => {
  it('R-107 runs the checks before a deploy, shows each and exits with 1 when one fails', async () => {
    const { status, out, err } = await sluice('check --predeploy web');
    expect(err).toContain('failed: audit');
    expect(out).toMatch(/lint +passed/);
    expect(out).toMatch(/audit +failed .*exit 3: one hole/);
    expect(status).toBe(1);
  });

  it('R-107 R-708 knows the old names, and shows what this machine has', async () => {
    expect((await sluice('predeploy web')).status).toBe(1);
    const { status, out } = await sluice('check --setup');
    expect(status).toBe(0);
    expect(out).toMatch(/git +ok/);
    expect(out).toMatch(/web in production +ok +command/);
  });

  it('R-315 writes a report as Markdown into a pipe, as JSON when asked', async () => {
    expect((await sluice('report')).out).toMatch(/^### Report .*\n\n\| number \| value \|/);
    const { out } = await sluice('report web --format json');
    expect(JSON.parse(out)).toMatchObject({ rollouts: 0, failureRate: null });
  });

  it('R-903 doctor exits with 0 where nothing is wrong, and with 1 beside a commit by hand', async () => {
    expect((await sluice('flag create dash')).status).toBe(0);
    expect(await sluice('doctor')).toMatchObject({ status: 0, out: 'nothing is wrong\n' });
    const { git } = place;
    const tree = await git('rev-parse', 'sluice-state^{tree}');
    const commit = await git('commit-tree', '-p', 'sluice-state', '-m', 'by hand', tree);
    await git('update-ref', 'refs/heads/sluice-state', commit);
    const { status, out } = await sluice('doctor');
    expect(status).toBe(1);
    expect(out).toMatch(/not made by Sluice.*sluice reconcile/);
    expect(await git('rev-parse', 'sluice-state'), 'it only looks').toBe(commit);
  });

  it('undo takes a change back on a real branch', async () => {
    await sluice('flag create dash');
    const commit = JSON.parse((await sluice('flag enable dash 25% --json')).out) as { commit: string };
    const { status, out } = await sluice(`undo ${commit.commit.slice(0, 7)}`);
    expect(status).toBe(0);
    expect(out).toMatch(/^dash: 25% -> off in production/);
    expect(await place.git('log', '-1', '--format=%s', 'sluice-state')).toMatch(/^undo [0-9a-f]{7}: dash/);
  });
});
