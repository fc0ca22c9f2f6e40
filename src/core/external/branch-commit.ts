import { type Actor, parseActor } from '../model/actor.ts';

interface Person {
  readonly name: string;
  readonly email: string;
}

/** What this room looks at of a commit on the state branch; the store port's `StoredCommit` is one. */
export interface BranchCommit {
  readonly revision: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly title: string;
  readonly body: string;
  readonly trailers: ReadonlyMap<string, string>;
  readonly sealed: boolean;
  readonly changes: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[];
}

/** The identity of every commit that Sluice writes, as its committer. */
export const COMMITTER: Person = { name: 'sluice', email: 'sluice@users.noreply.github.com' };

/** GitHub commits for people who edit or revert on its pages, so there the author is who did it. */
const FORGE_COMMITTERS: readonly string[] = ['noreply@github.com'];

/** Who brought a foreign commit in, as git says it: nobody vouches for that. */
export function actorOf(commit: BranchCommit): Actor {
  const person = FORGE_COMMITTERS.includes(commit.committer.email) ? commit.author : commit.committer;
  return { kind: 'git', id: person.email.replace(/\s+/g, ''), name: person.name, verified: false };
}

/** The author's line of a sealed commit, from its `Sluice-Actor`; GitHub shows a person by the noreply address. */
export function authorOf(trailers: readonly (readonly [string, string])[]): Person {
  const actor = parseActor(trailers.find(([name]) => name === 'Sluice-Actor')?.[1] ?? '');
  if (!actor || actor.kind === 'sluice') return COMMITTER;
  if (actor.kind === 'git') return { name: actor.name, email: actor.id };
  const email = actor.kind === 'github' ? `${actor.id}+${actor.name}@users.noreply.github.com` : COMMITTER.email;
  return { name: actor.name, email };
}

/**
 * The sealed commit that what follows is measured against. On a merge several are in reach: the first on the branch's own
 * line (first parents) counts, unless a newer one builds on it, so that no sealed work of the branch is ever lost.
 * `commits` are newest first; undefined: none of them is sealed.
 */
export function lastSealed(commits: readonly BranchCommit[]): BranchCommit | undefined {
  const byRevision = new Map(commits.map((commit) => [commit.revision, commit]));
  const newest = commits.find((commit) => commit.sealed);
  let own = commits[0];
  while (own && !own.sealed) own = byRevision.get(own.parents[0] ?? '');
  if (!own || !newest || own === newest) return own ?? newest;
  return reaches(newest, own.revision, byRevision) ? newest : own;
}

/** The commits of the list that are not part of `base`: what came after it, by whatever way. Newest first. */
export function foreignSince(
  commits: readonly BranchCommit[],
  base: BranchCommit | undefined,
): readonly BranchCommit[] {
  if (!base) return commits;
  const byRevision = new Map(commits.map((commit) => [commit.revision, commit]));
  const known = new Set<string>();
  collect(base, byRevision, known);
  return commits.filter((commit) => !known.has(commit.revision));
}

function reaches(from: BranchCommit, target: string, byRevision: ReadonlyMap<string, BranchCommit>): boolean {
  const seen = new Set<string>();
  collect(from, byRevision, seen);
  return seen.has(target);
}

function collect(from: BranchCommit, byRevision: ReadonlyMap<string, BranchCommit>, seen: Set<string>): void {
  const open = [from.revision];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(byRevision.get(next)?.parents ?? []));
  }
}
