/** What applications send: who was exposed, and what became of them. */
import * as z from 'zod';
import type { Experiment, ExperimentMetric } from '../../model/experiment.ts';
import type { Instant } from '../../model/time.ts';
import { EXPOSURE } from './summed.ts';
import { wrongValue } from './values.ts';

/** As it is kept, a line each. `generation`: of the experiment's assignment, so that an earlier run's events are not read again. */
export interface ExperimentEvent {
  readonly user: string;
  readonly metric: string;
  readonly value: number;
  readonly variant?: string;
  readonly id?: string;
  readonly at: Instant;
  readonly generation: number;
}

/** As it is sent. */
export interface SentEvent {
  readonly experiment: string;
  /** The unit that was drawn: a value of the experiment's attribute where it has one. */
  readonly user: string;
  /** Whose value `user` is, where that is an attribute: `account`. */
  readonly by?: string;
  readonly metric: string;
  readonly value?: number;
  readonly variant?: string;
  readonly id?: string;
  /** ISO 8601, with its offset or `Z`. */
  readonly at?: string;
}
export const SentEvent: z.ZodType<SentEvent> = z.strictObject({
  experiment: z.string().min(1).max(128),
  user: z.string().min(1).max(256),
  by: z.string().min(1).max(128).exactOptional(),
  metric: z.string().min(1).max(160),
  value: z.number().exactOptional(),
  variant: z.string().min(1).max(128).exactOptional(),
  id: z.string().min(1).max(128).exactOptional(),
  at: z.iso
    .datetime({
      offset: true,
      error: 'no time like 2026-11-05T10:00:00Z or 2026-11-05T12:00:00+02:00 (ISO 8601, with its offset)',
    })
    .exactOptional(),
});

/** What an event's metric is to the experiment. */
export type EventMetric =
  | { readonly type: 'exposure' }
  | { readonly type: 'value' | 'before' | 'of'; readonly metric: ExperimentMetric };

/** `conversion`, `revenue.before` (covariate of a mean), `orders.of` (denominator of a ratio), `exposure`; undefined: none of them. */
export function eventMetric(experiment: Experiment, name: string): EventMetric | undefined {
  const find = (wanted: string): ExperimentMetric | undefined => experiment.metrics.find((one) => one.name === wanted);
  const metric = find(name);
  if (metric) return { type: 'value', metric };
  if (name === EXPOSURE) return { type: 'exposure' };
  const [, base = '', suffix] = /^(.+)\.(before|of)$/.exec(name) ?? [];
  const other = find(base);
  if (suffix === 'before' && other?.kind === 'mean') return { type: 'before', metric: other };
  if (suffix === 'of' && other?.kind === 'ratio') return { type: 'of', metric: other };
  return undefined;
}

/** Clocks of senders may go ahead by so much, in ms. */
const AHEAD = 5 * 60_000;

/** The event as it is kept, or why it is refused. `now` in ms. */
export function acceptEvent(
  experiment: Experiment,
  sent: SentEvent,
  now: number,
): { readonly event: ExperimentEvent } | { readonly refused: string } {
  const { user, metric, variant, id, at } = sent;
  const means = eventMetric(experiment, metric);
  if (!means) {
    const names = [EXPOSURE, ...experiment.metrics.map((one) => one.name)];
    return { refused: `metric: ${metric} is none of ${names.join(', ')}` };
  }
  const wrongUnit = unitFault(experiment, sent, means);
  if (wrongUnit !== undefined) return { refused: wrongUnit };
  if (variant !== undefined && !experiment.variants.some(([name]) => name === variant))
    return { refused: `variant: ${variant} is none of ${experiment.variants.map(([name]) => name).join(', ')}` };
  const time = at === undefined ? now : Date.parse(at);
  if (time > now + AHEAD) return { refused: `at: ${at} lies in the future` };
  if (experiment.started !== undefined && time < Date.parse(experiment.started))
    return { refused: `at: ${at} lies before the experiment's start, ${experiment.started}` };
  const value = valueOf(means, sent);
  if (typeof value === 'string') return { refused: `value: ${value}` };
  return {
    event: {
      user,
      metric,
      value,
      ...(variant !== undefined && { variant }),
      ...(id !== undefined && { id }),
      at: new Date(time).toISOString(),
      generation: experiment.generation,
    },
  };
}

/** A user's id in the place of an account would be drawn anew, and so into another variant than the account has. */
function unitFault({ by }: Experiment, { by: said, variant }: SentEvent, means: EventMetric): string | undefined {
  if (said !== undefined && said !== (by ?? 'targetingKey'))
    return `by: the experiment draws by ${by ?? 'the user (targetingKey)'}, not by ${said}`;
  if (means.type !== 'exposure' || by === undefined || said === by || variant !== undefined) return undefined;
  return `variant: the experiment draws by ${by}: send the variant, or the ${by} as \`user\` with "by": "${by}"`;
}

/** Without a value an event says that it happened: 1, where the kind has such a thing. */
function valueOf(means: EventMetric, { value }: SentEvent): number | string {
  if (means.type === 'exposure') return 1;
  const kind = means.type === 'value' ? means.metric.kind : 'mean';
  if (value === undefined) return kind === 'proportion' || kind === 'count' ? 1 : 'missing';
  const wrong = wrongValue(kind, value);
  return wrong === undefined ? value : `${value} ${wrong}`;
}
