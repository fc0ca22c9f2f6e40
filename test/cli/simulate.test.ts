import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { MINUTE } from '../../src/core/model/time.ts';
import { csvOf, rate, type Shows } from '../core/simulate/given.ts';

const CONFIG = `
version: 1
services:
  web: { deploy: ./deploy, set-traffic: ./weights, strategy: canary-beta-production }
  api: { deploy: ./deploy }
environments: { production: {} }
sources: { prometheus: { type: prometheus, url: "https://prometheus.example.com" } }
metrics:
  error-rate: { source: prometheus, kind: proportion, bad: 'e{v="{{version}}"}', total: 't{v="{{version}}"}' }
analysis:
  judges: [{ metric: error-rate, below: 1%, min-samples: 500 }]
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-simulate-'));
  await writeFile(join(folder, 'policy.yml'), CONFIG);
});

/** The program in this process, in a folder that is no repository. */
async function sluice(...words: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const written = Promise.all([text(stdout), text(stderr)]);
  const stdin = Readable.from([]);
  const signal = new AbortController().signal;
  const argv = ['simulate', '--config', 'policy.yml', ...words];
  const status = await main({ argv, folder, env: {}, stdin, stdout, stderr, signal });
  stdout.end();
  stderr.end();
  const [out, err] = await written;
  return { status, out, err };
}

const healthy: Shows = (arm, after) => rate(after % (5 * MINUTE) === 0 ? 1 : 0, arm === 'candidate' ? 100 : 900);
const faulty: Shows = (arm, after) =>
  arm === 'candidate' && after >= 25 * MINUTE ? rate(30, 100) : healthy(arm, after);

describe('sluice simulate', () => {
  it('R-707 says when it would have rolled back and by whom, with the story, numbers and a chart', async () => {
    await writeFile(join(folder, 'week.csv'), csvOf({ shows: faulty }));
    const { status, out } = await sluice('--series', 'week.csv', '--service', 'web');
    expect(status).toBe(0);
    expect(out).toMatch(/^would have rolled back at 10:2\d UTC, 2\d min( \d+ s)? after it began, by error-rate/);
    expect(out).toMatch(/10:00:00 +canary +canary begins: 5%, bake 5m/);
    expect(out).toMatch(/errors, 0 to 30%/);
    expect(out).toMatch(/candidate +[▁▂▃▄▅▆▇█]+/);
    expect(out).toMatch(/At about 100 requests\/s, as the series shows, canary and beta see about/);
  });

  it('R-707 takes the series of the manual as it stands there, and says of one with a single moment what is missing', async () => {
    const manual = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const [, block = ''] = /```csv\n([^]*?)```/.exec(manual) ?? [];
    const latency = `  latency: { source: prometheus, kind: histogram, buckets: 'l{v="{{version}}"}' }`;
    const compared = CONFIG.replace('analysis:', `${latency}\nanalysis:`).replace(
      /judges: .*/,
      'judges: [{ metric: error-rate, compare: stable }, { metric: latency.p95, compare: stable }]',
    );
    await writeFile(join(folder, 'policy.yml'), compared);
    await writeFile(join(folder, 'manual.csv'), block);
    const whole = await sluice('--series', 'manual.csv', '--service', 'web');
    expect(whole).toMatchObject({ err: '', status: 0 });
    await writeFile(join(folder, 'one.csv'), block.replaceAll(/.*T10:00:10Z.*\n/g, ''));
    const { status, err } = await sluice('--series', 'one.csv', '--service', 'web');
    expect(status).toBe(2);
    expect(err).toContain(
      'error-rate of candidate stands at one time only: the step is not known; give two moments at least',
    );
  });

  it('takes another strategy, labels of versions, and JSON as the answer', async () => {
    const labelled = csvOf({ shows: healthy }).replaceAll(',candidate,', ',1.4.0,').replaceAll(',stable,', ',1.3.2,');
    await writeFile(join(folder, 'week.csv'), labelled);
    const arms = ['--candidate', '1.4.0', '--stable', '1.3.2'];
    const { out } = await sluice('--series', 'week.csv', '--service', 'web', '--strategy', 'canary', ...arms, '--json');
    const answer = JSON.parse(out) as { details: { outcome: string; strategy: string; samples: number } };
    expect(answer.details).toMatchObject({ strategy: 'canary' });
    expect(['passed', 'unfinished']).toContain(answer.details.outcome);
    expect((await sluice('--series', 'week.csv', '--service', 'web')).err).toContain(
      'week.csv:2:37 `1.4.0` is neither',
    );
  });

  it('sweeps each judge by itself', async () => {
    await writeFile(join(folder, 'week.csv'), csvOf({ shows: faulty }));
    const { out } = await sluice('--series', 'week.csv', '--service', 'web', '--sweep');
    expect(out).toMatch(/error-rate below 0.01 +below 1% \(as it is\) +rolled-back/);
    expect(out).toMatch(/error-rate below 0.01 +below 4% +rolled-back/);
  });

  it.each([
    { words: [], code: 'data-missing', said: '--series FILE' },
    { words: ['--series', 'none.csv'], code: 'file-unreadable', said: 'none.csv' },
    { words: ['--series', 'bad.csv'], code: 'data-invalid', said: 'bad.csv:1:1 `when` is no column of a series' },
    { words: ['--series', 'good.csv'], code: 'service-needed', said: 'which service? web, api' },
    { words: ['--series', 'good.csv', '--service', 'web', '--strategy', 'no'], code: 'strategy-unknown', said: 'no' },
  ])('refuses $words with $code', async ({ words, code, said }) => {
    await writeFile(join(folder, 'bad.csv'), 'when,metric,arm\n');
    await writeFile(join(folder, 'good.csv'), csvOf({ shows: healthy, length: 10 * MINUTE }));
    const { status, err } = await sluice(...words);
    expect(err).toContain(code);
    expect(err).toContain(said);
    expect(status).toBe(2);
  });
});
