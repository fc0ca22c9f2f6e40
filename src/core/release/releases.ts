/** Which releases of a service are known: from its places and its rollouts, of which every one names its commit. */
import { type Decision, answer, refuse } from '../decision.ts';
import type { Json } from '../model/document.ts';
import type { Place } from '../model/place.ts';
import type { Release } from '../model/release.ts';
import type { Rollout } from '../model/rollout.ts';
import { printPercent } from '../model/weight.ts';
import type { Report } from '../report/report.ts';
import { shortId } from '../report/subject.ts';
import { plural, printMoment } from '../report/words.ts';

export interface Known {
  readonly service: string;
  readonly places: readonly Place[];
  /** Unfinished and ended ones, in any order. */
  readonly rollouts: readonly Rollout[];
  readonly now: number;
}

interface KnownRelease extends Release {
  readonly live: readonly string[];
  readonly good: readonly string[];
  /** Newest first. */
  readonly rollouts: readonly Rollout[];
  /** When it was first seen. */
  readonly first: string;
}

/** Every release of the service, the one seen last first. */
function knownReleases({ service, places, rollouts }: Known): readonly KnownRelease[] {
  const own = places.filter((place) => place.service === service);
  const moved = rollouts.flatMap((rollout) => (releaseOf(rollout, service) ? [rollout] : []));
  const named = [
    ...own.flatMap(({ live, good }) => [...(live ? [live] : []), ...good]),
    ...moved.flatMap((rollout) => {
      const release = releaseOf(rollout, service);
      return release ? [{ ...release, since: rollout.began }] : [];
    }),
  ];
  const all = [...new Map(named.map((one) => [one.label, one])).values()].map(
    ({ label, commit, artifact }): KnownRelease => {
      const seen = named.filter((one) => one.label === label);
      return {
        label,
        commit,
        ...(artifact === undefined ? {} : { artifact }),
        live: own.filter((place) => place.live?.label === label).map(({ environment }) => environment),
        good: own
          .filter((place) => place.good.some((one) => one.label === label))
          .map(({ environment }) => environment),
        rollouts: moved
          .filter((rollout) => releaseOf(rollout, service)?.label === label)
          .toSorted((one, other) => (one.began < other.began ? 1 : -1)),
        first: seen.map(({ since }) => since).reduce((one, other) => (one < other ? one : other)),
      };
    },
  );
  return all.toSorted((one, other) => (one.first < other.first ? 1 : -1));
}

function releaseOf({ subject }: Rollout, service: string): Release | undefined {
  return subject.type === 'release' && subject.service === service ? subject.release : undefined;
}

/** `release list SERVICE`: versions, commits, where each is live or good. */
export function listReleases(known: Known): Decision {
  const releases = knownReleases(known);
  const { service, now } = known;
  if (releases.length === 0) return answer(`no release of ${service} is known yet`, { service, releases: [] });
  const report: Report = {
    blocks: [
      {
        type: 'table',
        columns: ['version', 'commit', 'live in', 'good in', 'last rollout', 'first seen'].map((title) => ({ title })),
        rows: releases.map(({ label, commit, live, good, rollouts: [last], first }) => [
          label,
          commit.slice(0, 10),
          live.join(', '),
          good.join(', '),
          last ? `${last.phase} (${shortId(last.id)})` : '',
          printMoment(first, now),
        ]),
      },
    ],
  };
  const details: Json = { service, releases: releases.map(detailsOf) };
  return answer(`${plural(releases.length, 'release')} of ${service}`, details, report);
}

/** `release show SERVICE VERSION`: by its label, or the beginning of its commit. */
export function showRelease(known: Known, version: string): Decision {
  const releases = knownReleases(known);
  const found = releases.find(({ label }) => label === version) ?? byCommit(releases, version);
  const { service, now } = known;
  if (!found) {
    const names = releases.slice(0, 8).map(({ label }) => label);
    const list = names.length === 0 ? 'none is known yet' : `known: ${names.join(', ')}`;
    return refuse('version-unknown', `${service} has no release ${version}; ${list}`);
  }
  const { label, commit, artifact, live, good, rollouts } = found;
  const facts = [
    `commit ${commit}`,
    ...(artifact === undefined ? [] : [`artifact ${artifact}`]),
    `live in ${live.join(', ') || 'no environment'}; good in ${good.join(', ') || 'none'}`,
  ];
  const report: Report = {
    blocks: [
      { type: 'heading', text: `${service} ${label}` },
      { type: 'list', items: facts },
      {
        type: 'table',
        columns: ['began', 'environment', 'rollout', 'phase', 'share', 'outcome'].map((title) => ({ title })),
        rows: rollouts.map((one) => [
          printMoment(one.began, now),
          one.subject.environment,
          shortId(one.id),
          one.phase,
          one.ended === undefined ? printPercent(one.weight) : '',
          one.outcome ?? '',
        ]),
      },
    ],
  };
  const where = live.length > 0 ? `live in ${live.join(', ')}` : 'live nowhere';
  return answer(`${service} ${label}: ${where}; ${plural(rollouts.length, 'rollout')}`, detailsOf(found), report);
}

function byCommit(releases: readonly KnownRelease[], text: string): KnownRelease | undefined {
  return text.length >= 7 ? releases.find(({ commit }) => commit.startsWith(text.toLowerCase())) : undefined;
}

function detailsOf({ label, commit, artifact, live, good, rollouts }: KnownRelease): Json {
  return {
    label,
    commit,
    artifact: artifact ?? null,
    live,
    good,
    rollouts: rollouts.map(({ id, phase, began, ended, subject, outcome }) => ({
      id,
      environment: subject.environment,
      phase,
      began,
      ended: ended ?? null,
      outcome: outcome ?? null,
    })),
  };
}
