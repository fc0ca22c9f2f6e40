/** What the same answers cost without any generality: a map of hand-written closures that allocate nothing. */
import { boundsOf, hashUnit, prefixOf } from '../../src/core/flag/bucket.ts';

export interface Context {
  readonly targetingKey: string;
  readonly country: string;
  readonly email: string;
  readonly version: string;
}
interface Answer {
  readonly value: boolean;
  readonly variant: string;
  readonly reason: string;
}
export type Limit = ReadonlyMap<string, (context: Context) => Answer>;

const answer = (value: boolean, reason: string): Answer =>
  Object.freeze({ value, variant: value ? 'on' : 'off', reason });

function alwaysOn(): (context: Context) => Answer {
  const on = answer(true, 'STATIC');
  return () => on;
}

function share(key: string, percent: number): (context: Context) => Answer {
  const [on, off] = [answer(true, 'SPLIT'), answer(false, 'SPLIT')];
  const prefix = prefixOf(key);
  const [bound = 0] = boundsOf([percent, 100 - percent]) ?? [];
  return ({ targetingKey }) => (hashUnit(prefix, targetingKey) < bound ? on : off);
}

function atLeastTwo(version: string): boolean {
  return version.charCodeAt(0) >= 50 && version.charCodeAt(1) === 46;
}

function threeRules(key: string): (context: Context) => Answer {
  const on = answer(true, 'TARGETING_MATCH');
  const split = share(key, 50);
  const countries = ['DE', 'FR', 'NL'];
  return (context) => {
    if (countries.includes(context.country)) return on;
    if (context.email.endsWith('@acme.com')) return on;
    if (atLeastTwo(context.version)) return on;
    return split(context);
  };
}

export type Kind = 'static' | 'share' | 'rules';
const MAKERS: Readonly<Record<Kind, (key: string) => (context: Context) => Answer>> = {
  static: alwaysOn,
  share: (key) => share(key, 25),
  rules: threeRules,
};

export function limitOf(kinds: ReadonlyMap<string, Kind>): Limit {
  return new Map([...kinds].map(([key, kind]) => [key, MAKERS[kind](key)] as const));
}
