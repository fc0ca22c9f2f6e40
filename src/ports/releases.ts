/** From a version as people type it to the commit it stands for. */
import type { Release } from '../core/model/release.ts';

export interface Releases {
  /** `1.4.0` (the tag `1.4.0` or `v1.4.0`), a SHA, `head`, `latest`; undefined: no such version here. */
  resolve(version: string): Promise<Release | undefined>;
}
