/** The words of a rollout's commit: a title a person reads, a body that explains with numbers. */
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { alignTable } from './align.ts';
import { happenings } from './happening.ts';
import { holdLine } from './rollout.ts';
import { stageTable } from './stages.ts';
import { nameOf, stableOf } from './subject.ts';
import { cut, oneLine } from './text.ts';
import { judgedNow, verdictWords } from './verdicts.ts';
import { wayBack } from './way-back.ts';

/** Columns that `git log` shows of a title and of a body without breaking it on common screens. */
const TITLE = 120;
const BODY = 100;

/** `web 1.4.0: canary 5% passed, beta 25% begins in production`: what changed, the weightiest first, on one line. */
export function rolloutTitle(before: Rollout | undefined, after: Rollout): string {
  const all = happenings(before, after);
  const weighty = all.filter((one) => one.type !== 'operation');
  const said = (weighty.length > 0 ? weighty : all).slice(0, 2).map((one) => one.text);
  const [what = 'progress', more] = said;
  const where = ` in ${after.subject.environment}`;
  const short = what.includes(': ')
    ? what.replace(': ', `${where}: `)
    : `${what}${more === undefined ? '' : `, ${more}`}${where}`;
  return cut(oneLine(`${nameOf(after)}: ${short}`), TITLE);
}

/**
 * Stage table, verdicts in sentences, hold and way back of the rollout as it stands after the change.
 * No line can be taken for a trailer: texts that others wrote never begin a line.
 */
export function commitBody(before: Rollout | undefined, after: Rollout): string {
  const now = latestMoment(after);
  const more = happenings(before, after).map((one) => `- ${oneLine(one.text)}`);
  const table = alignTable(stageTable(after, now), BODY);
  const stable = stableOf(after);
  const verdicts = judgedNow(after).map((one) => `- ${verdictWords(one, stable)} (${oneLine(one.verdict.because)})`);
  const remarks = [
    ...(after.hold ? [`Hold: ${oneLine(holdLine(after, now))}`] : []),
    ...wayBack(after, now).map(oneLine),
    ...(after.reason === undefined ? [] : [`Because: ${oneLine(after.reason)}`]),
  ];
  return [more, table, verdicts, remarks]
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

/** The latest moment that the document itself names: close to when it was committed. */
function latestMoment(rollout: Rollout): Milliseconds {
  const moments = [
    rollout.began,
    rollout.phaseSince,
    rollout.exposedAt,
    rollout.pausedAt,
    rollout.hold?.since,
    rollout.goingBack?.at,
    rollout.ended,
    ...rollout.operations.flatMap((one) => [one.since, one.ended, one.claim?.since]),
    ...rollout.stages.flatMap((one) => [one.began, one.exposed, one.ended]),
    ...rollout.verdicts.map((one) => one.until),
    ...rollout.approvals.map((one) => one.at),
  ].flatMap((moment) => (moment === undefined || Number.isNaN(Date.parse(moment)) ? [] : [toMilliseconds(moment)]));
  return Math.max(...moments);
}
