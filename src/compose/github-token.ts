/** For sealed mode, which needs nothing else of GitHub. */
import { proxyNamed } from '../adapters/github/proxy-named.ts';

export { idToken } from '../adapters/github/oidc.ts';

/** A fetch that goes through the runner's proxy; undefined: it names none. */
export async function proxiedPost(
  env: Readonly<Record<string, string | undefined>>,
): Promise<typeof fetch | undefined> {
  return proxyNamed(env) ? (await import('../adapters/github/proxy.ts')).postByProxy : undefined;
}
