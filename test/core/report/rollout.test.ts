import { describe, expect, it } from 'vitest';
import { PHASES } from '../../../src/core/model/rollout.ts';
import { explainReport, metricsReport } from '../../../src/core/report/explain.ts';
import { nextCommands } from '../../../src/core/report/next.ts';
import { headline, rolloutReport } from '../../../src/core/report/rollout.ts';
import { exactId, shortId } from '../../../src/core/report/subject.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import {
  alice,
  at,
  awaitingApproval,
  bob,
  errorsBelow,
  errorsCompared,
  holdOf,
  inBeta,
  latencyBelow,
  ms,
  rolledBack,
  rolloutOf,
  stages,
  verdictOf,
} from '../../support/rollout.ts';

describe('the report of a rollout', () => {
  it('R-116 shows stages, who asked, gates, both arms and the next commands of a stage that bakes', () => {
    expect(renderPlain(rolloutReport(inBeta(), ms('10:37:01')), 120)).toBe(`\
..  web 1.4.0 → production: beta 25%, baking

stage       traffic                  bake  then                            state
canary           5%                 5 min  goes on by itself               passed
beta            25%  7 min 31 s of 15 min  1 approval from team:web-leads  baking
production     100%                30 min  done; 1.3.2 kept until then

r-7f3a · 8f2c1d9 · after 1.3.2 · asked by alice 10:20 UTC · plan 4f2c (canary-beta-production)

gates: lock yes (taken) · freeze yes · checks yes (14 of 14)

metric in beta                 1.3.2               1.4.0  verdict
errors          0.52% (63 of 12,110)  0.4% (16 of 4,020)  pass: at most 0.3% worse than 1.3.2
errors                                0.4% (16 of 4,020)  pass: below 1%
latency p95                   310 ms              322 ms  pass: below 2 s

Pause      sluice pause web in production
Roll back  sluice rollback web in production
Explain    sluice explain r-7f3a9c01
`);
  });

  it('R-403 R-404 says of one that went back why, how long it took, and how it stands now', () => {
    expect(renderPlain(rolloutReport(rolledBack(), ms('10:46:00')), 120)).toBe(`\
!!  web 1.4.0 was rolled back from canary; 1.3.2 serves 100% again

- Why: errors 6.1% (46 of 756) against 0.5% (72 of 14,330) in 60 s: evidence 10^23, rollback at 20 (decided by
  error-rate compare stable, incident i-20261121-7f3a)
- How long: decided 10:23:10 UTC · traffic back 10:23:19 (9 s) · ended 10:23:31 (21 s)
- Now: 1.3.2 has 100% again · web 1.4.0 is not tried again by itself · nobody is needed

stage       traffic    bake  then                            state
canary           5%   5 min  goes on by itself               rolled-back
beta            25%  15 min  1 approval from team:web-leads
production     100%  30 min  done; 1.3.2 kept until then

r-7f3a · 8f2c1d9 · after 1.3.2 · asked by alice 10:20 UTC · plan 4f2c (canary-beta-production) · took 3 min 31 s, ended
10:23 UTC

metric in canary  1.3.2  1.4.0  verdict
errors             0.5%   6.1%  fail: at most 0.3% worse than 1.3.2

Explain  sluice explain r-7f3a9c01
`);
  });

  it('says why a rollout is held, whose vote does not count, until when, and what happens then', () => {
    const held = awaitingApproval({ authors: [bob.id] });
    expect(headline(held)).toBe('web 1.4.0 passed beta (25%). May it go to 100% of production?');
    const text = renderPlain(rolloutReport(held, ms('10:46:01')), 200);
    expect(text).toContain(
      'Waits for 1 of team:web-leads until 14:40 UTC (sluice, 1 min 1 s ago); then it rolls back. ' +
        'The vote of alice, who asked, does not count, nor that of who wrote it.',
    );
    expect(text).toMatch(/^production .* waits for 1 of team:web-leads until 14:40 UTC$/m);
  });

  it('counts the votes that are given, and none of another plan, of who asked, or that has expired', () => {
    const vote = {
      by: bob,
      stage: 'production',
      label: '1.4.0',
      digest: '4f2c9a',
      at: at('10:46:00'),
      until: at('14:46:00'),
    };
    const two = stages.map((stage) =>
      stage.approvals ? { ...stage, approvals: { ...stage.approvals, count: 2 } } : stage,
    );
    const plan = { ...rolloutOf().plan, stages: two };
    const waits = (approval: typeof vote): string =>
      renderPlain(rolloutReport(awaitingApproval({ plan, approvals: [approval] }), ms('10:47:00')), 200);
    expect(waits(vote)).toContain('waits for 1 more of team:web-leads until');
    expect(waits({ ...vote, digest: 'other' })).toContain('waits for 2 of team:web-leads until');
    expect(waits({ ...vote, by: alice })).toContain('waits for 2 of team:web-leads until');
    expect(waits({ ...vote, until: at('10:46:30') })).toContain('waits for 2 of team:web-leads until');
  });

  it('offers approve and reject where approvals are asked, promote where a person is, resume where one paused', () => {
    const commands = (rollout: ReturnType<typeof rolloutOf>): readonly string[] =>
      nextCommands(rollout).map((button) => button.command);
    const rest = ['rollback web in production', 'explain r-7f3a9c01'];
    expect(commands(awaitingApproval())).toEqual([
      'approve r-7f3a9c01/production',
      'reject r-7f3a9c01/production --reason "…"',
      ...rest,
    ]);
    const plain = stages.map(({ approvals: _, ...stage }) => stage);
    const manual = awaitingApproval({ plan: { ...rolloutOf().plan, stages: plain } });
    expect(commands(manual)).toEqual(['promote r-7f3a9c01', ...rest]);
    expect(commands(inBeta({ hold: holdOf() }))).toEqual(['resume web in production', ...rest]);
    expect(commands(inBeta({ hold: holdOf({ kind: 'job' }) }))).toEqual(rest);
    expect(commands(rolloutOf({ phase: 'queued' }))).toEqual(['cancel r-7f3a9c01']);
  });

  it('going back is offered in every phase that has something to take back', () => {
    for (const phase of PHASES) {
      const offered = nextCommands(rolloutOf({ phase })).some((button) => button.command.startsWith('rollback'));
      expect([phase, offered]).toEqual([
        phase,
        !['queued', 'rolling-back', 'cancelled', 'rolled-back'].includes(phase),
      ]);
    }
  });

  it('shows the last exposure of a stage that was reduced and began again', () => {
    const [canary] = inBeta().stages;
    const first = {
      stage: 'beta',
      began: at('10:29:00'),
      ended: at('10:30:00'),
      how: 'reduced',
      verdicts: [],
    } as const;
    const again = { stage: 'beta', began: at('10:30:00'), exposed: at('10:30:00'), verdicts: [] };
    const evidence = inBeta().evidence.map((one) => ({ ...one, stage: 'beta/2' }));
    const rollout = inBeta({ weight: 12_500, evidence, stages: canary ? [canary, first, again] : [] });
    const text = renderPlain(rolloutReport(rollout, ms('10:37:01')), 160);
    expect(text).toMatch(/^beta +12\.5% of 25% .* baking$/m);
    expect(text).toContain('0.4% (16 of 4,020)');
  });

  it('calls a flag by its key and takes no version for it', () => {
    const flag = rolloutOf({
      kind: 'flag',
      subject: {
        type: 'flag',
        flag: 'new-dashboard',
        environment: 'production',
        rule: 'default',
        candidate: 'on',
        stable: 'off',
        services: [],
      },
      stable: null,
      phase: 'exposing',
      step: 'baking',
      weight: 5_000,
      exposedAt: at('10:21:00'),
    });
    expect(headline(flag)).toBe('flag new-dashboard → production: canary 5%, baking');
    expect(nextCommands(flag)[0]?.command).toBe('pause flag/new-dashboard in production');
  });

  it('shows four characters of an id, and puts all of the hash into commands', () => {
    expect(shortId('web-production-20261121-7f3a9c01')).toBe('r-7f3a');
    expect(exactId('web-production-20261121-7f3a9c01')).toBe('r-7f3a9c01');
    expect(shortId('by-hand')).toBe('by-hand');
  });
});

