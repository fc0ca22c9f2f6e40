/** What a replay answers. */
import type { Decision } from '../decision.ts';
import type { Json } from '../model/document.ts';
import type { Instant } from '../model/time.ts';
import type { Block } from '../report/report.ts';
import { plural } from '../report/words.ts';
import { differing, excerptOf, type FileAgain, type JudgeDiffers } from './compare.ts';
import type { EvidenceAgain } from './evidence.ts';
import type { SaidOtherwise } from './message.ts';
import { type PolicyUsed, policySentence, policyShort } from './policy.ts';

export interface Replayed {
  readonly revision: string;
  readonly title: string;
  readonly at: Instant;
  readonly command: string | undefined;
  readonly actor: string | undefined;
  readonly files: readonly FileAgain[];
  /** Parts of the commit's message that would be others now. */
  readonly said: readonly SaidOtherwise[];
  /** What today's decision is about, where it refuses or changes nothing. */
  readonly instead?: string;
  readonly judge?: JudgeDiffers;
  readonly evidence: readonly EvidenceAgain[];
  readonly policy: PolicyUsed;
  /** The seal matches what the commit changes. */
  readonly sealed: boolean;
  /** All that the decision saw was kept; of an older commit it was not. */
  readonly complete: boolean;
}

/** `same decision, bit for bit`, or what differs and which judge differs first. */
export function replayAnswer(replayed: Replayed): Decision {
  const { sealed, complete, said } = replayed;
  const others = differing(replayed.files);
  const same = others.length === 0 && said.length === 0;
  const details = detailsOf(replayed, others);
  if (!same && !complete && sealed) return incomplete(replayed, others, details);
  const isGood = same && sealed;
  return {
    changes: [],
    outcome: {
      schemaVersion: 1,
      ok: isGood,
      code: isGood ? 'done' : 'replay-differs',
      summary: isGood ? sameWords(replayed) : otherWords(replayed, others),
      details,
      report: { blocks: blocksOf(replayed, others) },
    },
  };
}

/** Only under the very same configuration is it the same bit for bit: under another one it may be the same by chance. */
function sameWords({ title, files, policy }: Replayed): string {
  const what = files.length === 0 ? 'no file' : plural(files.length, 'file');
  if (policy.by === 'digest') return `same decision, bit for bit: ${title} (${what})`;
  return `the same is decided: ${title} (${what}); but ${policySentence(policy)}`;
}

function otherWords(replayed: Replayed, others: readonly FileAgain[]): string {
  const { revision, sealed, judge, instead, policy, said } = replayed;
  const seal = sealed ? '' : 'its seal does not match: it was changed after Sluice wrote it; ';
  const what = [
    ...(others.length === 0
      ? []
      : [`${others.map(({ path }) => path).join(', ')} would come out otherwise${policyShort(policy)}`]),
    ...(judge ? [`first the judge ${judge.judge}: committed ${judge.committed}; now ${judge.again}`] : []),
    ...(instead === undefined ? messageWords(said, others.length === 0) : [`now: ${instead}`]),
  ];
  return `${revision.slice(0, 7)}: ${seal}${what.length === 0 ? 'what it says is what would be decided again' : what.join('; ')}`;
}

/** The first part that differs. Where the files are the same, words alone may be those of another version: nothing tells which. */
function messageWords([first]: readonly SaidOtherwise[], isSame: boolean): readonly string[] {
  if (!first) return [];
  const why = isSame ? ' (the files are the same: the message was amended, or another version words it so)' : '';
  if (first.part === 'body') return [`its message explains it otherwise than it would be explained now${why}`];
  const name = first.part === 'title' ? '' : `${first.part}: `;
  const [then, now] = [first.committed, first.again].map((text) => `"${name}${text ?? 'nothing'}"`);
  return [`its message says ${then}, now it would be ${now}${why}`];
}

function incomplete({ revision, files }: Replayed, others: readonly FileAgain[], details: Json): Decision {
  const same = files.length - others.length;
  const summary = `${revision.slice(0, 7)} was written before Sluice kept what it decided on: ${same} of ${plural(files.length, 'file')} come out the same, the rest depends on what was seen and when; take a newer one that \`sluice history\` lists`;
  return { changes: [], outcome: { schemaVersion: 1, ok: false, code: 'nothing-to-replay', summary, details } };
}

function detailsOf(replayed: Replayed, others: readonly FileAgain[]): Json {
  const { revision, at, command, actor, files, said, judge, evidence, policy, sealed, complete } = replayed;
  return {
    schemaVersion: 1,
    commit: revision,
    at,
    command: command ?? null,
    actor: actor ?? null,
    same: others.length === 0 && said.length === 0,
    sealed,
    complete,
    files: files.map((file) => ({ path: file.path, same: !others.includes(file) })),
    message: said.map((one) => ({ ...one })),
    judge: judge ? { ...judge } : null,
    policy: { digest: policy.digest ?? null, by: policy.by, committed: policy.uncommitted ? false : null },
    evidence: evidence.map(({ judge: id, source, answer }) => ({ judge: id, source, answer })),
  };
}

function blocksOf(replayed: Replayed, others: readonly FileAgain[]): readonly Block[] {
  const { at, command, actor, evidence, policy, judge, files, said } = replayed;
  const lines = [
    `Decided at ${at}${command === undefined ? '' : ` on \`${command}\``}${actor === undefined ? '' : `, for ${actor}`}.`,
    `Policy: ${policySentence(policy)}.`,
    ...(others.length === 0 && files.length > 0 ? [`Files: ${files.map(({ path }) => path).join(', ')}.`] : []),
    ...evidence.map(({ sentence }) => `${sentence}.`),
    ...(judge
      ? [`The first judge that differs is ${judge.judge}. Committed: ${judge.committed}. Now: ${judge.again}.`]
      : []),
  ];
  return [
    { type: 'list', items: lines },
    ...said.map(({ part, committed, again }): Block => ({
      type: 'diff',
      label: `message, ${part} (committed, and as it comes out now)`,
      before: committed ?? '',
      after: again ?? '',
    })),
    ...others.map((file): Block => ({
      type: 'diff',
      label: `${file.path} (committed, and as it comes out now)`,
      ...excerptOf(file),
    })),
  ];
}
