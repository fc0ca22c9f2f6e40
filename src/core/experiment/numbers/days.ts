/** What was known when each day ended, while events come in. */
import type { ExperimentData } from '../../model/experiment.ts';
import { DAY, type Instant, toInstant } from '../../model/time.ts';

/** Older ones are forgotten. */
const MOST_DAYS = 60;

export interface Days {
  /** An event of that moment comes next: where it is the first of its day (UTC), the one before has ended. */
  reach(at: Instant): void;
  all(): readonly ExperimentData[];
}

/** `summed`: what is known now; undefined: nothing. */
export function endedDays(summed: (until: Instant) => ExperimentData | undefined): Days {
  let day = 0;
  const days: ExperimentData[] = [];
  return {
    reach(at) {
      const now = Math.floor(Date.parse(at) / DAY);
      if (now <= day) return;
      const known = day > 0 ? summed(toInstant(now * DAY)) : undefined;
      if (known) days.push(known);
      if (days.length > MOST_DAYS) days.shift();
      day = now;
    },
    all: () => [...days],
  };
}
