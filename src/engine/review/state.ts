/** A pull request against the state branch: documents, blast radius. */
import { digestOf } from '../../core/digest.ts';
import { isDesired } from '../../core/external/foreign-file.ts';
import { lintFlag } from '../../core/flag/lint.ts';
import type { Config } from '../../core/model/config.ts';
import type { State } from '../../core/model/state.ts';
import { affectedFlags } from '../../core/review/affected.ts';
import {
  type Blast,
  type BlastRadius,
  blastRadius,
  isRebucketed,
  shareWords,
  TOLERATED,
} from '../../core/review/blast.ts';
import { type Finding, TOP } from '../../core/review/finding.ts';
import type { Snapshot, StoredFile } from '../../ports/store.ts';
import { decodeState } from '../documents.ts';
import { CONTEXT_FILES, recordedContexts } from './contexts.ts';
import { brokenDependents, type DocumentChange, ruleFindings, type Sides, textFindings } from './documents.ts';
import { type ChangedFile, foreignFindings, textOfFile, unreadFindings } from './files.ts';
import type { Found, Reviewing } from './question.ts';

/** What is read of the state for it. */
export const STATE_NEEDS: readonly string[] = ['flags/', 'segments/', 'experiments/', 'environments/', 'rollouts/'];

export async function reviewState({ store, forge, config }: Reviewing, files: readonly ChangedFile[]): Promise<Found> {
  const wants = files.some(({ path, previous = '' }) => /^(flags|segments)\//.test(`${path}\n${previous}`));
  const [snapshot, kept] = await Promise.all([
    store.read(STATE_NEEDS),
    wants ? forge.code.files(CONTEXT_FILES, 'HEAD') : new Map<string, never>(),
  ]);
  const recorded = recordedContexts(kept);
  const documents = documentsOf(
    files.filter(({ path, previous }) => isDesired(path) || isDesired(previous ?? '')),
    snapshot,
  );
  const sides = sidesOf(snapshot, documents.changes, config);
  const changed = new Set(documents.changes.map(({ path }) => path));
  const blast = wants ? blastOf(sides, files, recorded.contexts) : undefined;
  const findings = [
    ...foreignFindings(files),
    ...unreadFindings(files, isDesired),
    ...documents.findings,
    ...documents.changes.flatMap((change) => ruleFindings(change, sides)),
    ...(wants ? brokenDependents(affectedFlags(sides.before, sides.after), changed, sides) : []),
    ...(blast ? blast.rows.flatMap((row) => rebucketed(row, blast)) : []),
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

/** A rename is one document gone and one that is new. Files that could not be read were told of already. */
function documentsOf(files: readonly ChangedFile[], { files: known }: Snapshot): Documents {
  const findings: Finding[] = [];
  const changes = new Map<string, DocumentChange>();
  const before = (path: string): string | null => known.get(path)?.text ?? null;
  for (const file of files) {
    const { path, previous, status } = file;
    for (const gone of [previous, status === 'removed' ? path : undefined])
      if (gone !== undefined && isDesired(gone)) changes.set(gone, { path: gone, before: before(gone), after: null });
    if (status === 'removed' || !isDesired(path) || !file.file) continue;
    const read = textOfFile(file);
    const faults = 'finding' in read ? [read.finding] : textFindings(path, read.text);
    findings.push(...faults);
    if (faults.length === 0 && 'text' in read) changes.set(path, { path, before: before(path), after: read.text });
  }
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

/** Those of the configuration, and any other that a flag names. */
function environmentsIn(before: State, after: State): readonly string[] {
  const named = [before, after].flatMap(({ flags }) =>
    [...flags.values()].flatMap((flag) => Object.keys(flag.environments)),
  );
  return [...new Set([...Object.keys(after.config.environments), ...named])];
}

function rebucketed(row: Blast, { sample }: BlastRadius): readonly Finding[] {
  if (!isRebucketed(row) || !row.shift) return [];
  const { flag, environment, shift, recorded, was } = row;
  const seen = shift.unplanned > shift.users * TOLERATED ? shift : (recorded ?? shift);
  const share = shareWords(seen.unplanned, seen.users);
  const why =
    was === undefined
      ? 'its salt, its unit (`by`) or the order of its variants is another. Keep them; who wants other users makes a new flag beside this one, or raises `generation` of a split to draw everybody anew'
      : `a flag's key is its salt. Keep flags/${was}.json until nothing asks for it any more, and add flags/${flag}.json beside it in a pull request of its own`;
  const message = `${flag} in ${environment}: ${share} of ${seen === shift ? sample : seen.users} users get another variant although the shares would let them keep theirs: ${why}`;
  return [{ path: `flags/${flag}.json`, ...TOP, level: 'failure', code: 'rebucketed', title: 'rebucketed', message }];
}

/** Flags past their date, whoever changed them, and with whom to talk. */
export function pastTheirDate({ flags }: Pick<State, 'flags'>, now: number): readonly string[] {
  return [...flags.values()].flatMap((flag) =>
    lintFlag(flag, { now })
      .filter(({ kind }) => kind === 'expired')
      .map(({ message }) => `${message}${flag.owner === undefined ? '' : ` (owner: ${flag.owner})`}`),
  );
}
