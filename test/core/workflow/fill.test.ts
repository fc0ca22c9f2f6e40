import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLES, type FillOptions, workflowFiles } from '../../../src/core/workflow/fill.ts';
import { minutesFor, workflowPlan } from '../../../src/core/workflow/plan.ts';
import { MINUTE } from '../../../src/core/model/time.ts';
import { configOf } from '../../engine/wired.ts';

const FOLDER = 'examples/workflows';
const examples = Object.fromEntries(EXAMPLES.map((name) => [name, readFileSync(`${FOLDER}/${name}`, 'utf8')]));

/** What the examples are written for. */
const EXAMPLE = (bake = '5m'): string => `
version: 1
services:
  web:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh }
    health: https://shop.example.com/healthz
    strategy: staged
strategies:
  staged:
    stages:
      - { name: canary, weight: 5%, bake: ${bake}, promote: job }
      - { name: beta, weight: 25%, bake: 15m, promote: job }
      - { name: production, weight: 100%, bake: 30m }
environments:
  production:
    github-environments: { canary: canary, beta: beta, production: production }
`;

const PLAIN: FillOptions = { defaultBranch: 'main', stateBranch: 'sluice-state', secrets: [] };
const written = (config: string, options: FillOptions = PLAIN): Readonly<Record<string, string>> =>
  Object.fromEntries(
    workflowFiles(workflowPlan(configOf(config)), examples, options).map(({ path, text }) => [
      path.replace('.github/workflows/', ''),
      text,
    ]),
  );

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment: { readonly name: string };
  readonly steps: readonly { readonly uses: string; readonly with?: Record<string, string>; readonly env?: unknown }[];
  readonly 'timeout-minutes': number;
}
const jobsOf = (text: string | undefined): Readonly<Record<string, Job>> =>
  (parse(text ?? '') as { readonly jobs: Readonly<Record<string, Job>> }).jobs;

it('R-708 what is written for the examples’ own configuration is the examples, letter for letter', () => {
  const files = written(EXAMPLE());
  expect(Object.keys(files)).toEqual([
    'deploy.yml',
    'sluice-stage.yml',
    'sluice-commands.yml',
    'sluice-tick.yml',
    'sluice-check.yml',
  ]);
  for (const [name, text] of Object.entries(files)) expect(text, name).toBe(examples[name]);
});

it('R-708 a bake longer than a job takes the examples for days, and the own steps theirs', () => {
  const days = written(EXAMPLE('6h'));
  expect(days['deploy.yml']).toBe(examples['deploy-days.yml']);
  expect(days['sluice-stage.yml']).toBe(examples['sluice-stage.yml']);
  const own = written(
    'version: 1\nservices:\n  web:\n    platform: { type: job, workflow: deploy-job.yml }\n    health: https://a.example\nenvironments: { production: {} }\n',
  );
  expect(own['deploy-job.yml']).toBe(examples['deploy-job.yml']);
  expect(own['sluice-commands.yml']).toContain('workflow: deploy-job.yml');
});

it('R-708 where only the last environment bakes for days, those before it are waited for in the run', () => {
  const text = written(
    `${EXAMPLE('6h').replace('  production:\n', '  test: { strategy: all-at-once }\n  production:\n    order: [test]\n')}`,
  )['deploy.yml'];
  const jobs = jobsOf(text);
  expect(Object.keys(jobs)).toEqual(['test', 'production-canary', 'settle']);
  expect(jobs['test']).not.toHaveProperty('if');
  expect(jobs['production-canary']).toMatchObject({ needs: 'test', if: "${{ needs.test.outputs.proceed == 'true' }}" });
  expect(jobs['settle']?.needs).toEqual(['test', 'production-canary']);
  expect(text).not.toContain('inputs.rollout');
});

it('R-708 every example that is filled in is in the folder', () => {
  expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining([...EXAMPLES]));
});

