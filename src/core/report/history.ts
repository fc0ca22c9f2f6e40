/** The audit trail as people read it: who, what, why, commit. */
import type { Milliseconds } from '../model/time.ts';
import type { Json } from '../model/document.ts';
import type { Report } from './report.ts';
import { oneLine } from './text.ts';
import { printMoment } from './words.ts';

/** What is needed of a commit on the state branch; a store's commit has it. */
export interface HistoryCommit {
  readonly revision: string;
  readonly at: Milliseconds;
  readonly author: { readonly name: string };
  readonly title: string;
  readonly body: string;
  readonly trailers: ReadonlyMap<string, string>;
  readonly sealed: boolean;
}

export interface HistoryFilter {
  /** A word of the event (`rollback`, `flag`, `rollout`) or the command's first word (`deploy`). */
  readonly kind?: string;
  /** Only commits at or after this moment, in ms. */
  readonly since?: Milliseconds;
  /** The name or id of an actor, with or without `@`. */
  readonly by?: string;
  readonly limit?: number;
  /** As `Sluice-Subject` spells it: `web/production`, `flag/new-dashboard`, a rollout's id; `web` means all its pairs. */
  readonly subject?: string;
}

/** Those commits that the filter lets through, in their order. */
export function filterHistory<C extends HistoryCommit>(commits: readonly C[], filter: HistoryFilter): readonly C[] {
  const { kind, since, by, subject, limit = Number.POSITIVE_INFINITY } = filter;
  const found = commits.filter(
    (commit) =>
      (since === undefined || commit.at >= since) &&
      (kind === undefined || isOfKind(commit, kind)) &&
      (by === undefined || isBy(commit, by)) &&
      (subject === undefined || isAbout(commit, subject)),
  );
  return found.slice(0, Math.max(0, limit));
}

/** Old and new spellings of one act: a rollback is a command, an event and an end. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  rollback: ['rollback', 'rolled-back', 'rolling-back', 'back'],
  completed: ['completed'],
};

function isOfKind(commit: HistoryCommit, kind: string): boolean {
  const wanted = SAME[kind] ?? [kind];
  const event = (commit.trailers.get('Sluice-Event') ?? '').split('.');
  const [first = ''] = (commit.trailers.get('Sluice-Command') ?? '').split(' ');
  return wanted.some((word) => event.includes(word) || first === word);
}

function isBy(commit: HistoryCommit, by: string): boolean {
  const wanted = by.replace(/^@/, '').toLowerCase();
  const actor = /^(\w+):(\S*) \((.*)\)/.exec(commit.trailers.get('Sluice-Actor') ?? '');
  const names = actor ? [actor[2], actor[3], `${actor[1]}:${actor[2]}`] : [commit.author.name];
  return names.some((name) => name?.toLowerCase() === wanted);
}

function isAbout(commit: HistoryCommit, subject: string): boolean {
  const about = commit.trailers.get('Sluice-Subject') ?? '';
  return about === subject || about.startsWith(`${subject}/`);
}

/** Who did it: the actor's name, `(unverified)` where nobody vouches; of a foreign commit its author. */
export function whoOf(commit: HistoryCommit): string {
  const actor = /^\w+:\S* \((.*)\)( unverified)?$/.exec(commit.trailers.get('Sluice-Actor') ?? '');
  if (!actor) return `${commit.author.name} (outside Sluice)`;
  return actor[2] === undefined ? (actor[1] ?? '') : `${actor[1]} (unverified)`;
}

/** Why: the reason that was given, else the first sentence that the body explains with. */
export function whyOf(commit: HistoryCommit): string {
  const told = commit.trailers.get('Sluice-Reason') ?? reasonIn(commit.trailers.get('Sluice-Command') ?? '');
  if (told !== undefined) return told;
  const line = commit.body.split('\n').find((text) => /^(Why|Hold|Because): /.test(text));
  return line === undefined ? '' : oneLine(line.replace(/^\w+: /, ''));
}

function reasonIn(command: string): string | undefined {
  const quoted = /(?:^| )(?:--reason|-m)(?: |=)(?:"((?:[^"\\]|\\.)*)"|(\S+))/.exec(command);
  return quoted ? (quoted[1]?.replace(/\\(.)/g, '$1') ?? quoted[2]) : undefined;
}

/** A table of commits, newest first as they come. */
export function historyReport(commits: readonly HistoryCommit[], now: Milliseconds): Report {
  const heading = {
    type: 'heading',
    text: `History: ${commits.length === 0 ? 'nothing found' : commits.length}`,
  } as const;
  if (commits.length === 0) return { blocks: [heading] };
  return {
    blocks: [
      heading,
      {
        type: 'table',
        columns: [{ title: 'when' }, { title: 'who' }, { title: 'what' }, { title: 'why' }, { title: 'commit' }],
        rows: commits.map((commit) => [
          printMoment(new Date(commit.at).toISOString(), now),
          whoOf(commit),
          commit.sealed ? commit.title : `${commit.title} (not sealed)`,
          whyOf(commit),
          commit.revision.slice(0, 7),
        ]),
      },
    ],
  };
}

/** The same as data, with the whole trailers. */
export function historyDetails(commits: readonly HistoryCommit[]): Json {
  return commits.map((commit) => ({
    commit: commit.revision,
    at: new Date(commit.at).toISOString(),
    who: whoOf(commit),
    what: commit.title,
    why: whyOf(commit),
    body: commit.body,
    sealed: commit.sealed,
    trailers: Object.fromEntries(commit.trailers),
  }));
}
