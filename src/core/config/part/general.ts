import * as z from 'zod';
import type { Severity } from '../../model/place.ts';
import { choice, count, duration, longDuration, secret, text, toggle, urlOrSecret, weight } from '../scalar.ts';
import { optional, required, strict, texts } from './shape.ts';
import { SEVERITIES } from './trigger.ts';

export const CHANNELS = ['slack', 'email', 'pagerduty', 'webhook', 'log'] as const;
const EVENTS = [
  'started',
  'stage',
  'waiting',
  'held',
  'failed',
  'rolled-back',
  'completed',
  'cancelled',
  'alert',
  'anomaly',
  'flag',
  'experiment',
  'lock',
  'freeze',
] as const;

export interface ChannelPart {
  readonly channel: (typeof CHANNELS)[number];
  readonly to?: string;
  readonly url?: string;
  readonly token?: string;
  readonly 'routing-key'?: string;
  readonly events?: readonly string[];
  readonly severity?: Severity;
  readonly quiet?: string;
}
const events: z.ZodType<readonly string[]> = z.array(choice(EVENTS));
export const ChannelPart: z.ZodType<ChannelPart> = strict('a channel', {
  channel: required(choice(CHANNELS), 'which kind'),
  to: optional(text, 'slack: `"#deploys"`; email: an address'),
  url: optional(urlOrSecret, 'webhook, slack: where it is sent; email: `smtps://host:465`'),
  token: optional(secret, 'slack: the bot token; email: the password; webhook: signs the body'),
  'routing-key': optional(secret, 'pagerduty: the integration key'),
  events: optional(events, 'what is sent', 'started, waiting, failed, rolled-back, completed, alert'),
  severity: optional(choice(SEVERITIES), 'the least severity that is sent', 'low'),
  quiet: optional(text, 'hours in which only critical things are sent: `22:00-07:00`'),
});

export interface RollbackPart {
  readonly automatic?: boolean;
  readonly attempts?: number;
  readonly gradual?: readonly { readonly weight: number; readonly bake: number }[];
  readonly cooldown?: number;
}
export const RollbackPart: z.ZodType<RollbackPart> = strict('rollback', {
  automatic: optional(toggle, 'judges and triggers may take a rollout back', 'true'),
  attempts: optional(count, 'how many automatic attempts before a person is called', '1'),
  gradual: optional(
    z.array(
      strict('a step back', {
        weight: required(weight, 'how much the old version has'),
        bake: required(duration, 'for how long'),
      }),
    ),
    'the steps of a gradual way back before everything',
    '[{weight: 50%, bake: 2m}]',
  ),
  cooldown: optional(duration, 'no automatic rollout for so long afterwards', '10m'),
});

export interface PersonPart {
  readonly github: string;
  readonly id?: number;
  readonly slack?: string;
}
export const PersonPart: z.ZodType<PersonPart> = strict('a person', {
  github: required(text, 'the login'),
  id: optional(count, 'the numeric id, which never changes hands'),
  slack: optional(text, 'TEAM/USER'),
});

export interface CommentsPart {
  readonly prefix?: string;
  readonly bare?: readonly string[];
  readonly progress?: number;
}
export const CommentsPart: z.ZodType<CommentsPart> = strict('comments', {
  prefix: optional(text, 'what a command in a comment begins with', '/sluice'),
  bare: optional(texts, 'commands that need no prefix', '[deploy, rollback, status]'),
  progress: optional(duration, 'how often a comment is edited at most', '1m'),
});

export interface FlagsPart {
  readonly names?: string;
  readonly 'unused-after'?: number;
  readonly 'cache-for'?: number;
}
export const FlagsPart: z.ZodType<FlagsPart> = strict('flags', {
  names: optional(text, 'a regular expression that keys should match: `^(feature|canary|experiment|rollback)\\.`'),
  'unused-after': optional(duration, 'when a flag that nobody asks for is reported', '30d'),
  'cache-for': optional(duration, 'how long an application keeps what it read', '5m'),
});

export interface StatePart {
  readonly repository?: string;
  readonly branch?: string;
  readonly 'external-commits'?: 'accept' | 'hold' | 'refuse';
  readonly 'keep-history'?: number;
}
export const StatePart: z.ZodType<StatePart> = strict('state', {
  repository: optional(text, 'another repository that holds the state: `acme/deploy-state`, or its address'),
  branch: optional(text, 'the branch', 'sluice-state'),
  'external-commits': optional(
    choice(['accept', 'hold', 'refuse']),
    'what becomes of commits that are not ours',
    'hold',
  ),
  'keep-history': optional(longDuration, 'how long finished rollouts are kept', '1y'),
});
