/** What this process has shown already: asking GitHub for what it wrote itself would cost a call each time. */
import type { ForgeDeployment } from '../../../ports/forge.ts';

export interface Memory {
  /** By rollout and GitHub environment. */
  readonly deployments: Map<string, { readonly deployment: ForgeDeployment; readonly status?: string }>;
  /** By commit. */
  readonly pulls: Map<string, readonly number[]>;
  /** Files that a commit's pull requests change, by commit. */
  readonly paths: Map<string, readonly string[]>;
  /** When a rollout's progress comment was edited last, in ms. */
  readonly edited: Map<string, number>;
  /** Messages that were written, by marker. */
  readonly told: Set<string>;
  /** Check runs by commit and name, and what they say. */
  readonly checks: Map<string, string>;
  /** Settled aftermaths, by rollout. */
  readonly settled: Set<string>;
  /** Refusals that were said. */
  readonly said: Set<string>;
}

export function emptyMemory(): Memory {
  return {
    deployments: new Map(),
    pulls: new Map(),
    paths: new Map(),
    edited: new Map(),
    told: new Set(),
    checks: new Map(),
    settled: new Set(),
    said: new Set(),
  };
}

/** What GitHub was told is not what it shows any more: somebody else wrote. */
export function forgetShown({ deployments, checks, settled, edited }: Memory): void {
  for (const one of [deployments, checks, settled, edited]) one.clear();
}
