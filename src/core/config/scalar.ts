/** Texts of the configuration, typed. Each says what it expected and, where it can, what was probably meant. */
import * as z from 'zod';
import { NAME_PATTERN } from '../model/names.ts';
import { DAY, type Milliseconds, parseDuration } from '../model/time.ts';
import { fromPercent, WHOLE, type Weight } from '../model/weight.ts';
import { parseQuantity, type Quantity } from './quantity.ts';

type Read<T> = { readonly value: T } | { readonly expected: string; readonly hint?: string | undefined };

/** `shown` is what the published JSON Schema says of the text. */
function scalar<T>(read: (text: string) => Read<T>, shown: Readonly<Record<string, unknown>> = {}): z.ZodType<T> {
  return z
    .string()
    .transform((text, context): T => {
      const result = read(text);
      if ('value' in result) return result.value;
      context.addIssue({ code: 'custom', message: result.expected, params: result });
      return z.NEVER;
    })
    .meta({ ...shown });
}

const BARE = /^\d+(\.\d+)?$/;

export const text: z.ZodType<string> = scalar(
  (value) => (value === '' ? { expected: 'a text that is not empty' } : { value }),
  { type: ['string', 'number', 'boolean'] },
);

function readDuration(value: string): Read<Milliseconds> {
  const length = parseDuration(value);
  if (length !== undefined) return { value: length };
  const hint = BARE.test(value) ? `did you mean \`${value}m\`?` : undefined;
  return { expected: 'a length of time with its unit, such as `90s`, `5m`, `2h`, `7d`', hint };
}

export const duration: z.ZodType<Milliseconds> = scalar(readDuration, {
  type: 'string',
  pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d)$',
});

/** As `duration`, and years of 365 days. */
export const longDuration: z.ZodType<Milliseconds> = scalar(
  (value) => {
    const years = /^(\d+)y$/.exec(value);
    return years ? { value: Number(years[1]) * 365 * DAY } : readDuration(value);
  },
  { type: 'string', pattern: '^\\d+(\\.\\d+)?(ms|s|m|h|d|y)$' },
);

/** `0.3%` in percent (0.3). */
function readPercent(value: string): Read<number> {
  const match = /^(\d+(?:\.\d+)?) ?%$/.exec(value);
  if (match) return { value: Number(match[1]) };
  if (!BARE.test(value)) return { expected: 'a share in percent, such as `25%`' };
  const meant = Number(value) < 1 ? Number((Number(value) * 100).toPrecision(12)) : Number(value);
  return { expected: 'a share in percent, such as `25%`', hint: `did you mean \`${meant}%\`?` };
}

const PERCENT_SHOWN = { type: 'string', pattern: '^\\d+(\\.\\d+)? ?%$' };

/** A share of traffic or users. */
export const weight: z.ZodType<Weight> = scalar((value) => {
  const percent = readPercent(value);
  if (!('value' in percent)) return percent;
  const parts = fromPercent(percent.value);
  if (parts > WHOLE) return { expected: 'a share from `0%` to `100%`' };
  const exact = Math.abs(parts - percent.value * 1_000) < 1e-6;
  return exact ? { value: parts } : { expected: 'a share in steps of `0.001%`' };
}, PERCENT_SHOWN);

/** A rate as a fraction of one; may be more than one (an increase by `150%`). */
export const fraction: z.ZodType<number> = scalar((value) => {
  const percent = readPercent(value);
  return 'value' in percent ? { value: Number((percent.value / 100).toPrecision(12)) } : percent;
}, PERCENT_SHOWN);

export const count: z.ZodType<number> = scalar(
  (value) => (/^\d{1,9}$/.test(value) ? { value: Number(value) } : { expected: 'a whole number such as `3`' }),
  { type: 'integer', minimum: 0 },
);

export const port: z.ZodType<number> = scalar(
  (value) =>
    /^\d{1,5}$/.test(value) && Number(value) < 65_536
      ? { value: Number(value) }
      : { expected: 'a port from 0 to 65535' },
  { type: 'integer', minimum: 0, maximum: 65_535 },
);

export const ratio: z.ZodType<number> = scalar(
  (value) => (BARE.test(value) ? { value: Number(value) } : { expected: 'a number such as `1.2`' }),
  { type: 'number', minimum: 0 },
);

export const toggle: z.ZodType<boolean> = scalar(
  (value) => {
    if (value === 'true' || value === 'false') return { value: value === 'true' };
    const meant = /^(yes|on|1|y)$/i.test(value) ? 'true' : /^(no|off|0|n)$/i.test(value) ? 'false' : undefined;
    return { expected: '`true` or `false`', hint: meant && `did you mean \`${meant}\`?` };
  },
  { type: 'boolean' },
);

const SECRET = /^\$[A-Za-z_][A-Za-z0-9_]*$/;

export function isSecret(value: string): boolean {
  return SECRET.test(value);
}

export const secret: z.ZodType<string> = scalar(
  (value) =>
    isSecret(value)
      ? { value }
      : {
          expected: 'the name of a secret, such as `$API_TOKEN`',
          hint: 'A secret never stands in the configuration itself.',
        },
  { type: 'string', pattern: SECRET.source },
);

function readUrl(value: string): Read<string> {
  if (isSecret(value)) return { expected: 'an address: a secret is never part of one' };
  if (!/^https?:\/\/[^\s/?#]+/.test(value)) return { expected: 'an address such as `https://shop.example.com`' };
  if (/^https?:\/\/[^/?#]*@/.test(value)) return { expected: 'an address without a user or password in it' };
  if (/\$[A-Z_][A-Z0-9_]*/.test(value)) return { expected: 'an address: a secret is never part of one' };
  return { value };
}
export const url: z.ZodType<string> = scalar(readUrl, { type: 'string', pattern: '^https?://' });

/** A webhook's address, which often is itself the secret. */
export const urlOrSecret: z.ZodType<string> = scalar(
  (value) => (isSecret(value) || /^smtps?:\/\/[^@\s]+$/.test(value) ? { value } : readUrl(value)),
  { type: 'string' },
);

const NAME_EXPECTED = 'a name of letters, digits and `. _ + -` that begins with a letter or digit';
export const name: z.ZodType<string> = scalar(
  (value) => (NAME_PATTERN.test(value) && /^[A-Za-z0-9]/.test(value) ? { value } : { expected: NAME_EXPECTED }),
  { type: ['string', 'number'], pattern: NAME_PATTERN.source },
);

/** `role:write`, `team:sre`, `user:alice`, `app:name`. */
export const who: z.ZodType<string> = scalar(
  (value) => {
    const known = /^(team|user|app):[A-Za-z0-9][A-Za-z0-9._/-]*(\[bot\])?$|^role:(read|triage|write|maintain|admin)$/;
    if (known.test(value)) return { value };
    const hint = /^[a-z0-9-]+$/i.test(value) ? `did you mean \`user:${value}\` or \`team:${value}\`?` : undefined;
    return { expected: '`role:write`, `team:NAME`, `user:NAME` or `app:NAME`', hint };
  },
  { type: 'string', pattern: '^(role|team|user|app):' },
);

/** A number with the unit of the metric it bounds: `1%`, `2s`, `500`. */
export const quantity: z.ZodType<Quantity> = scalar(
  (value) => {
    const result = parseQuantity(value);
    return result ? { value: result } : { expected: 'a number with its unit, such as `1%`, `2s` or `500`' };
  },
  { type: ['string', 'number'] },
);

/** One of these words. */
export function choice<const T extends string>(words: readonly T[]): z.ZodType<T> {
  return z.enum(words);
}
