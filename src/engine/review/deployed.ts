/** Whether a commit is live, as the state branch says it now. */
import { type Deployed, deployedIn } from '../../core/review/deployed.ts';
import { decodeState } from '../documents.ts';
import type { Wiring } from '../wiring.ts';

export interface DeployedRequest {
  /** Full. */
  readonly sha: string;
  /** Absent: the last of the order. */
  readonly environment?: string;
  /** Paths that changed: their services alone count. Absent: all. */
  readonly paths?: readonly string[];
}

/** For `sluice / deployed`. Rejects with a StoreError. */
export async function deployedNow(
  { store, config }: Pick<Wiring, 'store' | 'config'>,
  request: DeployedRequest,
): Promise<Deployed> {
  const { sha, environment, paths } = request;
  const state = decodeState(await store.read(['services/', 'rollouts/']), config);
  return deployedIn({
    state,
    sha,
    ...(environment !== undefined && { environment }),
    ...(paths && { paths }),
  });
}
