/** The alternatives that are bet on, and the logs they begin with. */

/**
 * Times as bad as allowed. Neighbours cover what lies between them with at least nine tenths of the best possible growth (for rare
 * events R ln R' - R' + 1 against R ln R - R + 1), and one more alternative follows the data; the mixture costs ln 5 at most.
 */
export const RATIOS: readonly number[] = [1.25, 1.6, 2.5, 5];

/** Of a histogram's shares there are several, so each has fewer. */
export const SHARE_RATIOS: readonly number[] = [1.5, 3];

/**
 * Logs kept from before. Those of another number of alternatives are those of another rule, which plans keep under another name: were they
 * met all the same, each goes on from the least of them, so that nothing that was lost is forgiven.
 */
export function beginLogs(kept: readonly number[] | undefined, length: number): number[] {
  if (kept?.length === length) return [...kept];
  const least = kept === undefined || kept.length === 0 ? 0 : Math.min(...kept);
  return Array.from({ length }, () => least);
}
