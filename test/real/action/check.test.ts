import { describe, expect, it } from 'vitest';
import { printDocument } from '../../../src/core/model/document.ts';
import type { FakePull } from '../../support/github/handles.ts';
import { type Job, jobInTest, type StepOptions, type StepRun } from '../../action/job.ts';

const CONFIG = `version: 1
services:
  web:
    paths: ['apps/web/**']
    deploy: ./deploy.sh
    strategy: all-at-once
analysis: none
environments:
  staging: {}
  production:
    order: [staging]
    approvals: { before: [all], count: 2, from: ['team:web-leads'] }
`;
const FILES = { '.github/sluice.yml': CONFIG };

function ramp(percent: number, by?: string) {
  const serve = { candidate: 'on', stable: 'off', percent: percent * 1_000 };
  return { ramp: serve, ...(by !== undefined && { by }) };
}

function flagText(key: string, serve: unknown, rest: object = {}): string {
  return printDocument({
    schemaVersion: 1,
    key,
    kind: 'release',
    variants: { on: true, off: false },
    off: 'off',
    environments: { production: { enabled: true, serve } },
    ...rest,
  });
}

interface Checked extends StepRun {
  readonly number: number;
  readonly head: string;
  readonly comments: readonly string[];
}

interface Asked extends Pick<StepOptions, 'inputs' | 'permissions'> {
  readonly event?: string;
  /** What happens between the event and the run. */
  readonly before?: (number: number) => Promise<unknown>;
}

async function checked(job: Job, pull: FakePull, { event, before, ...options }: Asked = {}): Promise<Checked> {
  const { number, head } = await job.fake.openPull(pull);
  await before?.(number);
  return again(job, { number, head, pull }, { ...options, ...(event !== undefined && { event }) });
}

async function again(
  job: Job,
  { number, head, pull }: { readonly number: number; readonly head: string; readonly pull: FakePull },
  { event, ...options }: Asked = {},
): Promise<Checked> {
  const base = pull.base ?? 'main';
  const step = await job.step('check', {
    ...options,
    event: event ?? (base === 'main' ? 'pull_request' : 'pull_request_target'),
    payload: {
      sender: { id: job.alice.id, login: job.alice.login, type: 'User' },
      repository: { id: 101, default_branch: 'main' },
      pull_request: {
        number,
        head: { sha: head, ref: pull.branch, repo: { id: pull.fork === undefined ? 101 : 202 } },
        base: { ref: base, repo: { id: 101 } },
      },
    },
  });
  return { ...step, number, head, comments: job.fake.comments(number).map(({ body }) => body) };
}

function checkOf(job: Job, sha: string, name = 'sluice / check') {
  return job.fake.checkRuns(sha).find((one) => one.name === name);
}

