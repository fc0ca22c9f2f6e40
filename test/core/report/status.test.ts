import { describe, expect, it } from 'vitest';
import { statusDetails } from '../../../src/core/report/status-details.ts';
import { statusReport } from '../../../src/core/report/status.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import { alice, at, awaitingApproval, bob, inBeta, ms, operationOf, rolloutOf } from '../../support/rollout.ts';
import { config, placeOf, stateOf } from '../../support/state.ts';

const now = ms('10:46:00');
const rollout = awaitingApproval();

const busy = stateOf({
  places: new Map([
    [
      'web/production',
      placeOf({
        active: rollout.id,
        weights: { '1.3.2': 75_000, '1.4.0': 25_000 },
        lock: { by: alice, since: at('10:20:00'), until: at('12:20:00'), reason: 'release day' },
        queue: [
          {
            id: 'q-1',
            command: 'deploy web@1.4.1 in production',
            by: bob,
            since: at('10:40:00'),
            until: at('23:00:00'),
            request: 'delivery-2',
          },
        ],
      }),
    ],
    ['api/production', placeOf({ service: 'api', live: null, weights: {} })],
  ]),
  rollouts: new Map([[rollout.id, rollout]]),
  environments: new Map([
    [
      'production',
      {
        schemaVersion: 1,
        name: 'production',
        freezes: [{ by: bob, since: at('10:00:00'), until: at('18:00:00'), reason: 'audit' }],
      },
    ],
  ]),
  alerts: new Map([
    [
      'a-19',
      {
        schemaVersion: 1,
        id: 'a-19',
        severity: 'high',
        subject: 'web/production',
        rule: 'error-storm',
        title: 'errors above 10%',
        detail: '12% for 1 min',
        opened: at('10:31:00'),
        acknowledged: { by: alice, at: at('10:32:00') },
      },
    ],
  ]),
  broken: [{ path: 'flags/old.json', code: 'document-invalid', problem: 'line 3: } expected' }],
});

describe('status', () => {
  it('R-116 shows live, rolling, waiting, locked, frozen, alerts and broken files of everything that was read', () => {
    expect(renderPlain(statusReport(busy, now), 160)).toBe(`\
!!  Status: 1 rolling, 1 open alert, 1 broken file

environment  service  live                   traffic               state                                                     rolling
production   api      nothing                                      frozen
production   web      1.3.2 since 08:00 UTC  1.3.2 75%, 1.4.0 25%  waits for 1 of team:web-leads until 14:40 UTC (beta 25%)  web 1.4.0 r-7f3a

- production is frozen until 18:00 UTC by bob: audit
- web in production is locked by alice until 12:20 UTC: release day
- web in production, waiting 1: deploy web@1.4.1 in production (bob, 6 min ago)

severity  alert  about           what              open        taken by
high      a-19   web/production  errors above 10%  15 min ago  alice

broken file     code              problem
flags/old.json  document-invalid  line 3: } expected
`);
  });

  it('says so when nothing was ever deployed, and is content when nothing is wrong', () => {
    expect(renderPlain(statusReport(stateOf(), now))).toBe(
      'ok  Status: nothing is rolling\n\nNothing was deployed yet.\n',
    );
    const calm = stateOf({ places: new Map([['web/production', placeOf()]]) });
    expect(renderPlain(statusReport(calm, now))).toContain('1.3.2 since 08:00 UTC  1.3.2 100%  live');
  });

  it('forgets a lock, a freeze and an `auto off` at their end', () => {
    const until = at('10:45:00');
    const over = stateOf({
      places: new Map([
        [
          'web/production',
          placeOf({
            lock: { by: alice, since: at('10:00:00'), until },
            manual: { by: alice, since: at('10:00:00'), until, reason: 'by hand' },
          }),
        ],
      ]),
      environments: new Map([
        [
          'production',
          { schemaVersion: 1, name: 'production', freezes: [{ by: bob, since: at('10:00:00'), until, reason: 'x' }] },
        ],
      ]),
    });
    expect(renderPlain(statusReport(over, ms('09:59:00')))).not.toContain('frozen');
    const before = renderPlain(statusReport(over, ms('10:44:00')));
    expect(before).toContain('locked by alice');
    expect(before).toContain('frozen until 10:45 UTC');
    expect(before).toContain('nothing automatic until 10:45 UTC');
    const after = renderPlain(statusReport(over, ms('10:45:00')));
    expect(after).not.toMatch(/locked|frozen|nothing automatic/);
  });

  it('shows a freeze of the configuration’s calendar like one that a person declared', () => {
    const environment = {
      ...config.environments['production']!,
      freezes: [{ name: 'weekend', from: 'fri 16:00', until: 'mon 08:00', timeZone: 'UTC', override: [] }],
    };
    const state = stateOf({ config: { ...config, environments: { production: environment } } });
    // 2026-11-21 is a Saturday.
    expect(renderPlain(statusReport(state, now))).toContain('production is frozen until 2026-11-23 08:00 UTC: weekend');
  });

  it('names who has a running operation in hand, and nobody once the claim is over', () => {
    const claim = { by: 'job 17', attempt: 1, since: at('10:40:00'), until: at('10:50:00') };
    const running = inBeta({
      operations: [operationOf({ id: 'o', kind: 'deploy', purpose: 'deploy', state: 'running', claim })],
    });
    const state = stateOf({
      places: new Map([['web/production', placeOf({ active: running.id })]]),
      rollouts: new Map([[running.id, running]]),
    });
    expect(renderPlain(statusReport(state, now))).toContain(
      'web in production: in the hands of job 17 until 10:50 UTC',
    );
    expect(renderPlain(statusReport(state, ms('10:51:00')))).not.toContain('job 17');
  });

  it('shows a flag’s rollout with the share that its users have', () => {
    const flag = rolloutOf({
      ...inBeta(),
      kind: 'flag',
      stable: null,
      subject: {
        type: 'flag',
        flag: 'new-dashboard',
        environment: 'production',
        rule: 'default',
        candidate: 'on',
        stable: 'off',
        services: [],
      },
    });
    const text = renderPlain(statusReport(stateOf({ rollouts: new Map([[flag.id, flag]]) }), now), 160);
    expect(text).toMatch(/new-dashboard +production +25% +passed|new-dashboard +production +25% +baking/);
  });

  it('R-707 gives the same as data, whole ids, exact moments, null for what is not there', () => {
    const details = JSON.parse(JSON.stringify(statusDetails(busy, now)));
    expect(details.pairs.map((pair: { service: string }) => pair.service)).toEqual(['api', 'web']);
    expect(details.pairs[1]).toMatchObject({
      live: { label: '1.3.2' },
      weights: { '1.3.2': '75%', '1.4.0': '25%' },
      rollout: 'web-production-20261121-7f3a9c01',
      lock: { by: { name: 'alice' }, until: '2026-11-21T12:20:00.000Z' },
      cooldownUntil: null,
    });
    expect(details.rollouts[0]).toMatchObject({
      phase: 'exposing',
      stage: 'beta',
      weight: '25%',
      hold: { kind: 'approval' },
    });
    expect(details.freezes).toEqual([
      { environment: 'production', by: 'bob', until: '2026-11-21T18:00:00.000Z', reason: 'audit' },
    ]);
    expect(details.broken[0].path).toBe('flags/old.json');
  });
});
