import * as z from 'zod';
import { choice, count, duration, name, text, toggle, url, who } from '../scalar.ts';
import { mapOf, optional, required, strict } from './shape.ts';

export interface FreezePart {
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly 'time-zone'?: string;
  readonly override?: readonly string[];
}
export interface EnvironmentPart {
  readonly strategy?: string;
  readonly order?: readonly string[];
  readonly 'github-environments'?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly allow?: Readonly<Record<string, readonly string[]>>;
  readonly lock?: { readonly required?: boolean; readonly for?: number };
  readonly approvals?: {
    readonly before?: readonly string[];
    readonly count?: number;
    readonly from?: readonly string[];
    readonly expires?: number;
    readonly by?: 'sluice' | 'github';
  };
  readonly freezes?: readonly FreezePart[];
}

const whos: z.ZodType<readonly string[]> = z.array(who);

export const EnvironmentPart: z.ZodType<EnvironmentPart> = strict('an environment', {
  strategy: optional(text, "the strategy of rollouts here, instead of the service's"),
  order: optional(z.array(text), 'environments a version must be good in before', '[]'),
  'github-environments': optional(mapOf(text), "a stage's GitHub environment; its own name by default"),
  url: optional(url, 'where users reach it here'),
  allow: optional(mapOf(whos), 'who may do what: `{deploy: [role:write]}`'),
  lock: optional(
    strict('lock', {
      required: optional(toggle, 'a deploy needs the lock', 'false'),
      for: optional(duration, 'how long a lock lasts', '2h'),
    }),
    'locks',
  ),
  approvals: optional(
    strict('approvals', {
      before: optional(z.array(name), 'stages that wait for approval; the last by default'),
      count: optional(count, 'how many people', '1'),
      from: optional(whos, 'whose votes count'),
      expires: optional(duration, 'how long a vote counts', '4h'),
      by: optional(choice(['sluice', 'github']), 'who asks', 'sluice'),
    }),
    'what a person must say yes to',
  ),
  freezes: optional(
    z.array(
      strict('a freeze', {
        name: required(name, "the freeze's name"),
        from: required(text, '`fri 16:00`, or `2026-12-19T16:00`'),
        until: required(text, 'as `from`; a freeze must end'),
        'time-zone': optional(text, 'where those times are', 'UTC'),
        override: optional(whos, 'who may deploy all the same', '[]'),
      }),
    ),
    'when nothing goes forward',
  ),
});
