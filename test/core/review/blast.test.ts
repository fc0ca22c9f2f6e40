import { describe, expect, it } from 'vitest';
import type { FlagEnvironment } from '../../../src/core/model/flag.ts';
import { blastRadius, isRebucketed, sharesWords } from '../../../src/core/review/blast.ts';
import { asked, flag, ramp, setOf } from './flags.ts';

const country = (value: string) => [{ attribute: 'country', operator: 'equals' as const, values: [value] }];
const split = (...arms: (readonly [string, number])[]) => ({ split: arms });
const three = { variants: { a: 'a', b: 'b', c: 'c', off: 'off' } };

/** The one row of a change of one flag's environment. */
function rowOf(before: Partial<FlagEnvironment>, after: Partial<FlagEnvironment>, rest: object = {}) {
  const radius = blastRadius(asked(setOf([flag('hero', before, rest)]), setOf([flag('hero', after, rest)])));
  const [row] = radius.rows;
  if (!row?.shift) throw new Error('nothing changed');
  return { ...row, shift: row.shift, users: radius.sample };
}

describe('the blast radius of a change', () => {
  it('R-703 is nothing where no context can tell the sides apart', () => {
    const remarks = { description: 'other words', owner: 'somebody else' };
    expect(blastRadius(asked(setOf([flag('hero')]), setOf([flag('hero', {}, remarks)]))).rows).toEqual([]);
  });

  it('R-703 of a raised percentage is as many users as the percentage grew by, all of them planned', () => {
    const { shift, users } = rowOf({ serve: ramp(10) }, { serve: ramp(25) });
    expect(shift.changed / users).toBeCloseTo(0.15, 1);
    expect(shift).toMatchObject({ unplanned: 0, redrawn: 0 });
    expect(sharesWords(shift)).toMatch(/^off (89|90|91)[.\d]*% → 7\d[.\d]*%, on (9|10|11)[.\d]*% → 2\d[.\d]*%$/);
  });

  it('a lowered percentage, a disabled flag and one variant instead of another are planned', () => {
    expect(rowOf({ serve: ramp(60) }, { serve: ramp(5) }).shift.unplanned).toBe(0);
    expect(rowOf({ enabled: true, serve: ramp(60) }, { enabled: false, serve: ramp(60) }).shift.unplanned).toBe(0);
    const { shift, users } = rowOf({ serve: 'off' }, { serve: 'on' });
    expect(shift).toMatchObject({ unplanned: 0, changed: users });
  });

  it('another attribute draws other users: rebucketed', () => {
    const row = rowOf({ serve: ramp(50) }, { serve: ramp(50, 'account.id') });
    expect(row.shift.unplanned / row.users).toBeGreaterThan(0.4);
    expect(isRebucketed(row)).toBe(true);
  });

  it('the same weights in another order move everybody: rebucketed', () => {
    const row = rowOf(
      { serve: split(['on', 50_000], ['off', 50_000]) },
      { serve: split(['off', 50_000], ['on', 50_000]) },
    );
    expect(row.shift.unplanned).toBeGreaterThan(0.98 * row.users);
  });

  it('a split that grows in the middle moves users between variants that keep their share: rebucketed', () => {
    const before = split(['a', 10_000], ['b', 45_000], ['c', 45_000]);
    const row = rowOf({ serve: before }, { serve: split(['a', 40_000], ['b', 15_000], ['c', 45_000]) }, three);
    expect(isRebucketed(row)).toBe(false);
    const moved = rowOf({ serve: before }, { serve: split(['a', 40_000], ['b', 30_000], ['c', 30_000]) }, three);
    expect(moved.shift.unplanned / moved.users).toBeCloseTo(0.15, 1);
    expect(isRebucketed(moved)).toBe(true);
  });

  it('a generation that is raised draws anew because somebody said so', () => {
    const arms = split(['on', 50_000], ['off', 50_000]);
    const row = rowOf({ serve: { ...arms, generation: 1 } }, { serve: { ...arms, generation: 2 } });
    expect(row.shift.redrawn / row.users).toBeCloseTo(0.5, 1);
    expect(isRebucketed(row)).toBe(false);
    expect(isRebucketed(rowOf({ serve: { ...arms, generation: 2 } }, { serve: { ...arms, generation: 1 } }))).toBe(
      true,
    );
  });

  it('a file that is renamed is one flag with another salt: rebucketed', () => {
    const [before, after] = [flag('hero', { serve: ramp(50) }), flag('hero-2', { serve: ramp(50) })];
    const question = asked(setOf([before]), setOf([after]), { renamed: new Map([['hero', 'hero-2']]) });
    const { rows } = blastRadius(question);
    expect(rows).toMatchObject([{ flag: 'hero-2', was: 'hero', is: 'changed' }]);
    expect(rows.map(isRebucketed)).toEqual([true]);
    // Nobody has to say so: a flag that is gone and a new one that says the same are one.
    expect(blastRadius({ ...question, renamed: new Map() }).rows).toEqual(rows);
    const other = flag('hero-2', { serve: ramp(51) });
    const apart = blastRadius({ ...question, after: setOf([other]), renamed: new Map() });
    expect(apart.rows.map(({ is }) => is)).toEqual(['gone', 'new']);
  });

  it('other conditions move exactly those who answer them differently, and that is planned', () => {
    const german = { rules: [{ id: 'home', if: country('DE'), serve: 'on' }], serve: 'off' };
    const french = { rules: [{ id: 'home', if: country('FR'), serve: 'on' }], serve: 'off' };
    const { shift, users } = rowOf(german, french);
    const share = (side: ReadonlyMap<string, number>): number => (side.get('on') ?? 0) / users;
    expect(share(shift.before)).toBeCloseTo(share(shift.after), 1);
    expect(shift.changed).toBeGreaterThan(users / 4);
    expect(shift.unplanned).toBe(0);
  });

  it('a holdout that is renamed keeps out others than before: rebucketed; a larger one does not', () => {
    const kept = (name: string, percent: number) => ({ serve: 'on', holdouts: [{ name, percent: percent * 1_000 }] });
    expect(isRebucketed(rowOf(kept('2026q3', 10), kept('2026q4', 10)))).toBe(true);
    expect(rowOf(kept('2026q4', 10), kept('2026q4', 20)).shift.unplanned).toBe(0);
  });

  it('reaches flags that use a changed segment, also through another one, and flags that require these', () => {
    const segment = (name: string, value: string) => ({ schemaVersion: 1 as const, name, if: country(value) });
    const outer = {
      schemaVersion: 1 as const,
      name: 'west',
      if: [{ attribute: 'segment', operator: 'segment' as const, values: ['eu'] }],
    };
    const rule = {
      id: 'west',
      if: [{ attribute: 'segment', operator: 'segment' as const, values: ['west'] }],
      serve: 'on',
    };
    const flags = [
      flag('user', { rules: [rule], serve: 'off' }),
      flag('child', { serve: 'on' }, { requires: [{ flag: 'user', variant: 'on' }] }),
      flag('other'),
    ];
    const { rows } = blastRadius(
      asked(setOf(flags, [segment('eu', 'DE'), outer]), setOf(flags, [segment('eu', 'FR'), outer])),
    );
    expect(rows.map((row) => row.flag)).toEqual(['child', 'user']);
    for (const { shift } of rows) {
      expect(shift?.changed).toBeGreaterThan(0);
      expect(shift?.unplanned).toBe(0);
    }
  });

  it('counts another value of the same variant as a change', () => {
    const variants = (hue: string) => ({ variants: { on: hue, off: 'grey' } });
    const [before, after] = [
      flag('hue', { serve: 'on' }, variants('blue')),
      flag('hue', { serve: 'on' }, variants('red')),
    ];
    const [row] = blastRadius(asked(setOf([before]), setOf([after]))).rows;
    expect(row?.shift).toMatchObject({ changed: row?.shift?.users, unplanned: 0 });
  });

  it('asks recorded contexts too, and they can fail it alone', () => {
    const change = (by: string) => ({
      rules: [
        { id: 'beta', if: [{ attribute: 'plan', operator: 'exists' as const, values: [] }], serve: ramp(50, by) },
      ],
      serve: 'off',
    });
    const recorded = Array.from({ length: 500 }, (_, index) => ({
      targetingKey: `u${index}`,
      plan: 'pro',
      org: `o${index % 9}`,
    }));
    const [row] = blastRadius(
      asked(setOf([flag('x', change('targetingKey'))]), setOf([flag('x', change('org'))]), { recorded }),
    ).rows;
    expect(row?.recorded?.users).toBe(500);
    expect(row?.recorded?.unplanned).toBeGreaterThan(100);
  });

  it('names attributes as they come: prototypes, dots, lists', () => {
    const conditions = [
      { attribute: '__proto__.polluted', operator: 'exists' as const, values: [] },
      { attribute: 'groups', operator: 'in' as const, values: ['staff'] },
      { attribute: 'a', operator: 'equals' as const, values: [1] },
      { attribute: 'a.b', operator: 'equals' as const, values: [1] },
    ];
    const rules = (serve: string) => ({
      rules: conditions.map((one, index) => ({ id: `r${index}`, if: [one], serve })),
    });
    expect(rowOf(rules('off'), rules('on')).shift.changed).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('R-703 one customer of very many is rebucketed where the rule for it alone draws others', () => {
    const rules = (swapped: boolean) =>
      Array.from({ length: 20 }, (_, index) => ({
        id: `r${index}`,
        if: [
          { attribute: 'customer', operator: 'equals' as const, values: [`c${index}`] },
          ...Array.from({ length: 8 }, (_each, at) => ({
            attribute: `a${at}`,
            operator: 'equals' as const,
            values: ['v'],
          })),
        ],
        serve: index === 7 && swapped ? split(['off', 50_000], ['on', 50_000]) : split(['on', 50_000], ['off', 50_000]),
      }));
    const row = rowOf({ serve: 'off', rules: rules(false) }, { serve: 'off', rules: rules(true) });
    expect(row.shift.unplanned).toBeLessThan(row.users * 0.001);
    expect(row.steps.map(({ step }) => step)).toEqual(['r7']);
    expect(isRebucketed(row)).toBe(true);
    // A larger share for the one customer is planned.
    const more = rules(false).map((one) => (one.id === 'r7' ? { ...one, serve: 'on' } : one));
    expect(isRebucketed(rowOf({ serve: 'off', rules: rules(false) }, { serve: 'off', rules: more }))).toBe(false);
  });

  it('a rule under another name is the rule with its conditions', () => {
    const rule = (id: string, arms: FlagEnvironment['serve']) => ({
      serve: 'off',
      rules: [{ id, if: country('DE'), serve: arms }],
    });
    const arms = split(['on', 50_000], ['off', 50_000]);
    const swapped = rowOf(rule('a', arms), rule('b', split(['off', 50_000], ['on', 50_000])));
    expect(swapped.steps.map(({ step, at }) => [step, at])).toEqual([['b', ['rules', 0, 'serve']]]);
    expect(isRebucketed(swapped)).toBe(true);
  });

  it('R-703 users of a flag that is gone lose what they have: counted, unless it was off', () => {
    const gone = (settings: Partial<FlagEnvironment>) =>
      blastRadius(asked(setOf([flag('big', settings)]), setOf([]))).rows[0];
    expect(gone({ serve: 'on' })?.loss).toMatchObject({ users: 10_000, lost: 10_000 });
    expect((gone({ serve: ramp(10) })?.loss?.lost ?? 0) / 10_000).toBeCloseTo(0.1, 1);
    expect(gone({ enabled: false, serve: 'on' })?.loss?.lost).toBe(0);
  });

  it('R-703 its work is bounded by what is asked: what is too much is counted and not asked', () => {
    const environments = Array.from({ length: 10 }, (_, index) => `e${index}`);
    const rules = Array.from({ length: 100 }, (_, index) => ({
      id: `r${index}`,
      if: [{ attribute: 'email', operator: 'contains', values: [`z${index}`] }],
      serve: ramp(30),
    }));
    const heavy = (key: string, percent: number) => {
      const settings = { enabled: true, serve: ramp(percent), rules };
      return flag(key, {}, { environments: Object.fromEntries(environments.map((name) => [name, settings])) });
    };
    const keys = Array.from({ length: 10 }, (_, index) => `f${index}`);
    const question = asked(setOf(keys.map((key) => heavy(key, 10))), setOf(keys.map((key) => heavy(key, 20))));
    const { rows, unasked = 0, sample } = blastRadius({ ...question, environments, questions: 200_000 });
    expect(sample).toBeLessThan(110);
    expect(rows.length * 101 * sample).toBeLessThanOrEqual(200_000);
    expect(rows.length + unasked).toBe(100);
    expect(unasked).toBeGreaterThan(0);
  });

  it('says the same at every run, and asks fewer users where very many flags are affected', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => flag(`f${index}`, { serve: ramp(10) }));
    const raised = many.map(({ key }) => flag(key, { serve: ramp(20) }));
    const radius = blastRadius(asked(setOf(many), setOf(raised)));
    expect(radius.sample).toBe(4_000);
    expect(blastRadius(asked(setOf(many.slice(0, 3)), setOf(raised.slice(0, 3)))).rows).toEqual(
      blastRadius(asked(setOf(many.slice(0, 3)), setOf(raised.slice(0, 3)))).rows,
    );
  });
});
