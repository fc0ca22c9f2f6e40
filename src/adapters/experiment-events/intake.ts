/** From events that were sent to events that are kept. */
import { acceptEvent, type ExperimentEvent, type SentEvent } from '../../core/experiment/numbers/event.ts';
import { Recent } from '../../core/external/recent.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import type { Wrong } from './body.ts';
import type { Spool } from './spool.ts';

/** So many ids are remembered to spare the disk; reading the file knows all of them. */
const IDS = 100_000;

/** What the engine says of running experiments. */
export interface Running {
  readonly experiments: ReadonlyMap<string, Experiment>;
  /** The variant a user is assigned by the flag; undefined: he is not part of it. */
  readonly assign: (experiment: Experiment, user: string) => string | undefined;
}

export interface Intake {
  /** All events or none. Resolves when they are on the disk. */
  take(sent: readonly SentEvent[], now: number): Promise<Taken>;
}

export type Taken = { readonly accepted: number; readonly duplicates: number } | { readonly wrong: readonly Wrong[] };

export function intake(spool: Spool, running: () => Promise<Running>): Intake {
  const ids = new Recent<string, true>(IDS);
  return {
    async take(sent, now) {
      const { experiments, assign } = await running();
      const wrong: Wrong[] = [];
      const kept = new Map<string, ExperimentEvent[]>();
      const fresh = new Set<string>();
      let duplicates = 0;
      for (const [event, one] of sent.entries()) {
        const id = one.id === undefined ? undefined : `${one.experiment}\0${one.id}`;
        if (id !== undefined && (ids.get(id) === true || fresh.has(id))) {
          duplicates += 1;
          continue;
        }
        const accepted = acceptOne(one, { experiments, assign, now });
        if ('refused' in accepted) {
          wrong.push({ event, message: accepted.refused });
          continue;
        }
        if (id !== undefined) fresh.add(id);
        const events = kept.get(one.experiment);
        if (events) events.push(accepted.event);
        else kept.set(one.experiment, [accepted.event]);
      }
      if (wrong.length > 0) return { wrong };
      await Promise.all([...kept].map(([key, events]) => spool.append(key, events)));
      for (const id of fresh) ids.set(id, true);
      return { accepted: sent.length - duplicates, duplicates };
    },
  };
}

function acceptOne(
  sent: SentEvent,
  { experiments, assign, now }: Running & { readonly now: number },
): ReturnType<typeof acceptEvent> {
  const experiment = experiments.get(sent.experiment);
  if (!experiment) return { refused: `experiment: no experiment ${sent.experiment} runs` };
  const accepted = acceptEvent(experiment, sent, now);
  if ('refused' in accepted || accepted.event.metric !== 'exposure' || accepted.event.variant !== undefined)
    return accepted;
  const variant = assign(experiment, sent.user);
  if (variant === undefined)
    return {
      refused: `variant: the flag ${experiment.flag} assigns none to ${sent.user}: send what the application was told`,
    };
  return { event: { ...accepted.event, variant } };
}