describe('actions/check on a pull request against the code', () => {
  it('R-703 shows the plan of the services it changes, with who approves, in a check run, one comment and the summary', async () => {
    const job = await jobInTest(FILES);
    const step = await checked(job, { branch: 'feature', files: { 'apps/web/a.ts': 'export {};\n' } });
    expect(step.result).toMatchObject({ ok: true, code: 'done' });
    expect(checkOf(job, step.head)).toMatchObject({ status: 'completed', conclusion: 'success' });
    expect(step.comments).toHaveLength(1);
    for (const text of [step.comments[0], step.summary]) {
      expect(text).toContain('web in production');
      expect(text).toContain('2 approvals from team:web-leads');
    }
  });

  it('plans nothing for files of no service, and edits its one comment', async () => {
    const job = await jobInTest(FILES);
    const pull = { branch: 'feature', files: { 'README.md': 'hello\n' } };
    const step = await checked(job, pull);
    expect(step.comments[0]).not.toContain('web in production');
    const head = await job.fake.pushToPull(step.number, { 'apps/web/b.ts': '1\n' });
    const next = await again(job, { number: step.number, head, pull });
    expect(next.comments).toHaveLength(1);
    expect(next.comments[0]).toContain('web in production');
  });

  it('R-703 puts every fault of the configuration on its line, and judges by the default branch', async () => {
    const job = await jobInTest(FILES);
    const broken = CONFIG.replace('deploy: ./deploy.sh', 'deploy: ./deploy.sh\n    strategi: canary');
    const step = await checked(job, { branch: 'feature', files: { '.github/sluice.yml': broken } });
    expect(step.status).toBe(1);
    expect(step.result.code).toBe('config-key-unknown');
    const run = checkOf(job, step.head);
    expect(run?.conclusion).toBe('failure');
    expect(run?.annotations).toMatchObject([
      { path: '.github/sluice.yml', start_line: 6, annotation_level: 'failure' },
    ]);
    // The check run has them on their lines: the job's own annotation says it once.
    expect(step.errors).toHaveLength(1);
  });

  it('R-703 a policy that gets looser is shown side by side, warned of, and says loudly that it needs code owners', async () => {
    const job = await jobInTest(FILES);
    const looser = CONFIG.replace('count: 2', 'count: 1').replace('order: [staging]', 'order: []');
    const step = await checked(job, { branch: 'feature', files: { '.github/sluice.yml': looser } });
    expect(step.result.ok).toBe(true);
    const [comment] = step.comments;
    expect(comment).toContain('needs the review of code owners');
    expect(comment).toContain('production needs 1 approval instead of 2');
    expect(comment).toContain('a version need not be good in staging before it goes to production');
    expect(comment).toContain('as it is');
    const strict = await checked(
      job,
      { branch: 'other', files: { '.github/sluice.yml': looser } },
      { inputs: { 'fail-on': 'warning' } },
    );
    expect(strict.status).toBe(1);
  });

  it('the pull request that brings the first configuration, or mends a broken one, is validated too', async () => {
    const first = await checked(await jobInTest({}), { branch: 'init', files: FILES });
    expect(first.result).toMatchObject({ ok: true, code: 'done' });
    expect(first.comments[0]).toContain('web in production');
    const broken = await jobInTest({ '.github/sluice.yml': 'version: 2\n' });
    expect((await checked(broken, { branch: 'mend', files: FILES })).result.ok).toBe(true);
    expect((await checked(broken, { branch: 'other', files: { a: 'b' } })).result).toMatchObject({
      ok: false,
      code: 'config-missing',
    });
  });

  it('R-703 `sluice / deployed` says that the commit is not live, and what deploys it', async () => {
    const job = await jobInTest(FILES);
    const pull = { branch: 'feature', files: { 'apps/web/a.ts': '1\n' } };
    const step = await checked(job, pull, { inputs: { deployed: 'production' } });
    const run = checkOf(job, step.head, 'sluice / deployed');
    expect(run).toMatchObject({ conclusion: 'action_required', title: 'not live in production: web' });
    expect(run?.summary).toContain(`deploy web@${step.head.slice(0, 12)} in production`);
  });

  it.each(['deployed', 'environment'])(
    'R-703 an environment in `%s` that is not there is refused: it would be green for ever',
    async (input) => {
      const job = await jobInTest(FILES);
      const step = await checked(job, { branch: 'feature', files: { a: '1\n' } }, { inputs: { [input]: 'prodction' } });
      expect(step.result).toMatchObject({ ok: false, code: 'environment-unknown' });
      expect(step.errors.join()).toContain('no environment is called "prodction"; there are: staging, production');
      expect(job.fake.checkRuns(step.head)).toEqual([]);
    },
  );

  it('R-703 `sluice / deployed` asks nothing of a change of no service, and has a name of its own but for the last environment', async () => {
    const job = await jobInTest(FILES);
    const step = await checked(
      job,
      { branch: 'docs', files: { 'README.md': '1\n' } },
      { inputs: { deployed: 'staging' } },
    );
    expect(checkOf(job, step.head, 'sluice / deployed')).toBeUndefined();
    expect(checkOf(job, step.head, 'sluice / deployed (staging)')).toMatchObject({
      conclusion: 'neutral',
      title: 'no service of this change is in staging',
    });
  });

  it("a fork's token may only read: nothing is written, findings are annotations of the run, and the exit code counts", async () => {
    const job = await jobInTest(FILES);
    job.fake.person({ login: 'mallory', id: 666, role: 'read' });
    const permissions = { contents: 'read', 'pull-requests': 'read', checks: 'read', metadata: 'read' } as const;
    const pull = {
      branch: 'feature',
      fork: 'mallory',
      by: 'mallory',
      files: { '.github/sluice.yml': 'version: 1\nservicez: {}\n' },
    };
    const step = await checked(job, pull, { permissions });
    expect(step.status).toBe(1);
    expect(step.comments).toEqual([]);
    expect(job.fake.checkRuns(step.head)).toEqual([]);
    expect(step.errors.length).toBeGreaterThan(1);
    expect(step.calls.filter((route) => /^(POST|PATCH) \/repos/.test(route))).toEqual([]);
  });

  it('a token that may not write checks fails nothing: the findings are still said', async () => {
    const job = await jobInTest(FILES);
    const permissions = { contents: 'read', 'pull-requests': 'read', metadata: 'read' } as const;
    const step = await checked(
      job,
      { branch: 'feature', files: { '.github/sluice.yml': 'version: 1\n' } },
      { permissions },
    );
    expect(step.log).toMatch(/check run "sluice \/ check" could not be written/);
    expect(step.errors.length).toBeGreaterThan(0);
    expect(step.status).toBe(1);
  });

  it('sha-moved where the head is another than the event named: nothing is written on either', async () => {
    const job = await jobInTest(FILES);
    const step = await checked(
      job,
      { branch: 'feature', files: { a: 'b' } },
      {
        before: (number) => job.fake.pushToPull(number, { a: 'c' }),
      },
    );
    expect(step.result).toMatchObject({ ok: false, code: 'sha-moved' });
    expect(step.comments).toEqual([]);
    expect(job.fake.checkRuns(step.head)).toEqual([]);
  });

  it('an event without a pull request is unsuitable', async () => {
    const job = await jobInTest(FILES);
    const step = await job.step('check', { event: 'push' });
    expect(step.result).toMatchObject({ ok: false, code: 'event-unsuitable' });
    expect(step.calls).toEqual([]);
  });
});

