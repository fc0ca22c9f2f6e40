/** What a review is asked, of whom, and what its parts find. */
import type { Decoded } from '../../core/config/decode.ts';
import type { Config } from '../../core/model/config.ts';
import type { ReviewContent } from '../../core/review/report.ts';
import type { Forge } from '../../ports/forge.ts';
import type { Wiring } from '../wiring.ts';

export interface PullToReview {
  readonly number: number;
  /** Full: the head that the event named. */
  readonly sha: string;
  /** The branch it shall be merged into. */
  readonly base: string;
}

export interface ReviewOptions {
  readonly pull: PullToReview;
  /** How a configuration's text is read, and where it may lie. */
  readonly decode: (text: string) => Decoded;
  readonly configFiles: readonly string[];
  /** Plans of this environment alone. */
  readonly environment?: string;
  /** From which level of findings on it is no pass. */
  readonly failOn?: 'failure' | 'warning';
}

/** What the engine needs of its wiring for a review: nothing is performed. */
export type Reviewing = Pick<Wiring, 'config' | 'store'> & { readonly forge: Forge };

/** What was found, before it is put together. */
export interface Found extends Omit<ReviewContent, 'sha' | 'config'> {
  readonly config?: Config;
}
