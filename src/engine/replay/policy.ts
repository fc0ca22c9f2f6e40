/** The configuration that a decision was made under. */
import type { Config } from '../../core/model/config.ts';
import type { Wiring } from '../wiring.ts';

export interface PolicyThen {
  readonly config: Config;
  readonly by: 'digest' | 'time' | 'today';
}

/** The present one where it has the digest, else as the repository's history has it, else the present one and said so. */
export async function policyThen(
  { config, policies }: Pick<Wiring, 'config' | 'policies'>,
  { digest, at }: { readonly digest: string | undefined; readonly at: number },
): Promise<PolicyThen> {
  if (digest === config.digest) return { config, by: 'digest' };
  const found = await policies?.find({ at, ...(digest === undefined ? {} : { digest }) });
  return found ?? { config, by: 'today' };
}
