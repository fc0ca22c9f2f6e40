/** Events of an experiment, line by line, as its sums: the same summing as a file of users. */
import type { Experiment, ExperimentData } from '../../model/experiment.ts';
import type { Instant } from '../../model/time.ts';
import { endedDays } from './days.ts';
import { eventMetric, type EventMetric, type ExperimentEvent } from './event.ts';
import { columnsOf, type MetricColumns, totalled } from './total.ts';
import { UserTable } from './user-table.ts';
import { wrongValue } from './values.ts';

export interface EventReader {
  /** One line. A line that is no event (torn off by a crash), or whose value cannot be, is passed over and counted. */
  line(text: string): void;
  /** Undefined: no user was exposed. */
  end(until: Instant): ExperimentData | undefined;
  /** What was known at the end of each day (UTC) that has ended, the last sixty of them. An event that came late counts from then on. */
  days(): readonly ExperimentData[];
}

/**
 * Counts users that an exposure was seen of. An id counts once. Of a user's events a proportion is whether there was one,
 * a mean and a count their sum, a ratio the sums of both, a quantile the first (one observation a user: what one user
 * does more than once is not independent).
 */
export function eventReader(experiment: Experiment): EventReader {
  const { add, summed } = tally(experiment);
  const days = endedDays((until) => summed('events', until));
  const ids = new UserTable(0);
  const stopped = experiment.stopped === undefined ? Number.POSITIVE_INFINITY : Date.parse(experiment.stopped);
  let lines = 0;
  let torn = 0;
  let impossible: { count: number; readonly first: string } | undefined;

  const take = (event: ExperimentEvent): void => {
    const { metric, value, id, at, generation } = event;
    if (generation !== experiment.generation || Date.parse(at) > stopped) return;
    days.reach(at);
    if (id !== undefined) {
      const known = ids.size;
      if (ids.place(id) < known) return;
    }
    const means = eventMetric(experiment, metric);
    const wrong = means && wrongIn(means, value);
    if (wrong !== undefined) {
      impossible ??= { count: 0, first: `line ${lines}: ${metric} ${value} ${wrong}` };
      impossible.count += 1;
    } else if (means) add(event, means);
  };
  return {
    line(text) {
      lines += 1;
      const event = parse(text);
      if (event) take(event);
      else if (text.trim() !== '') torn += 1;
    },
    end(until) {
      const left = [
        ...(torn === 0 ? [] : [`${torn} torn ${torn === 1 ? 'line' : 'lines'} left out`]),
        ...(impossible ? [`${impossible.count} left out; ${impossible.first}`] : []),
      ];
      return summed(`events${left.length === 0 ? '' : ` (${left.join('; ')})`}`, until);
    },
    days: () => days.all(),
  };
}

interface Tally {
  readonly add: (event: ExperimentEvent, means: EventMetric) => void;
  readonly summed: (from: string, until: Instant) => ExperimentData | undefined;
}

/** Users and what they did so far. */
function tally(experiment: Experiment): Tally {
  const { columns, width } = columnsOf(experiment.metrics, () => true);
  const byName = new Map(columns.map((one) => [one.metric.name, one]));
  const variants = new Map(experiment.variants.map(([name], index) => [name, index]));
  const table = new UserTable(width);
  const kept = new Set<string>();
  return {
    add({ user, value, variant }, means) {
      const place = table.place(user);
      if (means.type === 'exposure') {
        const arm = variants.get(variant ?? '');
        if (arm !== undefined) table.see(place, arm);
        return;
      }
      const column = byName.get(means.metric.name);
      if (!column) return;
      if (means.type === 'before') kept.add(means.metric.name);
      put(table, place, { column, value, isFirst: means.type === 'value' });
    },
    summed(from, until) {
      // A mean has a covariate only where one was ever sent.
      const used = columns.map((one) => (one.metric.kind === 'mean' && !kept.has(one.metric.name) ? alone(one) : one));
      const sums = totalled(table, used, experiment.variants);
      const isEmpty = sums.crossed === 0 && Object.values(sums.variants).every(({ users }) => users === 0);
      return isEmpty ? undefined : { from, until, ...sums };
    },
  };
}

/** What stands in the file may have been written by another hand: nothing that cannot be may reach the sums. */
function wrongIn(means: EventMetric, value: number): string | undefined {
  return means.type === 'exposure' ? undefined : wrongValue(means.type === 'value' ? means.metric.kind : 'mean', value);
}

function alone({ metric, first }: MetricColumns): MetricColumns {
  return { metric, first };
}

interface Put {
  readonly column: MetricColumns;
  readonly value: number;
  readonly isFirst: boolean;
}

function put(table: UserTable, place: number, { column, value, isFirst }: Put): void {
  const { metric, first, second = first } = column;
  if (!isFirst) table.add(place, second, value);
  else if (metric.kind === 'proportion') table.set(place, first, Math.max(value, known(table.value(place, first))));
  else if (metric.kind !== 'quantile') table.add(place, first, value);
  else if (Number.isNaN(table.value(place, first))) table.set(place, first, value);
}

function known(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function parse(text: string): ExperimentEvent | undefined {
  try {
    const event = JSON.parse(text) as Partial<ExperimentEvent> | null;
    const isWhole =
      typeof event?.user === 'string' &&
      typeof event.metric === 'string' &&
      typeof event.value === 'number' &&
      typeof event.at === 'string' &&
      !Number.isNaN(Date.parse(event.at)) &&
      typeof event.generation === 'number';
    return isWhole ? (event as ExperimentEvent) : undefined;
  } catch {
    return undefined;
  }
}
