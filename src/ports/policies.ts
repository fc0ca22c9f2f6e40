/** Configurations as they stood before. */
import type { Config } from '../core/model/config.ts';

/** Which one: by its digest, else the one that was in force at that moment. */
export interface WantedPolicy {
  readonly digest?: string;
  /** Milliseconds. */
  readonly at: number;
}

export interface FoundPolicy {
  readonly config: Config;
  /** `time`: no configuration has the digest (another Sluice may have read it otherwise), this one was in force. */
  readonly by: 'digest' | 'time';
}

export interface Policies {
  /** Looked for where configurations are reviewed; undefined: none is known of that time. Never rejects. */
  find(wanted: WantedPolicy): Promise<FoundPolicy | undefined>;
}
