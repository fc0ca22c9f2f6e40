import { AstBuilder, compile, GherkinClassicTokenMatcher, Parser } from '@cucumber/gherkin';
import { IdGenerator, type Pickle, type PickleStep } from '@cucumber/messages';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileFlags } from '../../../src/core/flag/compile.ts';
import type { FlagdDocument, Resolution } from '../../../src/core/flag/definition.ts';

const FOLDER = new URL('../../../../shared/conformance/flagd-testbed/evaluator/', import.meta.url);
const OTHER_GENERATIONS = new Set(['@fractional-v1', '@fractional-v3']);

interface World {
  type: string;
  key: string;
  fallback: string;
  readonly context: Record<string, unknown>;
  answer?: Resolution<unknown>;
}

function valueOf(type: string, text: string): unknown {
  if (type === 'Boolean') return text === 'true';
  if (type === 'Integer' || type === 'Float') return Number(text);
  if (type === 'Object') return JSON.parse(text.replaceAll('\\"', '"'));
  return text;
}

function load(): FlagdDocument {
  return JSON.parse(readFileSync(new URL('flags/testkit-flags.json', FOLDER), 'utf8')) as FlagdDocument;
}

function evaluate({ type, key, fallback, context }: World): Resolution<unknown> {
  const flags = compileFlags(load(), () => 1_700_000_000_000);
  const value = valueOf(type, fallback);
  if (type === 'Boolean') return flags.boolean(key, value as boolean, context);
  if (type === 'String') return flags.string(key, value as string, context);
  if (type === 'Object') return flags.object(key, value as object, context);
  return flags.number(key, value as number, context);
}

const STEPS: readonly (readonly [RegExp, (world: World, groups: readonly string[], step: PickleStep) => void])[] = [
  [/^an evaluator$/, () => undefined],
  [
    /^an? (\w+)-flag with key "(.*)" and a fallback value "(.*)"$/,
    (world, [type = '', key = '', fallback = '']) => Object.assign(world, { type, key, fallback }),
  ],
  [
    /^a context containing a key "(.*)", with type "(.*)" and with value "(.*)"$/,
    (world, [key = '', type = '', value = '']) => (world.context[key] = valueOf(type, value)),
  ],
  [/^a context containing a targeting key with value "(.*)"$/, (world, [key]) => (world.context['targetingKey'] = key)],
  [
    /^a context containing a nested property with outer key "(.*)" and inner key "(.*)", with value "(.*)"$/,
    (world, [outer = '', inner = '', value]) => (world.context[outer] = { [inner]: value }),
  ],
  [/^the flag was evaluated with details$/, (world) => (world.answer = evaluate(world))],
  [
    /^the resolved details value should be "(.*)"$/,
    (world, [value = '']) => expect(world.answer?.value).toEqual(valueOf(world.type, value)),
  ],
  // SPLIT is a finer word for the matches in which a bucket decided; flagd has none.
  [
    /^the reason should be "(.*)"$/,
    (world, [reason]) => expect(world.answer?.reason.replace('SPLIT', 'TARGETING_MATCH')).toBe(reason),
  ],
  [/^the error-code should be "(.*)"$/, (world, [code]) => expect(world.answer?.errorCode).toBe(code)],
  [/^the resolved metadata is empty$/, (world) => expect(world.answer?.flagMetadata ?? {}).toEqual({})],
  [
    /^the resolved metadata should contain$/,
    (world, _, step) => {
      const [, ...rows] = step.argument?.dataTable?.rows ?? [];
      for (const { cells } of rows) {
        const [key = '', type = '', value = ''] = cells.map((cell) => cell.value);
        expect(world.answer?.flagMetadata?.[key]).toEqual(valueOf(type, value));
      }
    },
  ],
];

function play(pickle: Pickle): void {
  const world: World = { type: '', key: '', fallback: '', context: {} };
  for (const step of pickle.steps) {
    const found = STEPS.map(([pattern, run]) => ({ match: pattern.exec(step.text), run })).find(({ match }) => match);
    if (!found?.match) throw new Error(`no step for: ${step.text}`);
    found.run(world, found.match.slice(1), step);
  }
}

function picklesOf(file: string): readonly Pickle[] {
  const newId = IdGenerator.incrementing();
  const parser = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher());
  const text = readFileSync(new URL(`gherkin/${file}`, FOLDER), 'utf8');
  return compile(parser.parse(text), file, newId).filter(
    ({ tags }) => !tags.some(({ name }) => OTHER_GENERATIONS.has(name)),
  );
}

if (existsSync(FOLDER)) {
  describe.each(readdirSync(new URL('gherkin/', FOLDER)))('R-502 flagd-testbed %s', (file) => {
    const pickles = picklesOf(file);
    it.each(pickles.map((pickle, i) => [`${i + 1} ${pickle.name}`, pickle] as const))('%s', (_, pickle) => {
      expect(() => play(pickle)).not.toThrow();
    });
  });
} else {
  it.skip('R-502 flagd-testbed: the conformance folder is not beside the repository', () => undefined);
}
