/** Which repository of GitHub a remote's address means, and where its API is. */

export interface GithubRemote {
  readonly owner: string;
  readonly name: string;
  /** `https://api.github.com`, or an Enterprise server's `https://ghe.example.com/api/v3`. */
  readonly apiUrl: string;
  /** Where people look at it. */
  readonly serverUrl: string;
}

/** The variables that say where GitHub is, as a runner (`GITHUB_SERVER_URL`) and `gh` (`GH_HOST`) set them. */
type Env = Readonly<Record<string, string | undefined>>;

/**
 * Undefined: not on GitHub. A host other than github.com counts only where the environment names that very host: a token goes
 * nowhere that nobody said is GitHub.
 */
export function githubRemote(address: string, env: Env = {}): GithubRemote | undefined {
  const found = partsOf(address.trim());
  if (!found) return undefined;
  const { host, owner, name } = found;
  if (host === 'github.com' || host === 'ssh.github.com')
    return { owner, name, apiUrl: 'https://api.github.com', serverUrl: 'https://github.com' };
  const server = serverOf(env);
  if (!server || server.host !== host) return undefined;
  const serverUrl = server.origin;
  return { owner, name, serverUrl, apiUrl: ownApi(env) ?? `${serverUrl}/api/v3` };
}

/** The token of the environment, as `gh` looks for it. An empty one is none. */
export function tokenIn(env: Env): string | undefined {
  return [env['GH_TOKEN'], env['GITHUB_TOKEN']].find((token) => token !== undefined && token.trim() !== '')?.trim();
}

const PART = String.raw`([\w.-]+)`;
const SCP = new RegExp(`^(?:[\\w.-]+@)${PART}:/*${PART}/${PART}$`);
const PATH = new RegExp(`^/${PART}/${PART}/?$`);

function partsOf(
  address: string,
): { readonly host: string; readonly owner: string; readonly name: string } | undefined {
  const [, scpHost, scpOwner, scpName] = SCP.exec(address) ?? [];
  if (scpHost !== undefined && scpOwner !== undefined && scpName !== undefined)
    return { host: scpHost.toLowerCase(), owner: scpOwner, name: bare(scpName) };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol)) return undefined;
  const [, owner, name] = PATH.exec(url.pathname) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  // A port belongs to the host of a web address; of ssh it is another door of the same house.
  const host = url.protocol.startsWith('http') ? url.host : url.hostname;
  return { host: host.toLowerCase(), owner, name: bare(name) };
}

function bare(name: string): string {
  return name.replace(/\.git$/, '');
}

function serverOf(env: Env): URL | undefined {
  const host = env['GH_HOST'];
  const text = env['GITHUB_SERVER_URL'] ?? (host === undefined || host === '' ? undefined : `https://${host}`);
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}

function ownApi(env: Env): string | undefined {
  const text = env['GITHUB_API_URL'];
  if (text === undefined || !URL.canParse(text)) return undefined;
  const isServers = new URL(text).host === serverOf(env)?.host;
  return isServers ? text.replace(/\/+$/, '') : undefined;
}
