/** A pull request where the default branch has no configuration that can be read: the one that brings or mends it. */
import type { Config } from '../../core/model/config.ts';
import type { State } from '../../core/model/state.ts';
import { type Finding, TOP } from '../../core/review/finding.ts';
import { plansOf } from '../../core/review/plans.ts';
import type { Forge } from '../../ports/forge.ts';
import { proposed } from './code.ts';
import { readChanged } from './files.ts';
import type { ReviewOptions } from './question.ts';
import { concluded, headOf, moved, type Review } from './review.ts';

export interface Unconfigured {
  readonly forge: Forge;
  /** Why the default branch's configuration does not count: `no .github/sluice.yml on main`. */
  readonly because: string;
  /** Milliseconds. */
  readonly now: number;
}

/** Only the configuration itself can be judged: there is no policy, and no state by it. Rejects with a ForgeError. */
export async function reviewUnconfigured(
  { forge, because, now }: Unconfigured,
  options: ReviewOptions,
): Promise<Review> {
  const { pull, configFiles, decode } = options;
  const changed = await forge.code.changedFiles(pull.number);
  const wants = (path: string): boolean => configFiles.includes(path);
  const files = await readChanged(forge.code, changed, { sha: pull.sha, wants });
  const head = await headOf(forge, pull);
  if (head !== pull.sha) return moved(pull, head);
  const proposal = await proposed(forge, files, { decode, configFiles });
  const missing: Finding = {
    path: configFiles[0] ?? '',
    ...TOP,
    level: 'failure',
    code: 'config-missing',
    title: 'configuration',
    message: because,
  };
  const { config } = proposal;
  const findings = proposal.path === undefined ? [missing] : proposal.findings;
  const plans = config ? plansOf({ state: emptyState(config), proposed: undefined, sha: pull.sha, now }) : [];
  return concluded(
    {
      sha: pull.sha,
      findings,
      plans,
      ...(config && { config }),
      loosened: [],
      changesPolicy: proposal.path !== undefined,
      expired: [],
      remarks: [because],
    },
    options,
  );
}

function emptyState(config: Config): State {
  const none = new Map<string, never>();
  return {
    revision: null,
    config,
    flags: none,
    segments: none,
    experiments: none,
    environments: none,
    places: none,
    rollouts: none,
    alerts: none,
    broken: [],
  };
}
