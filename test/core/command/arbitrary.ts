import fc from 'fast-check';
import type { Command, Value } from '../../../src/core/command/command.ts';
import type { Argument, Entry, Kind, Option } from '../../../src/core/command/grammar.ts';
import { commandTable, optionsOf } from '../../../src/core/command/table.ts';
import { RESERVED } from '../../../src/core/command/value.ts';

/** Words that end old names: `rollback "backup"` must not become `rollback:backup`. */
const TEMPTING = ['backup', 'backups', 'trigger', 'emergency', 'history', 'canary', 'beta', 'production', 'list', 'to'];
const name: fc.Arbitrary<string> = fc
  .oneof(fc.stringMatching(/^[A-Za-z0-9_+][A-Za-z0-9._+-]{0,12}$/), fc.constantFrom(...TEMPTING))
  .filter((text) => !RESERVED.includes(text));
const version: fc.Arbitrary<string> = fc.oneof(name, fc.constantFrom('head', 'latest'));
const text: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    fc.constantFrom(
      'in',
      'to',
      '--all',
      '—all',
      '“x”',
      "it's",
      "'",
      '\\',
      '\\"',
      'a="b"',
      '=‘x',
      'a,b',
      '-m',
      '/x',
      '„',
    ),
  )
  .filter((value) => value.trim() !== '' && !/[\p{Cc}\u2028\u2029]/u.test(value));
const percent: fc.Arbitrary<number> = fc.integer({ min: 0, max: 100_000 });
const commit: fc.Arbitrary<string> = fc.stringMatching(/^[0-9a-f]{4,40}$/);
const time: fc.Arbitrary<string> = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

const VALUES: Readonly<Record<Exclude<Kind, 'choice' | 'weights'>, fc.Arbitrary<string | number>>> = {
  release: fc.oneof(
    version,
    fc.tuple(name, version).map((parts) => parts.join('@')),
  ),
  version,
  name,
  metric: fc.tuple(name, fc.constantFrom('', ':lower', ':higher')).map((parts) => parts.join('')),
  key: name,
  stage: fc.oneof(name, fc.constant('all')),
  target: fc.oneof(
    name,
    name.map((key) => `flag/${key}`),
    fc.tuple(name, name).map((parts) => parts.join('/')),
  ),
  percent,
  duration: fc.integer({ min: 0, max: 10 ** 12 }),
  time,
  moment: fc.oneof(commit, time),
  text,
  condition: text,
  file: text,
  pair: fc.tuple(name, text).map((parts) => parts.join('=')),
  commit,
  revision: fc.oneof(commit, fc.constantFrom('HEAD', 'HEAD~1', 'HEAD~12')),
  number: fc.integer({ min: 0, max: 999_999_999 }),
  rate: fc.integer({ min: 0, max: 10 ** 9 }).map((count) => count / 8),
};

function one(place: Argument | Option): fc.Arbitrary<string | number> {
  if (place.kind === 'choice') return fc.constantFrom(...(place.of ?? []));
  return place.kind === 'weights' || place.kind === 'switch' ? fc.constant('') : VALUES[place.kind];
}

const shares: fc.Arbitrary<readonly string[]> = fc
  .tuple(fc.uniqueArray(version, { minLength: 2, maxLength: 2 }), percent)
  .map(([[first, second], weight]) => [`${first}=${weight / 1_000}%`, `${second}=${(100_000 - weight) / 1_000}%`]);

function argument(place: Argument): fc.Arbitrary<Value> {
  if (place.kind === 'weights') return shares;
  return place.repeatable ? fc.array(one(place).map(String), { minLength: 1, maxLength: 3 }) : one(place);
}

function option(place: Option): fc.Arbitrary<Value> {
  if (place.kind === 'switch') return fc.constant(true);
  const value = one(place);
  if (place.bare === true) return fc.oneof(fc.constant(true as const), value);
  if (place.repeatable === undefined) return value;
  const written = place.kind === 'percent' ? percent.map((weight) => `${weight / 1_000}%`) : value.map(String);
  return fc.array(written, { minLength: 1, maxLength: 3 });
}

function argsOf({ args }: Entry): fc.Arbitrary<Record<string, Value>> {
  const least = args.filter(({ required }) => required).length;
  const all = fc.tuple(...args.map(argument));
  return fc.tuple(fc.integer({ min: least, max: args.length }), all).map(([count, values]) => {
    const given = args.slice(0, count).map(({ name: key }, index) => [key, values[index] ?? ''] as const);
    return Object.fromEntries(given);
  });
}

function optionsFor(entry: Entry): fc.Arbitrary<Record<string, Value>> {
  const all = fc
    .tuple(...optionsOf(entry).map((place) => fc.option(option(place).map((value) => [place.name, value] as const))))
    .map((given) => Object.fromEntries(given.filter((pair) => pair !== null)));
  if (entry.exactlyOne === undefined) return all;
  const [first = '', ...others] = entry.exactlyOne;
  return fc.tuple(all, fc.integer({ min: 1, max: 10 ** 9 })).map(([options, length]) => ({
    ...Object.fromEntries(Object.entries(options).filter(([key]) => !others.includes(key))),
    [first]: length,
  }));
}

/** Any command of the table, with any values it may have. */
export const anyCommand: fc.Arbitrary<Command> = fc
  .constantFrom(...commandTable)
  .chain((entry) =>
    fc
      .record(
        { args: argsOf(entry), options: optionsFor(entry), environment: name },
        { requiredKeys: ['args', 'options'] },
      )
      .map((rest) => ({ name: entry.name, ...rest })),
  );