it('R-702 R-708 a job for each stage of each environment, in the pipeline’s order, one behind the other', () => {
  const text = written(`
version: 1
services:
  shop:
    platform: { type: command, deploy: ./deploy.sh, set-traffic: ./traffic.sh }
    health: https://shop.example.com/healthz
    strategy: four
strategies:
  four:
    stages:
      - { name: tenth, weight: 10%, bake: 10m, promote: job }
      - { name: 2-fifths, weight: 40%, bake: 10m }
      - { name: most, weight: 80%, bake: 1h, promote: job }
      - { name: all, weight: 100%, bake: 5m }
environments:
  live: { order: [test], github-environments: { tenth: live-tenth } }
  test: { strategy: all-at-once }
`)['deploy.yml'];
  const jobs = jobsOf(text);
  expect(Object.keys(jobs)).toEqual(['test', 'live-tenth', 'live-2-fifths', 'live-most', 'live-all', 'settle']);
  expect(Object.values(jobs).map(({ needs }) => needs)).toEqual([
    undefined,
    'test',
    'live-tenth',
    ['live-tenth', 'live-2-fifths'],
    ['live-tenth', 'live-most'],
    ['test', 'live-tenth', 'live-2-fifths', 'live-most', 'live-all'],
  ]);
  expect(Object.values(jobs).map(({ environment }) => environment.name)).toEqual([
    'test',
    'live-tenth',
    'live',
    'live',
    'live',
    'live-operate',
  ]);
  expect(jobs['test']?.steps.at(-1)?.with).toMatchObject({ service: 'shop', environment: 'test' });
  expect(jobs['test']?.steps.at(-1)?.with).not.toHaveProperty('until');
  expect(jobs['live-tenth']?.steps.at(-1)?.with).toMatchObject({ environment: 'live', until: 'tenth' });
  expect(jobs['live-tenth']?.if).toBe("${{ needs.test.outputs.proceed == 'true' }}");
  expect(jobs['live-most']?.steps.at(-1)?.with).toMatchObject({
    rollout: '${{ needs.live-tenth.outputs.rollout }}',
    to: 'most',
    timeout: '80m',
  });
  expect(jobs['live-most']?.['timeout-minutes']).toBe(90);
  expect(text).toContain('group: sluice-shop-live\n');
  expect(text).not.toMatch(/\b(canary|beta)\b(?=[.:,])/);
});

it('R-708 a workflow for each service, and each stage whose reviewers would be passed by is named', () => {
  const plan = workflowPlan(configOf(EXAMPLE().replace('promote: job }', 'promote: auto }')));
  expect(plan.deploys[0]?.unasked).toEqual(['production/beta']);
  expect(plan.gated).toEqual(['canary', 'beta', 'production']);
  expect(plan.operate).toEqual(['production-operate']);
  const two = written(
    'version: 1\nservices:\n  api: { deploy: ./a, health: "https://a.example" }\n  web: { deploy: ./b, health: "https://b.example" }\nenvironments: { production: {} }\n',
  );
  expect(Object.keys(two)).toContain('deploy-api.yml');
  expect(two['deploy-web.yml']).toContain('          service: web\n');
});

it('R-708 actions are pinned by the release’s commit, secrets go by `env:` to the steps that carry out', () => {
  const sha = 'a'.repeat(40);
  const files = written(EXAMPLE(), {
    defaultBranch: 'trunk',
    stateBranch: 'state/shop',
    secrets: ['DEPLOY_TOKEN'],
    pin: { sha, version: 'v1.2.3' },
  });
  for (const text of Object.values(files)) {
    expect(text).not.toContain('@v1');
    for (const line of text.match(/uses: sluice-dev.*/g) ?? []) expect(line).toMatch(new RegExp(`@${sha} # v1.2.3$`));
  }
  const steps = Object.values(jobsOf(files['deploy.yml'])).map((job) => job.steps.at(-1));
  const answers = jobsOf(files['sluice-commands.yml'])['command']?.steps ?? [];
  expect(
    answers.map(({ env }) => env),
    'the job of comments has no secret',
  ).toEqual([undefined]);
  for (const step of steps) expect(step?.env).toEqual({ DEPLOY_TOKEN: '${{ secrets.DEPLOY_TOKEN }}' });
  expect(jobsOf(files['sluice-tick.yml'])['tick']?.steps.at(-1)?.env).toBeDefined();
  expect(files['sluice-check.yml']).toContain('branches: [trunk]');
  expect(files['sluice-check.yml']).toContain('branches: [state/shop]');
  expect(files['sluice-check.yml']).not.toContain('DEPLOY_TOKEN');
});

it('a job outlives its step, and its step the bake', () => {
  for (let bake = 0; bake <= 300; bake += 1) {
    const { job, step } = minutesFor(bake * MINUTE);
    expect(step).toBeGreaterThanOrEqual(bake + 15);
    expect(job).toBeGreaterThan(step);
    expect(job).toBeLessThanOrEqual(360);
  }
});
