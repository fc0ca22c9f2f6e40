/** Stages that a job begins: which one may, and what GitHub's reviewers said to it. */
import { sameActor } from '../model/actor.ts';
import type { Config } from '../model/config.ts';
import type { Facts, RunFacts } from '../facts.ts';
import type { Approval, PlannedStage, Rollout, StageRun } from '../model/rollout.ts';
import { toInstant } from '../model/time.ts';
import { matches } from '../policy/permit.ts';
import type { Circumstances, Performer } from './input.ts';
import { approvalsOf, mayVote, validApprovals } from './vote.ts';

/** The GitHub environment whose job, reviewers and secrets belong to a stage. */
export function environmentOfStage(stage: PlannedStage | undefined, { subject }: Pick<Rollout, 'subject'>): string {
  return stage?.githubEnvironment ?? subject.environment;
}

/** Whether this process is a job in the stage's GitHub environment. */
export function isItsJob(
  stage: PlannedStage | undefined,
  rollout: Rollout,
  { performer }: Pick<Circumstances, 'performer'>,
): boolean {
  return hasEnvironment(performer, environmentOfStage(stage, rollout));
}

function hasEnvironment(performer: Performer | null, environment: string): boolean {
  return performer?.has.includes(`github-environment:${environment}`) === true;
}

/** The run that begins a stage, where its job does. */
export function runOfStage(stage: PlannedStage, rollout: Rollout, { performer }: Circumstances): StageRun | undefined {
  if (performer?.runId === undefined || !isItsJob(stage, rollout, { performer })) return undefined;
  const { runId: id, runAttempt: attempt = 1, repository } = performer;
  return { ...(repository === undefined ? {} : { repository }), id, attempt };
}

interface Reviewed {
  readonly config: Config;
  readonly facts: Pick<Facts, 'run' | 'now'>;
}

/**
 * The rollout with what GitHub's reviewers said to the run that begins the stage, as votes for (version, stage, plan): of a run of
 * the release's own commit, or one that Sluice called for this stage. Of a re-run nothing counts: GitHub does not say to which
 * attempt somebody said yes.
 */
export function withReviews(rollout: Rollout, index: number, { config, facts: { run, now } }: Reviewed): Rollout {
  const stage = rollout.plan.stages[index];
  const needed = stage && approvalsOf(stage, rollout, config);
  if (!stage || !needed || !run || run.attempt !== 1 || !isItsRun(rollout, run)) return rollout;
  const environment = environmentOfStage(stage, rollout);
  const known = validApprovals(rollout, stage.name, now);
  const policy = config.environments[rollout.subject.environment]?.approvals;
  const votes = run.approvals.filter(
    ({ by, environments, rights }) =>
      environments.includes(environment) &&
      by.verified &&
      mayVote(rollout, by) &&
      !known.some((one) => sameActor(one.by, by)) &&
      !isCounted(rollout, { by, stage: stage.name, run: run.id, into: environment }, run) &&
      (needed.from.length === 0 || policy?.by === 'github' || matches(needed.from, { actor: by, rights })),
  );
  if (votes.length === 0) return rollout;
  const { subject, plan } = rollout;
  const label = subject.type === 'release' ? subject.release.label : subject.flag;
  const said = votes.map(({ by }): Approval => ({
    by,
    stage: stage.name,
    label,
    digest: plan.digest,
    at: toInstant(now),
    until: toInstant(now + needed.expires),
    ...(run.url === undefined ? {} : { source: run.url }),
    run: run.id,
    into: environment,
  }));
  return { ...rollout, approvals: [...rollout.approvals, ...said] };
}

/**
 * Whether what a person said to the run was counted before: once for a stage, however long ago; and each click for one stage alone,
 * also where several share the GitHub environment.
 */
function isCounted(
  { approvals }: Rollout,
  { by, stage, run: id, into }: Pick<Approval, 'by' | 'stage'> & { readonly run: string; readonly into: string },
  run: RunFacts,
): boolean {
  const mine = approvals.filter((one) => one.run === id && sameActor(one.by, by));
  if (mine.some((one) => one.stage === stage)) return true;
  const clicks = run.approvals.filter((one) => sameActor(one.by, by) && one.environments.includes(into));
  return mine.filter((one) => one.into === into).length >= clicks.length;
}

/** A run that Sluice started for the stage; one that only goes on by itself proves nothing. */
function isItsRun({ subject, hold }: Rollout, { id, headSha }: RunFacts): boolean {
  const dispatched = hold?.wake?.run === id && hold.wake.own !== true;
  return dispatched || (subject.type === 'release' && subject.release.commit === headSha);
}
