import { describe, expect, it } from 'vitest';
import { githubPolicies } from '../../../src/adapters/github/policies.ts';
import type { Config } from '../../../src/core/model/config.ts';
import type { Policies } from '../../../src/ports/policies.ts';
import { clientOf, githubWithHands, type HandedGithub } from './forge/bench.ts';

const FILES = ['.github/sluice.yml', '.github/sluice.yaml'];
const BEGIN = Date.parse('2026-11-01T10:00:00Z');
const HOUR = 3_600_000;

/** Stands for the configuration's reader: the text is the digest; `broken` is none. */
const decode = (text: string): Config | undefined => (text === 'broken' ? undefined : ({ digest: text } as Config));

const policiesOf = (fake: HandedGithub): Policies => githubPolicies({ client: clientOf(fake), files: FILES, decode });

/** Three versions, an hour apart, and a commit that touches something else. */
async function history(): Promise<HandedGithub> {
  const fake = await githubWithHands();
  for (const [at, text] of ['one', 'two', 'broken', 'three'].entries()) {
    fake.setClock(BEGIN + at * HOUR);
    await fake.push({ branch: 'main', files: { '.github/sluice.yml': text } });
    await fake.push({ branch: 'main', files: { other: text } });
  }
  return fake;
}

describe('configurations as they stood, over the API', () => {
  it('are found by their digest', async () => {
    const policies = policiesOf(await history());
    expect(await policies.find({ digest: 'two', at: 0 })).toEqual({ config: { digest: 'two' }, by: 'digest' });
  });

  it('are found by time where no digest is known', async () => {
    const policies = policiesOf(await history());
    expect(await policies.find({ at: BEGIN + HOUR })).toEqual({ config: { digest: 'two' }, by: 'time' });
    expect(await policies.find({ at: BEGIN + HOUR - 1_000 })).toEqual({ config: { digest: 'one' }, by: 'time' });
    expect(await policies.find({ digest: 'lost', at: BEGIN + 9 * HOUR })).toEqual({
      config: { digest: 'three' },
      by: 'time',
    });
    expect(await policies.find({ at: BEGIN - 1_000 })).toBeUndefined();
  });

  it('lie in the first file that exists', async () => {
    const fake = await history();
    await fake.push({ branch: 'main', files: { '.github/sluice.yaml': 'shadowed' } });
    expect(await policiesOf(fake).find({ digest: 'shadowed', at: 0 })).toBeUndefined();
    await fake.push({ branch: 'main', files: { '.github/sluice.yml': null } });
    expect(await policiesOf(fake).find({ digest: 'shadowed', at: 0 })).toMatchObject({ by: 'digest' });
  });

  it('are each read once, and a failure is no answer and no end', async () => {
    const fake = await history();
    const policies = policiesOf(fake);
    await policies.find({ digest: 'one', at: 0 });
    const reads = fake.calls.filter(({ path }) => path.includes('/contents/')).length;
    await policies.find({ digest: 'one', at: 0 });
    expect(fake.calls.filter(({ path }) => path.includes('/contents/')).length).toBe(reads);
    fake.fault({ route: 'GET /repos/{owner}/{repo}/commits', status: 403, body: { message: 'no' }, times: 9 });
    expect(await policies.find({ digest: 'one', at: 0 })).toBeUndefined();
  });
});
