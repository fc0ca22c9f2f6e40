/** What `sluice init` found out about the place it runs in, as rows of a report. */

export interface SetupFacts {
  /** `git --version`'s number; absent: no git. */
  readonly git?: string;
  readonly node: string;
  /** Absent: not inside a repository. */
  readonly branch?: string;
  /** `acme/shop`; absent: no GitHub remote. */
  readonly repository?: string;
  readonly hasCommits: boolean;
  readonly config: 'none' | 'valid' | 'invalid';
  /** Packages that have to be there for a platform, by their command's name: `docker`, `kubectl`. */
  readonly missing?: readonly string[];
}

export interface Prerequisite {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const OLDEST_GIT = [2, 30] as const;
const OLDEST_NODE = [20, 18] as const;

/** One row a thing that `init` needs or likes; `missing` rows stop it. */
export function prerequisites(facts: SetupFacts): readonly Prerequisite[] {
  return [git(facts), repository(facts), node(facts), remote(facts), configuration(facts), ...tools(facts)];
}

/** Whether nothing stands in the way. */
export function maySetUp(rows: readonly Prerequisite[]): boolean {
  return rows.every(({ state }) => state !== 'missing');
}

function git({ git: version }: SetupFacts): Prerequisite {
  if (version === undefined)
    return { name: 'git', state: 'missing', detail: 'not installed', remedy: 'install git 2.30 or newer' };
  if (older(version, OLDEST_GIT))
    return { name: 'git', state: 'missing', detail: version, remedy: 'install git 2.30 or newer' };
  return { name: 'git', state: 'ok', detail: version };
}

function repository({ branch, hasCommits }: SetupFacts): Prerequisite {
  if (branch === undefined)
    return { name: 'repository', state: 'missing', detail: 'not inside one', remedy: 'git init, or go into one' };
  if (hasCommits) return { name: 'repository', state: 'ok', detail: `branch ${branch}` };
  return {
    name: 'repository',
    state: 'warning',
    detail: `branch ${branch}, no commit yet`,
    remedy: 'a version is a commit: make the first one',
  };
}

function node({ node: version }: SetupFacts): Prerequisite {
  if (!older(version, OLDEST_NODE)) return { name: 'Node', state: 'ok', detail: version };
  return { name: 'Node', state: 'missing', detail: version, remedy: 'install Node 20.18 or newer' };
}

function remote({ repository: name }: SetupFacts): Prerequisite {
  if (name !== undefined) return { name: 'GitHub', state: 'ok', detail: name };
  return {
    name: 'GitHub',
    state: 'warning',
    detail: 'no remote there',
    remedy: 'everything works locally; workflows and comments need one',
  };
}

function configuration({ config }: SetupFacts): Prerequisite {
  if (config === 'none') return { name: 'configuration', state: 'ok', detail: 'none yet' };
  if (config === 'valid')
    return { name: 'configuration', state: 'warning', detail: 'there is one', remedy: 'it is kept as it is' };
  return {
    name: 'configuration',
    state: 'warning',
    detail: 'there is one with errors',
    remedy: 'sluice check says which',
  };
}

function tools({ missing = [] }: SetupFacts): readonly Prerequisite[] {
  return missing.map((name) => ({
    name,
    state: 'missing',
    detail: 'not installed',
    remedy: `install ${name}, or choose another platform`,
  }));
}

function older(version: string, [major, minor]: readonly [number, number]): boolean {
  const [, ownMajor = '0', ownMinor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(ownMajor) < major || (Number(ownMajor) === major && Number(ownMinor) < minor);
}
