/** What a mode answers, as outputs and links. */
import type { Verdict } from '../core/model/metric.ts';
import type { Rollout } from '../core/model/rollout.ts';
import { exposure } from '../core/report/stages.ts';
import { currentStage } from '../core/report/subject.ts';
import type { RunContext } from './context.ts';
import type { ActionResult } from './outputs.ts';
import type { Answer } from './proceed.ts';
import type { Link } from './summary.ts';

export function resultOf({ outcome, rollout, told, proceed, operation, continue: deploys }: Answer): ActionResult {
  return {
    outcome,
    proceed: proceed ?? false,
    ...(rollout === undefined ? told : ofRollout(rollout)),
    ...(operation === undefined ? {} : { operation }),
    continue: deploys ?? false,
  };
}

function ofRollout(rollout: Rollout): Omit<ActionResult, 'outcome'> {
  const { subject } = rollout;
  const url = rollout.operations.findLast((one) => one.url !== undefined)?.url;
  const release = subject.type === 'release' ? subject.release : undefined;
  const stage = currentStage(rollout)?.name;
  return {
    rollout: rollout.id,
    weight: exposure(rollout),
    ...(stage === undefined ? {} : { stage }),
    ...(rollout.verdicts.length === 0 ? {} : { verdict: worst(rollout.verdicts) }),
    ...(url === undefined ? {} : { url }),
    ...(release === undefined ? {} : { version: release.label, sha: release.commit }),
  };
}

/** The gravest first: what one judge says of all is what it says of the worst. */
const GRAVITY = ['fail', 'no-data', 'undecided', 'pass', 'not-applicable'] as const;

function worst(verdicts: readonly Pick<Verdict, 'verdict'>[]): string {
  return GRAVITY.find((one) => verdicts.some(({ verdict }) => verdict === one)) ?? 'not-applicable';
}

export function linksOf({ outcome }: Answer, { serverUrl, repository, runUrl }: RunContext): readonly Link[] {
  const { commit } = outcome;
  const place = `${serverUrl}/${repository.owner}/${repository.name}`;
  return [
    ...(commit === undefined ? [] : [{ text: `commit ${commit.slice(0, 7)}`, url: `${place}/commit/${commit}` }]),
    { text: 'this run', url: runUrl },
  ];
}
