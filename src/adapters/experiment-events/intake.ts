/** From events that were sent to events that are kept. */
import { acceptEvent, type ExperimentEvent, type SentEvent } from '../../core/experiment/numbers/event.ts';
import { Recent } from '../../core/external/recent.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import type { Wrong } from './body.ts';
import type { Spool, SpoolMark } from './spool.ts';

/** So many ids are remembered to spare the disk; reading the file knows all of them. */
const IDS = 100_000;

/** What the engine says of running experiments. */
export interface Running {
  readonly experiments: ReadonlyMap<string, Experiment>;
  /** The states of those that do not run, by key. */
  readonly others?: ReadonlyMap<string, Experiment['state']>;
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
  const files = new Map<string, Known>();
  return {
    async take(sent, now) {
      const known = await running();
      const runs = await runsOf(spool, sent, files);
      const wrong: Wrong[] = [];
      const kept = new Map<string, ExperimentEvent[]>();
      const fresh = new Set<string>();
      let duplicates = 0;
      for (const [event, one] of sent.entries()) {
        const id = one.id === undefined ? undefined : `${one.experiment}\0${runs.get(one.experiment)}\0${one.id}`;
        if (id !== undefined && (ids.get(id) === true || fresh.has(id))) {
          duplicates += 1;
          continue;
        }
        const accepted = acceptOne(one, { ...known, now });
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
      await Promise.all(
        [...kept].map(async ([key, events]) => {
          const mark = await spool.append(key, events);
          files.set(key, { run: runOf(files.get(key), mark), mark });
        }),
      );
      for (const id of fresh) ids.set(id, true);
      return { accepted: sent.length - duplicates, duplicates };
    },
  };
}

/** The file that an experiment's remembered ids lie in, and how many were lost before it. */
interface Known {
  readonly run: number;
  readonly mark: SpoolMark;
}

/** By experiment. Where a file was moved, deleted or cut, its events are gone: their ids are no duplicates any more. */
async function runsOf(
  spool: Spool,
  sent: readonly SentEvent[],
  files: ReadonlyMap<string, Known>,
): Promise<ReadonlyMap<string, number>> {
  const keys = [...new Set(sent.map(({ experiment }) => experiment))];
  const runs = keys.map(async (key): Promise<readonly [string, number]> => {
    const known = files.get(key);
    return [key, known ? runOf(known, await spool.mark(key)) : 0];
  });
  return new Map(await Promise.all(runs));
}

function runOf(known: Known | undefined, mark: SpoolMark | undefined): number {
  if (!known) return 0;
  const isThere = mark?.file === known.mark.file && mark.size >= known.mark.size;
  return isThere ? known.run : known.run + 1;
}

function idleWords(key: string, state: Experiment['state'] | undefined): string {
  if (state === undefined) return `there is no experiment ${key}`;
  return state === 'draft' ? `${key} is a draft: experiment start ${key}` : `${key} is ${state}: it takes no events`;
}

function acceptOne(
  sent: SentEvent,
  { experiments, others, assign, now }: Running & { readonly now: number },
): ReturnType<typeof acceptEvent> {
  const experiment = experiments.get(sent.experiment);
  if (!experiment) return { refused: `experiment: ${idleWords(sent.experiment, others?.get(sent.experiment))}` };
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