describe('actions/check on a pull request against the state branch', () => {
  async function stateJob(files: Readonly<Record<string, string>> = {}): Promise<Job> {
    const job = await jobInTest(FILES);
    await job.fake.push({ branch: 'sluice-state', files: { 'README.md': 'state\n', ...files } });
    return job;
  }
  const pull = (files: Readonly<Record<string, string | null>>, branch = 'edit'): FakePull => ({
    branch,
    base: 'sluice-state',
    files,
  });

  it('R-703 shows the blast radius of a raised percentage, and passes', async () => {
    const job = await stateJob({ 'flags/hero.json': flagText('hero', ramp(10)) });
    const step = await checked(job, pull({ 'flags/hero.json': flagText('hero', ramp(25)) }));
    expect(step.result).toMatchObject({ ok: true, code: 'done' });
    expect(step.comments[0]).toContain('Blast radius');
    expect(step.comments[0]).toMatch(/\| hero \| production \| off .*% → .*%, on .*% → .*% \| 1[45][.\d]*% \| 0%/);
    expect(checkOf(job, step.head)?.conclusion).toBe('success');
  });

  it('R-703 fails on unplanned rebucketing, and says how it is done', async () => {
    const job = await stateJob({ 'flags/hero.json': flagText('hero', ramp(50)) });
    const step = await checked(job, pull({ 'flags/hero.json': flagText('hero', ramp(50, 'account')) }));
    expect(step.result).toMatchObject({ ok: false, code: 'rebucketed' });
    expect(step.comments[0]).toContain('makes a new flag beside this one');
  });

  it('R-703 puts faults of documents on their lines: JSON, schema, rules, what only Sluice writes', async () => {
    const job = await stateJob({ 'flags/hero.json': flagText('hero', 'on'), 'services/web/production.json': '{}\n' });
    const files = {
      'flags/json.json': '{\n  "key": "json"\n  "off": 1\n}\n',
      'flags/twice.json': '{\n  "key": "twice",\n  "key": "twice"\n}\n',
      'flags/schema.json': flagText('schema', 'on', { owner: 7 }),
      'flags/rules.json': flagText('rules', 'blue', { kind: 'ops' }),
      'flags/parent.json': flagText('parent', 'on', { requires: [{ flag: 'nobody', variant: 'on' }] }),
      'services/web/production.json': '{"live": null}\n',
      'history/2026-11/rollout-x.json': '{}\n',
    };
    const step = await checked(job, pull(files));
    const found = (checkOf(job, step.head)?.annotations ?? []).map(
      ({ path, start_line, message }) => `${path}:${start_line} ${message}`,
    );
    expect(found).toEqual([
      expect.stringMatching(/^flags\/json.json:3 a comma or } is expected/),
      expect.stringMatching(/^flags\/parent.json:\d+ flag parent requires nobody, which does not exist/),
      expect.stringMatching(/^flags\/rules.json:3 flag rules in production has no variant "blue"/),
      expect.stringMatching(/^flags\/schema.json:11 owner:/),
      expect.stringMatching(/^flags\/twice.json:3 the key "key" stands here twice/),
      expect.stringMatching(/^history\/2026-11\/rollout-x.json:1 only Sluice writes/),
      expect.stringMatching(/^services\/web\/production.json:1 only Sluice writes/),
    ]);
  });

  it('R-703 judges what the merge will be and not what the head says: a description leaves a percentage that was raised meanwhile', async () => {
    const job = await stateJob({ 'flags/hero.json': flagText('hero', ramp(10)) });
    const words = flagText('hero', ramp(10)).replace('  "key"', '  "description": "other words",\n  "key"');
    const raise = () =>
      job.fake.push({ branch: 'sluice-state', files: { 'flags/hero.json': flagText('hero', ramp(60)) } });
    const step = await checked(job, pull({ 'flags/hero.json': printDocument(JSON.parse(words)) }), { before: raise });
    expect(step.result.summary).toBe('nothing found; nobody gets another variant');
    const other = flagText('hero', ramp(20));
    const conflict = await checked(job, pull({ 'flags/hero.json': other }, 'next'), {
      before: () => job.fake.push({ branch: 'sluice-state', files: { 'flags/hero.json': flagText('hero', ramp(80)) } }),
    });
    expect(conflict.result).toMatchObject({ ok: false, code: 'foreign-commit' });
    expect(conflict.comments[0]).toContain('is 1 commit behind');
    expect(conflict.comments[0]).not.toContain('Blast radius');
  });

  it('names the flags that are broken by what is changed or taken away, and those past their date with their owner', async () => {
    const child = flagText('child', 'on', { requires: [{ flag: 'hero', variant: 'on' }] });
    const old = flagText('old', ramp(5), { owner: 'team-web', expires: '2026-01-01T00:00:00.000Z' });
    const job = await stateJob({
      'flags/hero.json': flagText('hero', 'on'),
      'flags/child.json': child,
      'flags/old.json': old,
    });
    const step = await checked(job, pull({ 'flags/hero.json': null }));
    expect(step.result.ok).toBe(false);
    expect(step.comments[0]).toContain('child requires');
    expect(step.comments[0]).toMatch(/old expired on 2026-01-01.*owner: team-web/);
  });

  it('asks the contexts that the default branch keeps', async () => {
    const job = await stateJob({ 'flags/hero.json': flagText('hero', ramp(10)) });
    const lines = Array.from({ length: 50 }, (_, index) => JSON.stringify({ targetingKey: `real-${index}` }));
    await job.fake.push({ branch: 'main', files: { '.github/sluice/contexts.jsonl': `${lines.join('\n')}\n` } });
    const step = await checked(job, pull({ 'flags/hero.json': flagText('hero', ramp(100)) }));
    expect(step.comments[0]).toContain('50 recorded contexts');
  });

  it('a hundred files cost at most twelve calls, whatever is in them', async () => {
    const all = (percent: number) =>
      Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [`flags/f${index}.json`, flagText(`f${index}`, ramp(percent))]),
      );
    const job = await stateJob(all(10));
    const step = await checked(job, pull(all(20)));
    expect(step.result.ok).toBe(true);
    expect(step.calls.length).toBeLessThanOrEqual(12);
    expect(step.comments[0]).toContain('100 flags with users who get another variant');
  });

  it('hostile paths and documents are text, and nothing else: quotes, line breaks, $(...), __proto__, depth, links', async () => {
    const job = await stateJob();
    const files = {
      'flags/$(touch pwned) "q"\n<img>.json': '{}\n',
      'flags/`a`|b.json': flagText('a', 'on'),
      'flags/proto.json': '{"__proto__": {"polluted": true}, "key": "proto"}\n',
      'flags/deep.json': `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}\n`,
      'flags/big.json': JSON.stringify({ key: 'big', description: 'x'.repeat(1_000_000) }),
    };
    const step = await checked(job, pull(files));
    expect(step.result).toMatchObject({ ok: false, code: 'file-unreadable' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(step.comments[0]).not.toContain('<img>');
    const paths = new Set((checkOf(job, step.head)?.annotations ?? []).map(({ path }) => path));
    expect(paths.size).toBe(Object.keys(files).length);
  });
});
