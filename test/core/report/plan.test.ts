import { expect, it } from 'vitest';
import { planReport } from '../../../src/core/report/plan.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import { rolloutOf } from '../../support/rollout.ts';

const check = { timeout: 60_000, env: [], allowFailure: false };

it('R-114 shows the plan, the checks that would run and what would change', () => {
  const [canary] = rolloutOf().plan.stages;
  const plan = {
    ...rolloutOf().plan,
    stages: canary ? [{ ...canary, weight: 100_000, judges: canary.judges.slice(0, 2) }] : [],
    before: [{ ...check, name: 'lint', run: 'npm run lint', allowFailure: true }],
    validate: [{ ...check, name: 'ready', get: '/readyz' }],
  };
  const context = {
    name: 'web 1.4.0',
    environment: 'production',
    stable: '1.3.2',
    gates: [{ gate: 'freeze', answer: 'no', detail: 'weekend' }] as const,
    remarks: ['Sees about 3,800 requests.'],
  };
  expect(renderPlain(planReport(plan, context))).toBe(`\
Plan: web 1.4.0 → production, canary-beta-production, nothing is changed

stage   traffic   bake  left       begins after
canary     100%  5 min  by itself

gate    answer  detail
freeze  no      weekend

in      judged by  must be                                     method, share of the budget  else
canary  errors     at most 0.3% worse than what 1.3.2 showed   regression, 5%               rollback
                   before
canary  errors     below 1%                                    bound, none                  rollback

when               check            runs          at most
before the deploy  lint (may fail)  npm run lint    1 min
before traffic     ready            GET /readyz     1 min

- Would change: production gets web 1.4.0, at first 100%; then 100%.
- 1.3.2 stays for 30 min after the end; going back is automatic.
- At the least 5 min of baking, at most 1 d in all.
- Plan 4f2c: approvals are bound to it.

- Sees about 3,800 requests.
`);
});

it('R-114 shows the method of each judge in each stage, and its share of the false-rollback budget', () => {
  const [canary] = rolloutOf().plan.stages;
  const [compared] = canary?.judges ?? [];
  if (!canary || compared?.rule.type !== 'compare') return expect.unreachable();
  const rank = { ...compared, rule: { ...compared.rule, method: 'mann-whitney', alpha: 0.025 } } as const;
  const even = { ...compared, rule: { ...compared.rule, alpha: 0.025 } };
  const watching = { ...even, dryRun: true };
  const fixed = { ...compared, rule: { ...compared.rule, method: 'regression' } } as const;
  const plan = { ...rolloutOf().plan, stages: [{ ...canary, judges: [even, rank, watching, fixed] }] };
  const text = renderPlain(planReport(plan, { name: 'web 1.4.0', environment: 'production', stable: '1.3.2' }));
  const [at, until] = [text.indexOf('judged by'), text.indexOf('- Would change')];
  const shares = text
    .slice(at, until)
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/)[3] ?? '');
  expect(shares.filter((share) => share !== '')).toEqual([
    'sequential, 2.5%',
    'mann-whitney, 2.5%',
    'sequential, 2.5% (not counted)',
    'regression, none',
  ]);
});
