import type { Report } from '../../../core/report/report.ts';
import type { ShowOptions, Shown } from '../../../ports/channel.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Forge } from '../../../ports/forge.ts';
import type { Memory } from './memory.ts';

export interface GithubChannelOptions {
  readonly forge: Pick<Forge, 'deployments' | 'talk' | 'checks' | 'code'>;
  readonly clock: Clock;
  /** Login of the repository's owner: teams are named below it. */
  readonly owner: string;
  /** A report as GitHub's Markdown, calling these users and teams. */
  readonly markdown: (report: Report, mentions: readonly string[]) => string;
  /** Web addresses. */
  readonly links: { readonly commit: (revision: string) => string; readonly run: (id: string) => string };
  /** The progress comment is edited at most so often, in ms (`comments.progress`). */
  readonly progress: number;
  /** Which of the three are shown; all by default. */
  readonly shows?: readonly ('deployments' | 'comments' | 'check')[];
  readonly log: (line: string) => void;
}

export interface Around {
  readonly options: GithubChannelOptions;
  readonly memory: Memory;
}

export interface Showing extends Around, Pick<ShowOptions, 'last' | 'again'> {
  readonly shown: Shown;
}
