/** Whether this job runs in a GitHub environment: an input names it, and an input proves nothing. */
import type { Rollout } from '../core/model/rollout.ts';
import { environmentOfStage } from '../core/rollout/its-job.ts';
import { valueAt } from './context.ts';
import type { Step } from './step.ts';

export interface Evidence {
  /** `believed`: nothing speaks for it or against it. */
  readonly is: 'proved' | 'believed' | 'denied';
  /** In which environment the job is, and who says so. */
  readonly because: string;
}

/**
 * What speaks for this job's running in the GitHub environment of the stage at `target`: GitHub's own word (the claim `environment` of
 * an OIDC token, where the job has `id-token: write`), else that Sluice started this run for this very stage. A run that was started
 * by hand has to prove it. Never rejects.
 * Source: https://docs.github.com/actions/reference/security/oidc
 */
export async function evidenceOf(
  { env, context, log }: Pick<Step, 'env' | 'context' | 'log'>,
  rollout: Rollout,
  target: number,
): Promise<Evidence> {
  const place = environmentOfStage(rollout.plan.stages[target], rollout);
  if (env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    const { idToken } = await import('../compose/github-token.ts');
    const token = await idToken(env).catch((error: unknown) => log(String(error)));
    const claims = token === undefined ? undefined : claimsOf(token);
    if (claims) return byClaims(valueAt(claims, 'environment'), place);
    return { is: 'denied', because: `GitHub gave no token that proves the GitHub environment ${place}` };
  }
  const { hold, stage } = rollout;
  const wake = hold?.kind === 'job' && target === stage + 1 ? hold.wake : undefined;
  if (wake?.run === context.runId && wake.own !== true)
    return { is: 'proved', because: `Sluice started this run for the GitHub environment ${place}` };
  // Whoever starts a run by hand chooses its inputs, and so perhaps its environment.
  if (context.event === 'workflow_dispatch')
    return {
      is: 'denied',
      because: `nothing proves that this run, started by hand, is in the GitHub environment ${place}: give the job \`id-token: write\``,
    };
  return {
    is: 'believed',
    because: `that this job runs in the GitHub environment ${place} is believed: nothing proves it without \`id-token: write\``,
  };
}

/** GitHub's names of environments know no upper and lower case. */
function byClaims(environment: unknown, place: string): Evidence {
  if (typeof environment !== 'string')
    return { is: 'denied', because: `GitHub says that this job runs in no environment, and ${place} is needed` };
  return environment.toLowerCase() === place.toLowerCase()
    ? { is: 'proved', because: `GitHub says that this job runs in the environment ${place}` }
    : { is: 'denied', because: `GitHub says that this job runs in the environment ${environment}, not in ${place}` };
}

/** Its signature is nobody's business here: it comes from the runner over its own connection. */
function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return claims !== null && typeof claims === 'object' ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
