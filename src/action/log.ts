/** The log of a step: groups, and what moves, one line a change. */
import { oneLine } from '../core/report/text.ts';
import { MINUTE, type Milliseconds } from '../core/model/duration.ts';
import { hide } from './secrets.ts';

export interface Log {
  /** One line. */
  line(text: string): void;
  /** Puts what `run` says into a group that can be opened and closed; it is closed also when it fails. */
  group<T>(title: string, run: () => Promise<T>): Promise<T>;
  /**
   * What something is like now: printed when it changed, and once a minute when it did not, so that nobody takes the step for dead.
   * `key` says what it is about.
   */
  progress(key: string, text: string): void;
  /** Shows `***` for it from now on, here too: the runner masks only what it was told before. */
  secret(text: string): void;
}

export interface LogOptions {
  /** Takes a whole line with its end. */
  readonly write: (line: string) => void;
  readonly now: () => Milliseconds;
  readonly secrets?: readonly string[];
  /** How often an unchanged state is told again. */
  readonly every?: Milliseconds;
}

/** Lines of the log are plain text: what others wrote cannot become a workflow command, which begins a line with `::` or holds `##[`. */
export function openLog({ write, now, secrets = [], every = MINUTE }: LogOptions): Log {
  const hidden = [...secrets];
  const last = new Map<string, { readonly text: string; readonly at: Milliseconds }>();
  const line = (text: string): void => write(`${plain(hide(text, hidden))}\n`);
  return {
    line,
    group: async (title, run) => {
      write(`::group::${plain(hide(title, hidden))}\n`);
      try {
        return await run();
      } finally {
        write('::endgroup::\n');
      }
    },
    progress: (key, text) => {
      const before = last.get(key);
      if (before?.text === text && now() - before.at < every) return;
      last.set(key, { text, at: now() });
      line(text);
    },
    secret: (text) => {
      hidden.push(text);
    },
  };
}

/** The runner reads commands in both of its spellings, blanks before them or not. */
function plain(text: string): string {
  return oneLine(text).replace(/^::/, ': :').replaceAll('##[', '# #[');
}
