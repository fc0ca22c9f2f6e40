/** A pull request against the state branch: documents, blast radius. */
import { digestOf } from '../../core/digest.ts';
import { isDesired } from '../../core/external/foreign-file.ts';
import { lintFlag } from '../../core/flag/lint.ts';
import type { Config } from '../../core/model/config.ts';
import type { State } from '../../core/model/state.ts';
import { affectedFlags } from '../../core/review/affected.ts';
import { type BlastRadius, blastRadius } from '../../core/review/blast.ts';
import { type Finding, TOP } from '../../core/review/finding.ts';
import type { Snapshot, StoredFile } from '../../ports/store.ts';
import { decodeState } from '../documents.ts';
import { blastFindings } from './blast-findings.ts';
import { CONTEXT_FILES, recordedContexts } from './contexts.ts';
import { brokenDependents, type DocumentChange, ruleFindings, type Sides, textFindings } from './documents.ts';
import { type ChangedFile, foreignFindings, textOfFile, unreadFindings } from './files.ts';
import { asMerged } from './merged.ts';
import type { Found, PullToReview, Reviewing } from './question.ts';

/** What is read of the state for it. */
export const STATE_NEEDS: readonly string[] = ['flags/', 'segments/', 'experiments/', 'environments/', 'rollouts/'];

export async function reviewState(
  { store, forge, config }: Reviewing,
  changed: readonly ChangedFile[],
  pull: PullToReview,
): Promise<Found> {
  const isMoving = changed.some(({ path, previous = '' }) => /^(flags|segments)\//.test(`${path}\n${previous}`));
  const [snapshot, kept] = await Promise.all([
    store.read(STATE_NEEDS),
    isMoving ? forge.code.files(CONTEXT_FILES, 'HEAD') : new Map<string, never>(),
  ]);
  const recorded = recordedContexts(kept);
  const desired = changed.filter(({ path, previous }) => isDesired(path) || isDesired(previous ?? ''));
  const merged = await asMerged(forge.code, desired, { pull, snapshot });
  const documents = documentsOf(merged.files, snapshot);
  const sides = sidesOf(snapshot, documents.changes, config);
  const paths = new Set(documents.changes.map(({ path }) => path));
  // Of a part of it nobody wants to know whom it moves.
  const blast = isMoving && merged.findings.length === 0 ? blastOf(sides, merged.files, recorded.contexts) : undefined;
  const findings = [
    ...foreignFindings(changed),
    ...unreadFindings(changed, isDesired),
    ...merged.findings,
    ...documents.findings,
    ...withinBudget(documents.changes, (change) => ruleFindings(change, sides)),
    ...(isMoving ? brokenDependents(affectedFlags(sides.before, sides.after), paths, sides) : []),
    ...(blast ? blastFindings(blast, { sides, changes: documents.changes }) : []),
    ...recorded.findings,
  ];
  return {
    findings,
    plans: [],
    ...(blast && { blast }),
    loosened: [],
    changesPolicy: false,
    expired: pastTheirDate(sides.after, snapshot.now),
    remarks: sides.before.broken.map(({ path, problem }) => `${path} on the state branch does not parse: ${problem}`),
  };
}

interface Documents {
  /** Those that can be read, and those that are gone. */
  readonly changes: readonly DocumentChange[];
  readonly findings: readonly Finding[];
}

/** Beyond so many findings the rest is not looked at: whoever reads these has enough to do. */
const MOST_FINDINGS = 1_000;

/** The findings of one document after another, until there are enough. */
function withinBudget<T extends { readonly path: string }>(
  all: readonly T[],
  look: (one: T) => readonly Finding[],
): readonly Finding[] {
  const found: Finding[] = [];
  for (const [index, one] of all.entries()) {
    if (found.length >= MOST_FINDINGS) {
      const message = `${all.length - index} more documents were not looked at: there are ${found.length} findings already`;
      const { path } = one;
      return [...found, { path, ...TOP, level: 'failure', code: 'document-invalid', title: 'not looked at', message }];
    }
    found.push(...look(one));
  }
  return found;
}

/** A rename is one document gone and one that is new. Files that could not be read were told of already. */
function documentsOf(files: readonly ChangedFile[], { files: known }: Snapshot): Documents {
  const changes = new Map<string, DocumentChange>();
  const before = (path: string): string | null => known.get(path)?.text ?? null;
  const findings = withinBudget(files, (file) => {
    const { path, previous, status } = file;
    for (const gone of [previous, status === 'removed' ? path : undefined])
      if (gone !== undefined && isDesired(gone)) changes.set(gone, { path: gone, before: before(gone), after: null });
    if (status === 'removed' || !isDesired(path) || !file.file) return [];
    const read = textOfFile(file);
    const faults = 'finding' in read ? [read.finding] : textFindings(path, read.text);
    if (faults.length === 0 && 'text' in read) changes.set(path, { path, before: before(path), after: read.text });
    return faults;
  });
  return { changes: [...changes.values()], findings };
}

/** The state branch as it is, and with the documents on it; one that cannot be read stays as it was. */
function sidesOf(snapshot: Snapshot, changes: readonly DocumentChange[], config: Config): Sides {
  const files = new Map<string, StoredFile>(snapshot.files);
  for (const { path, after } of changes) {
    if (after === null) files.delete(path);
    else files.set(path, { oid: `proposed-${digestOf(after)}`, text: after });
  }
  return {
    before: decodeState(snapshot, config),
    after: decodeState({ ...snapshot, files }, config),
    now: snapshot.now,
  };
}

function blastOf(
  { before, after }: Sides,
  files: readonly ChangedFile[],
  recorded: Parameters<typeof blastRadius>[0]['recorded'],
): BlastRadius {
  const keyOf = (path: string | undefined): string | undefined => /^flags\/([^/]+)\.json$/.exec(path ?? '')?.[1];
  const renamed = files.flatMap(({ status, path, previous }) => {
    const [old, now] = [keyOf(previous), keyOf(path)];
    return status === 'renamed' && old !== undefined && now !== undefined ? [[old, now] as const] : [];
  });
  return blastRadius({
    before,
    after,
    environments: environmentsIn(before, after),
    recorded,
    renamed: new Map(renamed),
  });
}

/** That nobody can name so many that asking takes minutes. */
const MOST_UNKNOWN = 3;

/** Those of the configuration, and a few others that a flag names. */
function environmentsIn(before: State, after: State): readonly string[] {
  const known = Object.keys(after.config.environments);
  const named = [before, after].flatMap(({ flags }) =>
    [...flags.values()].flatMap((flag) => Object.keys(flag.environments)),
  );
  const unknown = new Set(named.filter((name) => !Object.hasOwn(after.config.environments, name)));
  return [...known, ...[...unknown].slice(0, MOST_UNKNOWN)];
}

/** Flags past their date, whoever changed them, and with whom to talk. */
export function pastTheirDate({ flags }: Pick<State, 'flags'>, now: number): readonly string[] {
  return [...flags.values()].flatMap((flag) =>
    lintFlag(flag, { now })
      .filter(({ kind }) => kind === 'expired')
      .map(({ message }) => `${message}${flag.owner === undefined ? '' : ` (owner: ${flag.owner})`}`),
  );
}
