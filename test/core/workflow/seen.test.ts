import { expect, it } from 'vitest';
import { adviceBlocks } from '../../../src/core/workflow/advice.ts';
import { workflowPlan } from '../../../src/core/workflow/plan.ts';
import { type SeenEnvironment, seenRows } from '../../../src/core/workflow/seen.ts';
import { configOf } from '../../engine/wired.ts';

const config = configOf(`version: 1
services:
  web: { deploy: ./deploy.sh, strategy: all-at-once }
environments:
  production: {}
`);
const plan = workflowPlan(config);

it('R-708 an environment that tags may not run in is missing something: a failed run of a tag could not settle', () => {
  const row = (admits?: SeenEnvironment['admits']) => {
    const one = { name: 'production-operate', reviewers: 0, waits: 0, customRules: [], ...(admits && { admits }) };
    const rows = seenRows({ login: 'alice', isPerson: true, role: 'admin', environments: [one] }, plan, config);
    return rows.find(({ name }) => name === 'environment production-operate');
  };
  const main = { type: 'branch', pattern: 'main' } as const;
  expect(row()?.state).toBe('ok');
  expect(row([main])).toMatchObject({ state: 'missing', remedy: expect.stringContaining('type=tag') });
  expect(row([])?.state, 'protected branches alone').toBe('missing');
  expect(row([main, { type: 'tag', pattern: 'v*' }])?.state).toBe('ok');
});

it('R-708 what is advised lets jobs of the default branch and of release tags into the environment without reviewers', () => {
  const blocks = adviceBlocks({ repository: 'acme/shop', defaultBranch: 'main', plan, secrets: [] });
  const code = blocks.flatMap((block) => (block.type === 'code' ? [block.text] : [])).join('\n');
  const policies = code.split('\n').filter((line) => line.includes('deployment-branch-policies -f'));
  expect(policies.map((line) => line.replace(/.*policies /, ''))).toEqual(['-f name=main', "-f 'name=v*' -f type=tag"]);
});
