/** Calls through the proxy of a runner, by GitHub's own toolkit: it reads `https_proxy`, `http_proxy` and `no_proxy` of the process. */
import { defaults } from '@actions/github/lib/utils';
import { HttpClient } from '@actions/http-client';

/** A fetch for GitHub's API (`GITHUB_API_URL` of the process), through the proxy where one is meant for it. */
export function githubProxyFetch(): typeof fetch {
  return defaults.request?.fetch as typeof fetch;
}

/**
 * A fetch for any other host, as far as a POST of text needs one: no redirect is followed, certificates are checked, the answer is held
 * in memory. `signal` ends the waiting.
 */
export const postByProxy: typeof fetch = async (target, { body, headers, signal } = {}) => {
  const client = new HttpClient('sluice', [], { allowRedirects: false, keepAlive: false });
  const given = Object.fromEntries(new Headers(headers));
  const url = target instanceof Request ? target.url : String(target);
  const sent = client.request('POST', url, typeof body === 'string' ? body : '', given).then(async (answer) => {
    const { statusCode = 0 } = answer.message;
    return new Response(await answer.readBody(), { status: statusCode });
  });
  return signal ? Promise.race([sent, aborted(signal)]) : sent;
};

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
