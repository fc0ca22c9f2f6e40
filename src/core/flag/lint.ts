/** What is worth a person's look although it is allowed. */
import type { Condition, Flag, Segment } from '../model/flag.ts';
import { toMilliseconds, type Milliseconds } from '../model/time.ts';
import { WHOLE } from '../model/weight.ts';
import { isRamp } from './lower-serve.ts';

export interface Finding {
  readonly flag: string;
  readonly kind: 'e-mail' | 'expired' | 'rolled-out' | 'unused' | 'name';
  readonly message: string;
}

export interface LintFacts {
  readonly now: Milliseconds;
  /** Regular expression that keys must match (`flags.names`). */
  readonly names?: string;
  /** When the flag was last evaluated; absent: nobody counts. */
  readonly lastUsed?: Milliseconds;
  readonly unusedAfter?: Milliseconds;
}

const MAIL = /[^\s@,;"]+@[^\s@,;"]+\.[^\s@,;"]+/;

/** Findings of one flag, in order of weight. */
export function lintFlag(flag: Flag, facts: LintFacts): readonly Finding[] {
  if (flag.archived) return [];
  const found: (Finding | undefined)[] = [
    mail(flag),
    expired(flag, facts),
    rolledOut(flag),
    unused(flag, facts),
    named(flag, facts),
  ];
  return found.filter((finding) => finding !== undefined);
}

/** Addresses in a file stay in its history for ever. A domain alone (`@acme.com`) is none. */
export function addressesIn(document: Flag | Segment): readonly string[] {
  const conditions: readonly Condition[] =
    'if' in document
      ? document.if
      : Object.values(document.environments).flatMap(({ rules }) => rules.flatMap((rule) => rule.if));
  const units =
    'if' in document
      ? []
      : Object.values(document.environments).flatMap(({ targets }) => targets.map(({ unit }) => unit));
  const values = conditions.flatMap((condition) => condition.values.map(String));
  return [...new Set([...values, ...units].filter((text) => MAIL.test(text)))];
}

function mail(flag: Flag): Finding | undefined {
  const [address] = addressesIn(flag);
  if (address === undefined) return undefined;
  const message = `${flag.key} names ${address}: git never forgets an e-mail address; target an id or a domain`;
  return { flag: flag.key, kind: 'e-mail', message };
}

function expired({ key, expires }: Flag, { now }: LintFacts): Finding | undefined {
  if (expires === undefined || toMilliseconds(expires) > now) return undefined;
  return {
    flag: key,
    kind: 'expired',
    message: `${key} expired on ${expires.slice(0, 10)}: archive it or give it more time`,
  };
}

/** The one variant that everybody gets in every environment that is named; undefined while any still differs. */
function servedToAll(flag: Flag): string | undefined {
  const settings = Object.values(flag.environments);
  const variants = settings.map(({ enabled, serve, rules, targets, holdouts, layer }) => {
    const alone = enabled && rules.length === 0 && targets.length === 0 && !holdouts?.length && !layer;
    if (!alone) return undefined;
    if (typeof serve === 'string') return serve;
    return isRamp(serve) && serve.ramp.percent === WHOLE && typeof serve.ramp.candidate === 'string'
      ? serve.ramp.candidate
      : undefined;
  });
  const [first] = variants;
  return first !== undefined && first !== flag.off && variants.every((variant) => variant === first)
    ? first
    : undefined;
}

function rolledOut(flag: Flag): Finding | undefined {
  const variant = flag.kind === 'release' || flag.kind === 'experiment' ? servedToAll(flag) : undefined;
  if (variant === undefined || flag.requires.length > 0) return undefined;
  const message = `${flag.key} serves ${variant} to everybody everywhere: remove it from the code, then archive it`;
  return { flag: flag.key, kind: 'rolled-out', message };
}

function unused({ key }: Flag, { now, lastUsed, unusedAfter }: LintFacts): Finding | undefined {
  if (lastUsed === undefined || unusedAfter === undefined || now - lastUsed <= unusedAfter) return undefined;
  const days = Math.floor((now - lastUsed) / 86_400_000);
  return { flag: key, kind: 'unused', message: `${key} was last evaluated ${days} days ago: archive it` };
}

function named({ key }: Flag, { names }: LintFacts): Finding | undefined {
  const pattern = names === undefined ? undefined : patternOf(names);
  if (!pattern || pattern.test(key)) return undefined;
  return { flag: key, kind: 'name', message: `${key} does not fit flags.names: ${names}` };
}

/** The configuration's check refuses a pattern that is none; here it asks for nothing. */
function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}
