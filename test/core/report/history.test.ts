import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterHistory,
  type HistoryCommit,
  historyDetails,
  historyReport,
  whoOf,
  whyOf,
} from '../../../src/core/report/history.ts';
import { renderPlain } from '../../../src/render/terminal.ts';
import { ms } from '../../support/rollout.ts';

function commitOf(changed: Partial<HistoryCommit>, trailers: Readonly<Record<string, string>> = {}): HistoryCommit {
  return {
    revision: '3f9c2aa'.padEnd(40, '0'),
    at: ms('10:30:00'),
    author: { name: 'Ann' },
    title: 'web 1.4.0: canary 5% begins in production',
    body: '',
    trailers: new Map(Object.entries(trailers)),
    sealed: true,
    ...changed,
  };
}

const deploy = commitOf(
  {},
  {
    'Sluice-Command': 'deploy web@1.4.0 in production --reason "ship \\"it\\" today"',
    'Sluice-Event': 'rollout.started',
    'Sluice-Subject': 'web/production',
    'Sluice-Actor': 'github:583231 (alice)',
  },
);
const back = commitOf(
  {
    title: 'web 1.4.0: rolled back from canary',
    at: ms('10:24:00'),
    body: '- rolled back\n\nWhy: errors 6.1% (46 of 756)\nNow: fine',
  },
  {
    'Sluice-Event': 'rollout.rolled-back',
    'Sluice-Subject': 'web/production',
    'Sluice-Actor': 'sluice:tick (sluice)',
  },
);
const flag = commitOf(
  { title: 'flag new-dashboard: 10% -> 25% in production', at: ms('09:00:00') },
  {
    'Sluice-Command': 'flag rollout new-dashboard 25% --environment production',
    'Sluice-Event': 'flag.rollout.changed',
    'Sluice-Subject': 'flag/new-dashboard',
    'Sluice-Actor': 'git:ann@example.com (Ann) unverified',
  },
);
const foreign = commitOf({ title: 'fix typo', at: ms('08:00:00'), sealed: false });
const all = [deploy, back, flag, foreign];

describe('history', () => {
  it('R-403 shows who, what, why and the commit, and marks what Sluice did not write', () => {
    expect(renderPlain(historyReport(all, ms('11:00:00')), 160)).toBe(`\
History: 4

when       who                   what                                          why                      commit
10:30 UTC  alice                 web 1.4.0: canary 5% begins in production     ship "it" today          3f9c2aa
10:24 UTC  sluice                web 1.4.0: rolled back from canary            errors 6.1% (46 of 756)  3f9c2aa
09:00 UTC  Ann (unverified)      flag new-dashboard: 10% -> 25% in production                           3f9c2aa
08:00 UTC  Ann (outside Sluice)  fix typo (not sealed)                                                  3f9c2aa
`);
  });

  it('R-403 finds rollbacks by their kind, commands by their first word, flags by theirs', () => {
    expect(filterHistory(all, { kind: 'rollback' })).toEqual([back]);
    expect(filterHistory(all, { kind: 'deploy' })).toEqual([deploy]);
    expect(filterHistory(all, { kind: 'flag' })).toEqual([flag]);
  });

  it('finds commits by name, by @name, by id, whatever the case; a foreign one by its author', () => {
    for (const by of ['alice', '@Alice', '583231', 'github:583231'])
      expect(filterHistory(all, { by })).toEqual([deploy]);
    expect(filterHistory(all, { by: 'ann' })).toEqual([flag, foreign]);
    expect(filterHistory(all, { by: 'ali' })).toEqual([]);
  });

  it('finds a service’s pairs by the service, and never another one that begins alike', () => {
    const other = commitOf({}, { 'Sluice-Subject': 'website/production' });
    expect(filterHistory([...all, other], { subject: 'web' })).toEqual([deploy, back]);
    expect(filterHistory(all, { subject: 'flag/new-dashboard' })).toEqual([flag]);
  });

  it('takes the commits of a time, its first moment included, and no more than asked for', () => {
    expect(filterHistory(all, { since: ms('09:00:00') })).toEqual([deploy, back, flag]);
    expect(filterHistory(all, { limit: 1 })).toEqual([deploy]);
    expect(filterHistory(all, { limit: 0 })).toEqual([]);
  });

  it('every filter only takes away: what is left is in its order and was there before', () => {
    const filters = fc.record(
      {
        kind: fc.constantFrom('flag', 'rollback', 'x'),
        since: fc.integer({ min: ms('07:00:00'), max: ms('11:00:00') }),
        by: fc.constantFrom('alice', 'ann'),
        limit: fc.integer({ min: 0, max: 5 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(filters, (filter) => {
        const left = filterHistory(all, filter);
        expect(all.filter((commit) => left.includes(commit))).toEqual(left);
        expect(filterHistory(left, filter)).toEqual(left);
      }),
    );
  });

  it('R-403 takes the reason from the command, else from what the body explains', () => {
    expect(whyOf(deploy)).toBe('ship "it" today');
    expect(whyOf(back)).toBe('errors 6.1% (46 of 756)');
    expect(whoOf(flag)).toBe('Ann (unverified)');
    expect(historyDetails([back])).toMatchObject([{ who: 'sluice', sealed: true, at: '2026-11-21T10:24:00.000Z' }]);
  });
});
