import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { actionPages } from '../../scripts/action-pages.ts';
import { ACTION_NAMES, ACTIONS, findAction, isActionName } from '../../src/action/registry.ts';
import { readInputs } from '../../src/action/inputs.ts';
import { findEntry, optionsOf } from '../../src/core/command/table.ts';

describe('the table of actions', () => {
  it('has every action once, each name finding its own', () => {
    expect(ACTIONS.map(({ name }) => name)).toEqual(ACTION_NAMES);
    expect(ACTION_NAMES.map((name) => findAction(name)?.name)).toEqual(ACTION_NAMES);
    expect(['deploy', 'toString', 'Deploy', ''].map(isActionName)).toEqual([true, false, false, false]);
  });

  it('has the folder of every composite action, and no other', () => {
    const folders = readdirSync('actions', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).toSorted()).toEqual(
      ACTION_NAMES.filter((name) => name !== 'root').toSorted(),
    );
  });

  it.each(ACTIONS)(
    'says of $name in one sentence what it does, short enough for the Marketplace',
    ({ description }) => {
      expect(description.length).toBeLessThanOrEqual(125);
      expect(description).toMatch(/^[A-Z].*\.$/);
    },
  );

  it.each(ACTIONS)('explains every input of $name, which no expression can be part of', ({ inputs, outputs }) => {
    for (const { name, description } of [...inputs, ...outputs]) {
      expect(description, name).toMatch(/^[A-Z`].*[.:]$/s);
      expect(description, name).not.toMatch(/\$\{\{|\n/);
    }
    expect(new Set(inputs.map(({ name }) => name)).size).toBe(inputs.length);
    expect(new Set(inputs.map(({ name }) => name.replaceAll('-', '_'))).size).toBe(inputs.length);
    expect(new Set(outputs.map(({ name }) => name)).size).toBe(outputs.length);
  });

  it.each(ACTIONS)('gives $name only defaults that its own reader takes', ({ name, inputs }) => {
    const required = inputs.filter((input) => input.required === true);
    const text = ({ kind, of }: (typeof inputs)[number]) => (kind === 'choice' ? (of?.[0] ?? '') : 'v1');
    const env = Object.fromEntries(required.map((input) => [`INPUT_${input.name.toUpperCase()}`, text(input)]));
    const read = readInputs({ ...env, ...(name === 'root' ? { INPUT_COMMAND: 'status' } : {}) }, name);
    expect(read.ok ? [] : read.problems).toEqual([]);
    for (const { default: otherwise, required: must, of } of inputs) {
      expect(otherwise === undefined || must === undefined).toBe(true);
      if (of !== undefined && otherwise !== undefined) expect(of).toContain(otherwise);
    }
  });

  it('offers only commands that are built', () => {
    const of = (name: 'flag' | 'experiment' | 'monitor') =>
      findAction(name)?.inputs.find((input) => input.name === 'action')?.of ?? [];
    const commands = [
      ...of('flag').map((verb) => `flag ${verb}`),
      ...of('experiment').map((verb) => `experiment ${verb}`),
      ...of('monitor').map((verb) => (verb === 'alerts' ? 'alert list' : verb)),
      'deploy',
      'promote',
      'rollback',
      'reconcile',
    ];
    expect(commands.filter((name) => findEntry(name)?.built !== true)).toEqual([]);
  });

  it.each(['deploy', 'promote', 'rollback', 'reconcile'] as const)(
    'has an input for every option of %s that changes what it does',
    (name) => {
      const inputs = new Set(findAction(name)?.inputs.map((input) => input.name));
      // Answers are JSON anyway, nobody is asked, and no action passes over gates on the way back.
      const needless = new Set([
        'json',
        'yes',
        'traffic',
        'errors',
        ...(name === 'deploy' || name === 'promote' ? [] : ['override']),
      ]);
      const entry = findEntry(name);
      const options = entry === undefined ? [] : optionsOf(entry).map((option) => option.name);
      const wanted = options.filter((option) => !needless.has(option));
      expect(wanted.filter((option) => !inputs.has(option))).toEqual(name === 'reconcile' ? ['reason', 'dry-run'] : []);
    },
  );
});

interface Manifest {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, { readonly value?: string }>>;
  readonly runs: {
    readonly using: string;
    readonly main?: string;
    readonly steps?: readonly {
      readonly id?: string;
      readonly run?: string;
      readonly shell?: string;
      readonly uses?: string;
    }[];
  };
}

describe.each([...actionPages()])('%s', (path, page) => {
  it('is as `npm run docs` writes it', () => {
    expect(existsSync(path) ? readFileSync(path, 'utf8') : '(not there)').toBe(page);
  });
});

describe.each(ACTION_NAMES)('action.yml of %s', (name) => {
  const text = readFileSync(name === 'root' ? 'action.yml' : `actions/${name}/action.yml`, 'utf8');
  const { inputs = {}, outputs = {}, runs } = parse(text) as Manifest;

  it('uses only inputs that it declares, and outputs of a step that it has', () => {
    const used = [...text.matchAll(/inputs\.([\w-]+)/g)].map((match) => match[1] ?? '');
    expect(used.filter((input) => !Object.hasOwn(inputs, input))).toEqual([]);
    expect(new Set(used)).toEqual(new Set(name === 'root' ? [] : Object.keys(inputs)));
    const steps = new Set(runs.steps?.map(({ id }) => id));
    for (const [output, { value }] of name === 'root' ? [] : Object.entries(outputs)) {
      expect(value).toBe(`\${{ steps.sluice.outputs.${output} }}`);
      expect(steps).toContain('sluice');
    }
  });

  it('runs no text from an expression, and nothing of anybody else', () => {
    if (name === 'root') expect(runs).toEqual({ using: 'node24', main: 'dist/action.js' });
    for (const step of runs.steps ?? []) {
      expect(step.run).not.toContain('${{');
      expect(step.shell).toBe('bash');
      expect(step.uses).toBeUndefined();
    }
  });
});
