/** Apart from the proxying itself, which loads much and is wanted on few runners. */

const NAMES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;

/**
 * Whether the machine names a proxy, which Node's own fetch does not look at. Which hosts it is for, and which ones `no_proxy` leaves out,
 * is decided by the toolkit.
 * Source: https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/use-proxy-servers
 */
export function proxyNamed(env: Readonly<Record<string, string | undefined>>): boolean {
  return NAMES.some((name) => (env[name] ?? '') !== '');
}
