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
  web: { deploy: ./deploy, set-traffic: ./weights, strategy: canary-beta-production, health: "http://127.0.0.1:1/" }
environments: { production: {} }
sources: { prometheus: { type: prometheus, url: "https://prometheus.example.com" } }
metrics:
  error-rate: { source: prometheus, kind: proportion, bad: 'e{v="{{version}}"}', total: 't{v="{{version}}"}' }
analysis:
  judges: [{ metric: error-rate, below: 1%, min-samples: 500 }]
`;

let place: Repository;
beforeEach(async () => {
  place = await repository();
});

async function sluice(...argv: readonly string[]): Promise<{ status: number; out: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const signal = new AbortController().signal;
  const stdin = Readable.from([]);
  const status = await main({ argv, folder: place.folder, env: {}, stdin, stdout, stderr, signal });
  stdout.end();
  stderr.end();
  const [out] = await written;
  return { status, out: out.replaceAll(/\s+/g, ' ') };
}

describe('what stages can see', () => {
  it('R-703 stands in the answer of `check`, with what min-samples need, where the traffic is known', async () => {
    await mkdir(join(place.folder, '.github'));
    await writeFile(join(place.folder, '.github/sluice.yml'), CONFIG);
    const { status, out } = await sluice('check', '--traffic', '20/s', '--errors', '0.5%');
    expect(status).toBe(0);
    expect(out).toContain(
      'web/production: At about 20 requests/s, as given, canary and beta see about 4,800 requests;',
    );
    expect(out).toContain('stage canary brings about 300 samples, and `error-rate below 0.01`');
    expect(out).toContain('for 500: bake 9m, or 9% of the traffic');
    expect((await sluice('check')).out).not.toContain('can see');
    const far = await sluice('check', '--traffic', '20/s', '--errors', '0.05%');
    expect(far.out).not.toContain('by chance');
    expect(out).toMatch(
      /Worth a look .*web\/production: `errors below 1%` would be crossed by chance in about \d\d% of the rollouts that are no worse than usual: write below 1\.\d%/,
    );
  });

  it('R-708 stands in the answer of `init` for the strategy that it wrote', async () => {
    const { status, out } = await sluice('init', '--yes', '--traffic', '1200/m');
    expect(status).toBe(0);
    expect(out).toMatch(/What the stages can see .*\/production: At about 20 requests\/s, as given, \w+ sees? about/);
  });
});
