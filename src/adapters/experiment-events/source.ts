/** Events of the spool, read back as an experiment's numbers. */
import { createReadStream } from 'node:fs';
import { eventReader } from '../../core/experiment/numbers/events.ts';
import { toInstant } from '../../core/model/time.ts';
import { experimentDataError, type ExperimentSource } from '../../ports/experiment-source.ts';
import { spoolPath } from './spool.ts';

/** Answers undefined where no user of the experiment's present assignment was exposed. `now` in ms. */
export function spoolSource(folder: string, now: () => number): ExperimentSource {
  return {
    async read(experiment, signal) {
      const reader = eventReader(experiment);
      const pieces = createReadStream(spoolPath(folder, experiment.key), {
        signal,
        encoding: 'utf8',
        highWaterMark: 256 * 1_024,
      });
      const until = toInstant(now());
      try {
        let rest = '';
        for await (const piece of pieces as AsyncIterable<string>) {
          const lines = (rest + piece).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) reader.line(line);
        }
        // What has no end is being written just now, or was torn off by a crash: nobody was told that it is kept.
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw experimentDataError(
          'file-unreadable',
          `events of ${experiment.key}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      const { stopped } = experiment;
      return reader.end(stopped !== undefined && stopped < until ? stopped : until);
    },
  };
}
