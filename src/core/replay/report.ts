/** What a replay answers. */
import type { Decision } from '../decision.ts';
import type { Json } from '../model/document.ts';
import type { Instant } from '../model/time.ts';
import type { Block } from '../report/report.ts';
import { plural } from '../report/words.ts';
import { differing, excerptOf, type FileAgain, type JudgeDiffers } from './compare.ts';
import type { EvidenceAgain } from './evidence.ts';

export interface Replayed {
  readonly revision: string;
  readonly title: string;
  readonly at: Instant;
  readonly command: string | undefined;
  readonly actor: string | undefined;
  readonly files: readonly FileAgain[];
  /** What today's decision is about, where it refuses or changes nothing. */
  readonly instead?: string;
  readonly judge?: JudgeDiffers;
  readonly evidence: readonly EvidenceAgain[];
  /** `digest`: the very configuration; `time`: the one in force then, read otherwise today; `today`: none of that time is known. */
  readonly policy: { readonly digest: string | undefined; readonly by: 'digest' | 'time' | 'today' };
  /** The seal matches what the commit changes. */
  readonly sealed: boolean;
  /** All that the decision saw was kept; of an older commit it was not. */
  readonly complete: boolean;
}

const POLICIES = {
  digest: 'the same configuration, by its digest',
  time: 'the configuration in force then; its digest is another today (it may have been read by another version of Sluice)',
  today: 'today’s configuration: the one of that time was not found',
} as const;

/** `same decision, bit for bit`, or what differs and which judge differs first. */
export function replayAnswer(replayed: Replayed): Decision {
  const others = differing(replayed.files);
  const same = others.length === 0;
  const details = detailsOf(replayed, others);
  if (!same && !replayed.complete && replayed.sealed) return incomplete(replayed, others, details);
  const isForged = !replayed.sealed;
  return {
    changes: [],
    outcome: {
      schemaVersion: 1,
      ok: same && !isForged,
      code: same && !isForged ? 'done' : 'replay-differs',
      summary: same && !isForged ? sameWords(replayed) : otherWords(replayed, others),
      details,
      report: { blocks: blocksOf(replayed, others) },
    },
  };
}

function sameWords({ title, files, policy }: Replayed): string {
  const under =
    policy.by === 'digest'
      ? ''
      : `, under ${policy.by === 'time' ? 'the configuration of that time' : 'today’s configuration'}`;
  return `same decision, bit for bit: ${title} (${plural(files.length, 'file')}${under})`;
}

function otherWords({ revision, sealed, judge, instead, policy }: Replayed, others: readonly FileAgain[]): string {
  const seal = sealed ? '' : 'its seal does not match: it was changed after Sluice wrote it; ';
  const under =
    policy.by === 'digest'
      ? ''
      : ` under ${policy.by === 'time' ? 'the configuration of that time' : 'today’s configuration'}`;
  const what =
    others.length === 0
      ? 'what it says is what would be decided again'
      : `${others.map(({ path }) => path).join(', ')} would come out otherwise${under}`;
  const first = judge ? `; first the judge ${judge.judge}: committed ${judge.committed}; now ${judge.again}` : '';
  const now = instead === undefined ? '' : `; now: ${instead}`;
  return `${revision.slice(0, 7)}: ${seal}${what}${first}${now}`;
}

function incomplete({ revision, files }: Replayed, others: readonly FileAgain[], details: Json): Decision {
  const same = files.length - others.length;
  const summary = `${revision.slice(0, 7)} was written before Sluice kept what it decided on: ${same} of ${plural(files.length, 'file')} come out the same, the rest depends on what was seen and when`;
  return { changes: [], outcome: { schemaVersion: 1, ok: false, code: 'nothing-to-replay', summary, details } };
}

function detailsOf(replayed: Replayed, others: readonly FileAgain[]): Json {
  const { revision, at, command, actor, files, judge, evidence, policy, sealed, complete } = replayed;
  return {
    schemaVersion: 1,
    commit: revision,
    at,
    command: command ?? null,
    actor: actor ?? null,
    same: others.length === 0,
    sealed,
    complete,
    files: files.map((file) => ({ path: file.path, same: !others.includes(file) })),
    judge: judge ? { ...judge } : null,
    policy: { digest: policy.digest ?? null, by: policy.by },
    evidence: evidence.map(({ judge: id, source, answer }) => ({ judge: id, source, answer })),
  };
}

function blocksOf(replayed: Replayed, others: readonly FileAgain[]): readonly Block[] {
  const { at, command, actor, evidence, policy, judge, files } = replayed;
  const lines = [
    `Decided at ${at}${command === undefined ? '' : ` on \`${command}\``}${actor === undefined ? '' : `, for ${actor}`}.`,
    `Policy: ${POLICIES[policy.by]}.`,
    ...(others.length === 0 ? [`Files: ${files.map(({ path }) => path).join(', ')}.`] : []),
    ...evidence.map(({ sentence }) => `${sentence}.`),
    ...(judge
      ? [`The first judge that differs is ${judge.judge}. Committed: ${judge.committed}. Now: ${judge.again}.`]
      : []),
  ];
  return [
    { type: 'list', items: lines },
    ...others.map((file): Block => ({
      type: 'diff',
      label: `${file.path} (committed, and as it comes out now)`,
      ...excerptOf(file),
    })),
  ];
}
