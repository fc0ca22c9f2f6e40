import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { validate } from '@actions/languageservice';
import { describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { readInputs } from '../../src/action/inputs.ts';
import { ACTIONS as REGISTRY } from '../../src/action/registry.ts';
import { ACTIONS as PURPOSES, leastPermissions } from '../../src/adapters/github/catalogue.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'timeout-minutes'?: number;
  readonly environment?: { readonly name: string; readonly deployment?: boolean };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<
    Record<string, { readonly inputs?: Readonly<Record<string, { readonly options?: readonly string[] }>> }>
  >;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}
interface Action {
  readonly inputs?: Readonly<Record<string, { readonly required?: boolean }>>;
}

const EXAMPLES = 'examples/workflows';
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => `${folder}/${name}`);
const read = (file: string): Workflow => parse(readFileSync(file, 'utf8')) as Workflow;
const jobsOf = (file: string): readonly (readonly [string, Job])[] => Object.entries(read(file).jobs);
const files = [...filesIn('.github/workflows'), ...filesIn(EXAMPLES)];

const OURS = /^sluice-dev\/sluice(?:\/(?<path>[\w/-]+))?@v\d+$/;

/** The action behind one of our `uses:`; undefined: somebody else's. */
function ours({ uses = '' }: Step): { readonly name: string; readonly action: Action } | undefined {
  const match = OURS.exec(uses);
  if (match === null) return undefined;
  const path = match.groups?.['path'];
  const file = `${path ?? '.'}/action.yml`;
  expect(existsSync(file), `${uses}: there is no ${file}`).toBe(true);
  return { name: path?.replace('actions/', '') ?? 'root', action: parse(readFileSync(file, 'utf8')) as Action };
}

let documents = 0;