describe('an explanation', () => {
  it('gives a sentence for each judge with its numbers and with what would change it', () => {
    const rollout = inBeta({
      verdicts: [
        verdictOf(errorsBelow, { seen: 0.004, because: 'errors 0.4% (16 of 4,020), allowed below 1%' }),
        verdictOf(errorsCompared, { verdict: 'undecided', samples: 4_020, because: 'as good' }),
        verdictOf(latencyBelow, { verdict: 'no-data', because: 'prometheus gave nothing' }),
      ],
    });
    const text = renderPlain(explainReport(rollout, ms('10:37:01')), 400);
    expect(text).toContain(
      '- errors, below 1%: pass. errors 0.4% (16 of 4,020), allowed below 1%. It fails at 1% and more ' +
        '(25 more bad of the same 4,020); then it is rolled back. Numbers until 10:36 UTC.',
    );
    expect(text).toContain(
      'undecided. as good. It fails when the evidence reaches 20 (its share of the false-rollback budget is 5%). ' +
        'Else it passes when its last window is closed, in about 9 min.',
    );
    expect(text).toContain('no-data. prometheus gave nothing. An answer from prometheus would change it.');
  });

  it('names the closed gate, the trigger that fired and the refusal of a person', () => {
    const rollout = awaitingApproval({
      gates: [{ gate: 'freeze', answer: 'no', detail: 'weekend until mon 08:00' }],
      fired: { 'error-storm': at('10:40:00') },
      rejections: [{ by: bob, stage: 'production', at: at('10:45:30'), reason: 'numbers look odd' }],
    });
    const text = renderPlain(explainReport(rollout, ms('10:46:00')), 400);
    expect(text).toContain('The gate freeze says no: weekend until mon 08:00');
    expect(text).toContain('The trigger error-storm fired at 10:40 UTC.');
    expect(text).toContain('Rejected by bob: numbers look odd.');
  });

  it('draws the share over time: nothing, 5 %, 25 %', () => {
    const chart = explainReport(inBeta(), ms('10:37:00')).blocks.find((block) => block.type === 'chart');
    expect(chart?.series[0]?.points).toEqual([
      [ms('10:20:00'), 0],
      [ms('10:23:00'), 5],
      [ms('10:29:30'), 25],
      [ms('10:29:30'), 25],
      [ms('10:37:00'), 25],
    ]);
  });

  it('R-116 shows the metrics alone, and says so when nobody has judged yet', () => {
    expect(metricsReport(inBeta()).blocks.map((block) => block.type)).toEqual(['heading', 'table']);
    expect(renderPlain(metricsReport(rolloutOf()))).toContain("None of the stage's judges has spoken yet (3).");
  });

  it('says of a dry run judge that it only watches, and never calls its verdict the stage’s', () => {
    const rollout = inBeta({
      verdicts: [verdictOf(errorsBelow, { verdict: 'fail', dryRun: true, because: 'errors 2%' })],
    });
    const text = renderPlain(explainReport(rollout, ms('10:37:01')), 300);
    expect(text).toContain('It only watches (dry run).');
    expect(text).toContain('dry run: fail, below 1%');
  });
});
