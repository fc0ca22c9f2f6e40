/** A host with `user:password` in it would put a secret into the repository. */
const ADDRESS = /^(?:(?:https|ssh|file):\/\/(?![^/]*:[^/]*@)\S+|[\w.-]+@[\w.-]+:\S+)$/;
const NAMED = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/;

/** Whether a text can stand under `state.repository`: `acme/deploy-state`, or the address of a repository without a password. */
export function isStateRepository(text: string): boolean {
  return NAMED.test(text) || ADDRESS.test(text);
}

/** The remote that holds the state: a name lies where `origin` does, by the same protocol; without an origin on GitHub. */
export function stateRemote(repository: string, origin: string | undefined): string {
  if (!NAMED.test(repository)) return repository;
  const [, host, suffix = ''] = /^(.*[/:])[^/:]+\/[^/]+?(\.git)?\/?$/.exec(origin ?? '') ?? [];
  return host === undefined ? `https://github.com/${repository}.git` : `${host}${repository}${suffix}`;
}

export interface StateRepository {
  /** Without a port; absent: the text is OWNER/NAME. */
  readonly host?: string;
  readonly owner: string;
  readonly name: string;
}

/** The repository on a forge that `state.repository` names; undefined: it is a folder, or lies deeper than OWNER/NAME. */
export function stateRepositoryOf(text: string): StateRepository | undefined {
  const [, address, byUser, path = text] =
    /^(?:(?:https|ssh):\/\/(?:[^/@]*@)?([^/:]+)(?::\d+)?\/|[\w.-]+@([\w.-]+):\/?)(.*)$/.exec(text) ?? [];
  const host = (address ?? byUser)?.toLowerCase();
  const [owner = '', name = '', more] = path
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .split('/');
  if (!NAMED.test(`${owner}/${name}`) || more !== undefined) return undefined;
  return { ...(host === undefined ? {} : { host }), owner, name };
}
