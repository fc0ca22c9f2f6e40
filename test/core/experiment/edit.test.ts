import { describe, expect, it } from 'vitest';
import { editProblem } from '../../../src/core/experiment/edit.ts';
import { environmentsOf } from '../../../src/core/external/foreign-file.ts';
import { printDocument } from '../../../src/core/model/document.ts';
import type { Experiment } from '../../../src/core/model/experiment.ts';
import { foreignProblem } from '../../../src/engine/foreign-problem.ts';
import { session } from './given.ts';

function draft(): Experiment {
  const s = session();
  s.say('experiment create checkout --goal conversion');
  return s.experiment();
}

function running(): Experiment {
  const s = session();
  s.say('experiment create checkout --goal conversion');
  s.say('experiment start checkout');
  return s.experiment();
}

describe('an edit of an experiment by hand', () => {
  it.each(['name', 'description', 'hypothesis', 'owner'])('may change its %s, also while it runs', (word) => {
    for (const one of [draft(), running()]) expect(editProblem(one, { ...one, [word]: 'other' })).toBeUndefined();
  });

  it('may change the design of a draft, and delete it', () => {
    const one = draft();
    const variants = [
      ['control', 90_000],
      ['treatment', 10_000],
    ] as const;
    expect(editProblem(one, { ...one, variants, by: 'account' })).toBeUndefined();
    expect(editProblem(one, undefined)).toBeUndefined();
    expect(editProblem(undefined, one)).toBeUndefined();
    expect(
      editProblem(one, {
        ...one,
        variants: [
          ['control', 90_000],
          ['treatment', 20_000],
        ],
      }),
    ).toContain('110%');
  });

  it('starts nothing and invents no result', () => {
    const [one, two] = [draft(), running()];
    expect(editProblem(one, two)).toContain('a file cannot start an experiment');
    expect(editProblem(undefined, two)).toContain('a file cannot start an experiment');
    expect(editProblem(one, { ...one, started: '2026-11-01T08:00:00.000Z' })).toContain('started is written by Sluice');
    expect(editProblem(one, { ...one, generation: 7 })).toContain('drawn at the start');
  });

  it('changes neither state, dates, assignment nor goals of one that runs, and does not delete it', () => {
    const one = running();
    const { started: _, ...undated } = one;
    expect(editProblem(one, { ...one, state: 'stopped' })).toContain(
      'state of checkout (running) is changed by commands alone',
    );
    expect(editProblem(one, undated)).toContain('started of checkout');
    expect(editProblem(one, { ...one, generation: 2 })).toContain('generation of checkout');
    expect(editProblem(one, { ...one, alpha: 0.5 })).toContain('alpha of checkout');
    expect(editProblem(one, { ...one, metrics: [] })).toContain('metrics of checkout');
    expect(editProblem(one, undefined)).toContain('experiment stop checkout first');
    expect(editProblem({ ...one, state: 'stopped' }, undefined)).toContain('would be drawn again');
  });

  it('does not touch what its flag serves while it runs, and belongs to its environment', () => {
    const s = session();
    s.say('experiment create checkout --goal conversion');
    s.say('experiment start checkout');
    const flag = s.flag();
    const path = 'flags/checkout.json';
    const there = flag.environments['production'];
    if (!there) throw new Error('not there');
    const file = (production: typeof there): Parameters<typeof foreignProblem>[0] => ({
      path,
      before: printDocument(flag),
      after: printDocument({ ...flag, environments: { production } }),
    });
    expect(foreignProblem(file({ ...there, serve: 'treatment' }), s.state)).toContain('flag-in-experiment: checkout');
    expect(
      foreignProblem({ path, before: printDocument(flag), after: printDocument({ ...flag, owner: 'me' }) }, s.state),
    ).toBeUndefined();
    const one = printDocument(s.experiment());
    expect(environmentsOf({ path: 'experiments/checkout.json', before: one, after: one })).toEqual(['production']);
    expect(foreignProblem({ path: 'experiments/checkout.json', before: one, after: '{' }, s.state)).toContain(
      'not JSON',
    );
  });
});
