/** which flags an action `disable-flags` turns off. */
import type { Flag } from '../model/flag.ts';

/** Keys of unarchived flags with one of the tags that are enabled in the environment, in order. */
export function flagsToDisable(
  flags: Iterable<Flag>,
  { tags, environment }: { readonly tags: readonly string[]; readonly environment: string },
): readonly string[] {
  return [...flags]
    .filter(
      (flag) =>
        !flag.archived && flag.environments[environment]?.enabled && flag.tags.some((tag) => tags.includes(tag)),
    )
    .map((flag) => flag.key)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
