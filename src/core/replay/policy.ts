/** Under which configuration a decision was made again, in words. */

export interface PolicyUsed {
  /** Of the configuration it was made under; undefined: an older Sluice did not write it down. */
  readonly digest: string | undefined;
  /** `digest`: the very configuration; `time`: the one committed at that time; `today`: none of that time is known. */
  readonly by: 'digest' | 'time' | 'today';
  /** It was made under a configuration that lay in a folder, and in no commit. */
  readonly uncommitted: boolean;
}

/** What follows `would come out otherwise`. */
export function policyShort({ by }: PolicyUsed): string {
  if (by === 'digest') return '';
  return by === 'time' ? ' under the configuration committed at that time' : ' under today’s configuration';
}

/** A sentence without its full stop. */
export function policySentence(policy: PolicyUsed): string {
  const { digest, by, uncommitted } = policy;
  if (by === 'digest') return `the same configuration, by its digest ${short(digest)}`;
  const compared =
    by === 'time'
      ? 'compared with the one committed at that time'
      : 'of that time none is known, compared with today’s';
  if (digest === undefined) return `the configuration it was decided under was not written down; ${compared}`;
  const why = uncommitted
    ? 'it was edited in the folder'
    : 'edited in the folder, or read otherwise by another version?';
  return `it was decided under configuration ${short(digest)}, which is in no commit (${why}); ${compared}`;
}

function short(digest: string | undefined): string {
  return (digest ?? '').slice(0, 12);
}
