import type * as z from 'zod';
import * as zod from 'zod';
import { ACTIONS, type Action } from '../../model/metric.ts';
import type { Severity } from '../../model/place.ts';
import type { Quantity } from '../quantity.ts';
import { choice, count, duration, fraction, quantity, text, url } from '../scalar.ts';
import { optional, strict } from './shape.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;

export interface TriggerPart {
  readonly metric?: string;
  readonly above?: Quantity;
  readonly below?: Quantity;
  readonly for?: number;
  readonly 'min-samples'?: number;
  readonly health?: string;
  readonly failures?: number;
  readonly within?: number;
  readonly 'spike-of'?: string;
  readonly baseline?: Quantity;
  readonly increase?: number;
  readonly window?: number;
  readonly 'at-least'?: number;
  readonly url?: string;
  readonly timeout?: number;
  readonly cooldown?: number;
  readonly tags?: readonly string[];
  readonly severity?: Severity;
  readonly then?: Action;
}
export const TriggerPart: z.ZodType<TriggerPart> = strict('a trigger', {
  metric: optional(text, 'fires when this metric is above or below a bound'),
  above: optional(quantity, 'metric: fires above this'),
  below: optional(quantity, 'metric: fires below this'),
  for: optional(duration, 'metric: and only when it lasts so long', '0s'),
  'min-samples': optional(count, 'metric: and only with so many samples', '10'),
  health: optional(text, 'fires when this probe fails; `any` is any of them'),
  failures: optional(count, 'health, url: so many failures', '3'),
  within: optional(duration, 'health: in so much time', '1m'),
  'spike-of': optional(text, 'fires when this rate rises above its usual level'),
  baseline: optional(quantity, 'spike-of: its usual level', '2%'),
  increase: optional(fraction, 'spike-of: how much more than that is a spike', '50%'),
  window: optional(duration, 'spike-of: in so much time', '60s'),
  'at-least': optional(count, 'spike-of: and at least so many errors', '10'),
  url: optional(url, 'fires when this dependency does not answer'),
  timeout: optional(duration, 'url: how long an answer may take', '5s'),
  cooldown: optional(duration, 'does not fire again for so long', '2m'),
  tags: optional(zod.array(text), 'disable-flags: flags with one of these tags'),
  severity: optional(choice(SEVERITIES), "the alert's severity; by the action by default"),
  then: optional(choice(ACTIONS), 'what it does', 'notify'),
});

export const TRIGGER_PRESETS = ['alert-table', 'rollback-table', 'error-spike', 'graded-actions'] as const;
export type TriggerPreset = (typeof TRIGGER_PRESETS)[number];

const presetName: z.ZodType<TriggerPreset> = choice(TRIGGER_PRESETS);

/** `preset: alert-table`, or several. */
export const PresetPart: z.ZodType<TriggerPreset | readonly TriggerPreset[]> = zod.union([
  presetName,
  zod.array(presetName),
]);
