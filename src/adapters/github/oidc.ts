/** GitHub's OIDC tokens: who this job is, signed by GitHub, for whoever asks; nothing is stored. */
import { ForgeError } from '../../ports/forge.ts';

/** Whom the token is for, where it is for nobody in particular. */
const AUDIENCE = 'sluice';

/**
 * A token for this job; whoever gets it refuses one that was made for another audience. The runner's log shows it as `***`. Rejects with `token-lacks-permission`
 * where the job may not ask for one, `unreachable` where GitHub does not give one.
 * Source: https://docs.github.com/actions/reference/security/oidc
 */
export async function idToken(
  env: Readonly<Record<string, string | undefined>>,
  audience: string = AUDIENCE,
): Promise<string> {
  if (!env['ACTIONS_ID_TOKEN_REQUEST_URL'] || !env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
    throw new ForgeError(
      'token-lacks-permission',
      'the job may not ask for an OIDC token: add `id-token: write` to its `permissions`',
    );
  // It knows the runner's proxies, tries again where that may help, and has the runner mask what it got.
  const { getIDToken } = await import('@actions/core');
  return getIDToken(audience).catch((error: unknown) => {
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').trim() : String(error);
    throw new ForgeError('unreachable', `GitHub gave no OIDC token: ${why}`);
  });
}
