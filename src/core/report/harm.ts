/** What a bad candidate did until it was found out: when it began, and about how many requests it cost. */
import type { Evidence, JudgeSpec, Sample } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import type { Milliseconds } from '../model/time.ts';
import { windowsOf } from './growth.ts';
import { printCount } from './words.ts';

interface Blamed {
  readonly judge: JudgeSpec;
  readonly evidence: Evidence;
}

/** The judge that sent it back, with what it saw; undefined where something else did. */
function blamed({ goingBack, plan, evidence }: Rollout): Blamed | undefined {
  const judge = plan.stages.flatMap(({ judges }) => judges).find(({ id }) => id === goingBack?.cause);
  const own = evidence.find((one) => one.judge === judge?.id);
  return judge && own ? { judge, evidence: own } : undefined;
}

/** A span on the clock, in ms. */
export interface Span {
  readonly from: Milliseconds;
  readonly until: Milliseconds;
}

/** The window at which a judge failed, and its number from 1 on; undefined: it has not. */
export function failedWindow(rollout: Rollout, evidence: Evidence): (Span & { readonly number: number }) | undefined {
  const clockwork = windowsOf(rollout, evidence);
  if (evidence.failedAt === null || !clockwork) return undefined;
  const from = clockwork.from + evidence.failedAt * clockwork.width;
  return { from, until: from + clockwork.width, number: evidence.failedAt + 1 };
}

/** When the window closed at which the judge failed that sent the rollout back. */
export function firstBad(rollout: Rollout): Milliseconds | undefined {
  const found = blamed(rollout);
  return found && failedWindow(rollout, found.evidence)?.until;
}

type Proportion = Extract<Sample, { kind: 'proportion' }>;

/**
 * `about 42 requests failed that would not have`: the candidate's bad events beyond what the stable version's rate makes of as many,
 * or beyond what was allowed where nothing is compared; as far as they were counted when it was decided. Undefined: it cannot be said.
 */
export function harmSentence(rollout: Rollout): string | undefined {
  const found = blamed(rollout) ?? errorsOf(rollout);
  const { candidate, baseline } = found?.evidence ?? {};
  if (!found || found.judge.better !== 'lower' || candidate?.kind !== 'proportion') return undefined;
  const usual = baseline?.kind === 'proportion' && baseline.total > 0 ? baseline.bad / baseline.total : undefined;
  if (usual !== undefined) return worded(beyond(candidate, usual), 'that would not have');
  const { rule } = found.judge;
  return rule.type === 'below' ? worded(beyond(candidate, rule.bound), 'beyond what is allowed') : undefined;
}

/** Of a rollout that a person or a trigger sent back the errors tell, if a judge counted them. */
function errorsOf({ goingBack, plan, evidence }: Rollout): Blamed | undefined {
  if (!goingBack) return undefined;
  const judges = plan.stages.flatMap(({ judges: all }) => all).filter(({ metric }) => metric === 'error-rate');
  const compared = judges.toSorted((a, b) => Number(b.rule.type === 'compare') - Number(a.rule.type === 'compare'));
  const [found] = compared.flatMap((judge) =>
    evidence.flatMap((one) => (one.judge === judge.id ? [{ judge, evidence: one }] : [])),
  );
  return found;
}

function beyond({ bad, total }: Proportion, usual: number): number {
  return Math.round(bad - usual * total);
}

function worded(requests: number, why: string): string | undefined {
  if (requests < 1) return undefined;
  return `about ${printCount(requests)} request${requests === 1 ? '' : 's'} failed ${why}`;
}