/** What GitHub's own parser says of a workflow. Its answers are kept by address, so that each text needs one of its own. */
async function problems(text: string): Promise<readonly string[]> {
  const uri = `file:///${String((documents += 1))}/.github/workflows/workflow.yml`;
  return (await validate(TextDocument.create(uri, 'yaml', 1, text))).map(({ message }) => JSON.stringify(message));
}

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');
  const workflow = read(file);
  const steps = jobsOf(file).flatMap(([, job]) => job.steps ?? []);

  it("is a workflow by GitHub's own parser", async () => {
    expect(await problems(text)).toEqual([]);
  });

  it('pins every action of others by its full commit, with the version beside it', () => {
    const used = [...text.matchAll(/^ +(?:- )?(uses: .*)$/gm)].map(([, line = '']) => line);
    const outside = used.filter((line) => !/^uses: (?:\.\/|sluice-dev\/sluice[/@])/.test(line));
    for (const line of outside) expect(line).toMatch(/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(steps.filter(({ uses }) => uses !== undefined)).toHaveLength(used.length);
  });

  it('takes no permission for granted, and ends', () => {
    expect(workflow.permissions).toEqual({});
    for (const [, job] of jobsOf(file)) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  it('runs no text from an expression', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});

describe.each(filesIn(EXAMPLES))('%s', (file) => {
  const text = readFileSync(file, 'utf8');

  it('gives our actions only inputs that they have, and all that they need', () => {
    const used = jobsOf(file).flatMap(([, job]) => (job.steps ?? []).map((step) => ({ step, found: ours(step) })));
    expect(used.filter(({ found }) => found !== undefined)).not.toHaveLength(0);
    for (const { step, found } of used) {
      if (found === undefined) continue;
      const { inputs = {} } = found.action;
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
      const needed = Object.entries(inputs).flatMap(([name, { required }]) => (required === true ? [name] : []));
      expect(Object.keys(step.with ?? {})).toEqual(expect.arrayContaining(needed));
    }
  });

  it('grants what its actions ask of GitHub, and no more', () => {
    for (const [name, job] of jobsOf(file)) {
      const granted = new Map(Object.entries(job.permissions ?? {}));
      const { least, most } = asked(job);
      for (const [permission, level] of least)
        expect([level, 'write'], `${name}: ${permission}`).toContain(granted.get(permission) ?? 'none');
      const proves = (job.steps ?? []).some((step) => ours(step)?.name === 'promote');
      expect(granted.get('id-token'), `${name}: who begins a stage proves where`).toBe(
        proves && !file.endsWith('deploy-job.yml') ? 'write' : undefined,
      );
      granted.delete('id-token');
      for (const [permission, level] of granted)
        expect([level, 'write'], `${name}: ${permission}`).toContain(most.get(permission) ?? 'none');
    }
  });

  it('R-704 grants what its actions want besides, as their READMEs list it: nothing is left out in silence', () => {
    for (const [name, job] of jobsOf(file)) {
      const granted = new Map(Object.entries(job.permissions ?? {}));
      for (const [permission, level] of wanted(job))
        expect([level, 'write'], `${name}: ${permission}`).toContain(granted.get(permission) ?? 'none');
    }
  });

  it('says what it does, needs, and what to change; and waits less long in an action than the job may last', () => {
    expect(text).toMatch(/^# .*\n(?:#.*\n)*# Needs .*\n(?:#.*\n)*# Change .*\n/);
    for (const [, job] of jobsOf(file)) {
      const waits = (job.steps ?? []).map((step) =>
        Number(/^(\d+)m$/.exec(String(step.with?.['timeout'] ?? '0m'))?.[1]),
      );
      expect(job['timeout-minutes']).toBeGreaterThan(waits.reduce((sum, one) => sum + one, 0));
    }
  });

  it('leaves the deployment object to Sluice, and goes back without a click', () => {
    const all = jobsOf(file);
    const placed = all.flatMap(([, { environment }]) => environment ?? []);
    expect(placed.map(({ deployment }) => deployment)).toEqual(placed.map(() => false));
    const back = all.filter(([, { steps = [] }]) =>
      steps.some((step) => ['reconcile', 'comment'].includes(ours(step)?.name ?? '')),
    );
    expect(back.map(([, { environment }]) => environment?.name)).toEqual(back.map(() => 'production-operate'));
  });
});

interface Asked {
  readonly least: ReadonlyMap<string, string>;
  readonly most: ReadonlyMap<string, string>;
}

/** From the catalogue of requests: what the job's actions cannot do without, and what they can use at all. */
function asked({ steps = [] }: Job): Asked {
  const names = steps.flatMap((step) => ours(step)?.name ?? []);
  // The root action is any of them.
  const purposes = PURPOSES.filter(
    ({ action }) => names.includes(action) || (names.includes('root') && action !== 'check'),
  );
  const always = purposes.flatMap((one) => one.always);
  const optional = purposes.flatMap((one) => one.optional);
  const root = names.includes('root');
  return {
    least: leastPermissions(root ? ['state', 'configuration', 'people'] : always),
    most: leastPermissions([...always, ...optional]),
  };
}

/** By the registry, of which the READMEs are made. The root action is any other one: its job grants what moves rollouts. */
function wanted({ steps = [] }: Job): readonly (readonly [string, string])[] {
  const names = steps.flatMap((step) => ours(step)?.name ?? []).map((name) => (name === 'root' ? 'deploy' : name));
  const all = REGISTRY.filter(({ name }) => names.includes(name)).flatMap((one) => Object.entries(one.permissions));
  // A pull request's comments are answered and reacted to with `pull-requests: write` as well.
  return all.filter(([permission]) => permission !== 'issues').map(([permission, { level }]) => [permission, level]);
}

it("GitHub's own parser would see a mistake", async () => {
  const text = readFileSync(`${EXAMPLES}/deploy.yml`, 'utf8');
  for (const [from, to] of [
    ['needs: canary', 'needs: cannery'],
    ['timeout-minutes: 45', 'timeout-hours: 45'],
    ['contains(needs', 'holds(needs'],
    ['deployments: write', 'deployments: maybe'],
  ] as const) {
    expect(text).toContain(from);
    expect(await problems(text.replace(from, to)), to).not.toEqual([]);
  }
});

it('R-703 sluice-check.yml shows how a pull request is asked to be live first', () => {
  const text = readFileSync(`${EXAMPLES}/sluice-check.yml`, 'utf8').replaceAll(
    /^( +)# (with:|  deployed: .*)$/gm,
    '$1$2',
  );
  const [step] = (parse(text) as Workflow).jobs['check']?.steps ?? [];
  expect(step?.with).toEqual({ deployed: 'production' });
  expect(Object.keys(ours(step ?? {})?.action.inputs ?? {})).toContain('deployed');
});

it('an input that no action has, and a permission too many, would be seen', () => {
  const step: Step = { uses: 'sluice-dev/sluice/actions/flag@v1' };
  expect(Object.keys(ours(step)?.action.inputs ?? {})).not.toContain('rollout');
  expect(asked({ steps: [step] }).most.get('checks')).toBeUndefined();
  expect(asked({ steps: [step] }).least.get('contents')).toBe('write');
});

describe('R-701 sluice-manage.yml', () => {
  const { inputs = {} } = read(`${EXAMPLES}/sluice-manage.yml`).on['workflow_dispatch'] ?? {};
  const GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    get_all_flags: {},
    enable_flag: { flag: 'new-dashboard' },
    disable_flag: { flag: 'new-dashboard' },
    set_rollout_percentage: { flag: 'new-dashboard', percent: '25%' },
    advance_canary_stage: { service: 'web' },
    rollback_canary_stage: { flag: 'new-dashboard' },
    get_health_status: { service: 'web' },
    get_metrics: { service: 'web', metric: 'error-rate' },
    get_experiment_results: { experiment: 'checkout' },
  };

  it('offers the nine actions and the environments', () => {
    expect(inputs['action']?.options).toEqual(Object.keys(GIVEN));
    expect(inputs['environment']?.options).toEqual(['dev', 'staging', 'production']);
  });

  it.each(Object.entries(GIVEN))(
    '%s is a command of the root action with the inputs that it is given',
    (action, given) => {
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      const all = { action, environment: 'production', reason: 'asked for', ...given };
      const env = Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const);
      const answer = readInputs(Object.fromEntries(env), 'root');
      expect(answer).toMatchObject({ ok: true, inputs: { command: { environment: 'production' } } });
    },
  );
});
