import type { Decision } from '../decision.ts';
import { refuse } from '../decision.ts';
import type { Json } from '../model/document.ts';
import { type Flag, VariantValue } from '../model/flag.ts';
import { isName } from '../model/names.ts';
import { parseDuration, toInstant } from '../model/time.ts';
import { type Case, listOf, refuseFor, textOf, writeFlag } from './command-frame.ts';
import { lintFlag } from './lint.ts';
import { isProblem, problem, type Problem } from './problem.ts';

const TYPES = ['boolean', 'string', 'number', 'object'] as const;
type VariantType = (typeof TYPES)[number];

/** `flag create KEY [NAME] [DESCRIPTION]`: off everywhere until it is enabled. */
export function create(one: Case): Decision {
  const { state, command, asking } = one;
  const key = textOf(command.args['key']) ?? '';
  if (!isName(key)) return refuse('value-invalid', `"${key}" cannot be a flag's key: letters, digits and . _ + - only`);
  if (state.flags.has(key))
    return refuse('flag-exists', `flag ${key} exists already; flag show ${key} tells what it is`);
  const shape = shapeOf(one);
  if (isProblem(shape)) return refuseFor(shape);
  const expires = expiryOf(one);
  if (isProblem(expires)) return refuseFor(expires);
  const [name, description, owner] = [command.args['name'], command.args['description'], command.options['owner']].map(
    textOf,
  );
  const tags = listOf(command.options['tag']);
  const flag: Flag = {
    schemaVersion: 1,
    key,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    kind: kindOf(key),
    ...(owner !== undefined && { owner }),
    tags,
    created: toInstant(asking.now),
    ...(expires && { expires: expires.at }),
    services: [],
    variants: shape.variants,
    off: shape.off,
    requires: [],
    environments: {},
  };
  const names = state.config.flags.names;
  const warnings = lintFlag(flag, { now: asking.now, ...(names !== undefined && { names }) }).map(
    ({ message }) => message,
  );
  const summary = [`flag ${key} created, off everywhere`, ...warnings].join('; ');
  return writeFlag(one, flag, {
    summary,
    details: { flag: key, variants: shape.variants, off: shape.off, warnings },
    message: { title: `flag ${key}: created, off everywhere`, event: 'flag.created', subject: `flag/${key}` },
  });
}

/** By the optional naming rules: `experiment.*` is one, `rollback.*` and `ops.*` operate, all others release. */
function kindOf(key: string): Flag['kind'] {
  if (key.startsWith('experiment.')) return 'experiment';
  return /^(rollback|ops|config)\./.test(key) ? 'ops' : 'release';
}

type Shape = Pick<Flag, 'variants' | 'off'>;

/** Without `--variant` on and off; `off`, false or the first of the given ones is what is served while off. */
function shapeOf({ command }: Case): Shape | Problem {
  const type = textOf(command.options['type']);
  const known = TYPES.find((candidate) => candidate === type);
  if (type !== undefined && !known) return problem('value-invalid', `--type ${type}: one of ${TYPES.join(', ')}`);
  const written = listOf(command.options['variant']);
  if (written.length === 0) {
    if (known !== undefined && known !== 'boolean') {
      return problem('value-invalid', `a ${known} flag needs its variants: --variant NAME=VALUE, at least two`);
    }
    return { variants: { on: true, off: false }, off: 'off' };
  }
  const variants: Record<string, VariantValue> = {};
  for (const text of written) {
    const variant = readVariant(text, known);
    if (isProblem(variant)) return variant;
    variants[variant.name] = variant.value;
  }
  const off =
    Object.keys(variants).find((name) => name === 'off' || variants[name] === false) ?? Object.keys(variants)[0];
  return { variants, off: off ?? 'off' };
}

function readVariant(text: string, type: VariantType | undefined): { name: string; value: VariantValue } | Problem {
  const at = text.indexOf('=');
  if (at <= 0) return problem('value-invalid', `--variant ${text}: NAME=VALUE was expected, such as blue=#00f`);
  const [name, raw] = [text.slice(0, at), text.slice(at + 1)];
  const value = type === 'string' ? raw : readValue(raw);
  const parsed = VariantValue.safeParse(value);
  if (!parsed.success || (type !== undefined && typeof parsed.data !== type)) {
    return problem('value-invalid', `--variant ${text}: a ${type ?? 'boolean, string, number or object'} was expected`);
  }
  return { name, value: parsed.data };
}

/** JSON where it is JSON, else the text itself. */
export function readValue(raw: string): Json {
  try {
    return JSON.parse(raw) as Json;
  } catch {
    return raw;
  }
}

/** A duration as milliseconds or as text. Wrapped; undefined when none was given. */
function expiryOf({ command, asking }: Case): { readonly at: string } | undefined | Problem {
  const given = command.options['expires'];
  if (given === undefined) return undefined;
  const length = typeof given === 'number' ? given : parseDuration(textOf(given) ?? '');
  if (length === undefined || length <= 0)
    return problem('value-invalid', `--expires ${textOf(given) ?? ''}: a length such as 30d`);
  return { at: toInstant(asking.now + length) };
}
