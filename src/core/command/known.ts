/** Where a command comes from. */
export type Surface = 'cli' | 'comment' | 'slack' | 'action';

/** What the repository is known to have; absent: it is not asked. Environments may be patterns such as `pr-*`. */
export interface ParseOptions {
  readonly knownServices?: readonly string[];
  readonly knownEnvironments?: readonly string[];
  readonly surface?: Surface;
}
