/** A rollout as people see it in comments, job summaries, `status` and notices. */
import type { Rollout } from '../model/rollout.ts';
import { type Milliseconds, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { servesAgain } from './flag-back.ts';
import { nextCommands } from './next.ts';
import type { Block, Report } from './report.ts';
import { exposure, holdWords, stageState, stageTable } from './stages.ts';
import { awaitedStage, currentStage, nameOf, shortId, stableOf, stageName } from './subject.ts';
import { verdictTable } from './verdicts.ts';
import { wayBack } from './way-back.ts';
import { TIMEOUT_WORDS, moodOfPhase, printAgo, printMoment, printSpan } from './words.ts';

export interface RolloutReportOptions {
  /** Without the commands at the end: where nobody can press or type them. */
  readonly buttons?: boolean;
}

/** Heading, stages, who and what, gates, verdicts, hold, way back, and what may be done next. */
export function rolloutReport(rollout: Rollout, now: Milliseconds, options: RolloutReportOptions = {}): Report {
  const verdicts = verdictTable(rollout);
  const back = wayBack(rollout, now);
  const blocks: readonly (Block | undefined)[] = [
    { type: 'heading', text: headline(rollout), mood: moodOfPhase(rollout.phase, rollout.hold !== undefined) },
    back.length > 0 ? { type: 'list', items: back } : undefined,
    stageTable(rollout, now),
    { type: 'text', text: origin(rollout, now) },
    rollout.gates.length > 0 ? { type: 'text', text: gateLine(rollout) } : undefined,
    verdicts,
    rollout.hold ? { type: 'text', text: holdLine(rollout, now) } : undefined,
    options.buttons === false ? undefined : { type: 'buttons', buttons: nextCommands(rollout) },
  ];
  return { blocks: blocks.filter((block) => block !== undefined) };
}

/** One line: `web 1.4.0 → production: canary 5%, baking`. */
export function headline(rollout: Rollout): string {
  const { phase, outcome } = rollout;
  const name = nameOf(rollout);
  const where = `${name} → ${rollout.subject.environment}`;
  switch (phase) {
    case 'rolled-back':
      return `${name} was rolled back from ${lastExposed(rollout)}; ${backOn(rollout)}`;
    case 'rolling-back':
      return `${where}: rolling back from ${lastExposed(rollout)}`;
    case 'completed':
      return `${where}: completed, 100%`;
    case 'provisional':
      return `${where}: 100%, still watched`;
    case 'cancelled':
    case 'failed':
      return `${where}: ${phase}${outcome === undefined ? '' : `: ${outcome}`}`;
    default:
      return onItsWay(rollout, where);
  }
}

function onItsWay(rollout: Rollout, where: string): string {
  const { phase, hold, step } = rollout;
  if (hold) return heldHeadline(rollout);
  const stage = currentStage(rollout);
  const state = phase === 'exposing' ? (step === 'gate' ? 'at its gates' : (step ?? phase)) : phase;
  return `${where}: ${stage ? `${stageName(stage)}, ` : ''}${state}`;
}

function heldHeadline(rollout: Rollout): string {
  const next = awaitedStage(rollout);
  const passed = rollout.plan.stages[(next ? rollout.plan.stages.indexOf(next) : 0) - 1];
  const where = `${nameOf(rollout)} → ${rollout.subject.environment}`;
  if (rollout.hold?.kind === 'approval' && next) {
    return passed
      ? `${nameOf(rollout)} passed ${passed.name} (${printPercent(passed.weight)}). May it go to ${printPercent(next.weight)} of ${rollout.subject.environment}?`
      : `${where}: may it begin with ${stageName(next)}?`;
  }
  const stage = currentStage(rollout);
  return `${where}: held at ${stage ? `${stage.name} ${printPercent(exposure(rollout))}` : 'its start'}`;
}

/** The stage users saw last: `canary`, or the phase where none had begun. */
export function lastExposed(rollout: Rollout): string {
  const exposed = rollout.stages.findLast((record) => record.exposed !== undefined)?.stage;
  return exposed ?? (rollout.exposedAt === undefined ? 'before its first stage' : (currentStage(rollout)?.name ?? ''));
}

function backOn(rollout: Rollout): string {
  if (rollout.subject.type === 'flag') return `everybody has ${servesAgain(rollout)} again`;
  const to = rollout.goingBack?.to;
  if (to === null) return 'nothing serves in its place';
  return `${to ?? stableOf(rollout)} serves 100% again`;
}

function origin(rollout: Rollout, now: Milliseconds): string {
  const { subject } = rollout;
  const parts = [
    shortId(rollout.id),
    ...(subject.type === 'release' ? [subject.release.commit.slice(0, 7)] : [`rule ${subject.rule}`]),
    ...(rollout.stable && subject.type === 'release' ? [`after ${rollout.stable.label}`] : []),
    `asked by ${rollout.requestedBy.name} ${printMoment(rollout.began, now)}`,
    ...(rollout.reason === undefined ? [] : [`because: ${rollout.reason}`]),
    `plan ${rollout.plan.digest.slice(0, 4)} (${rollout.plan.strategy})`,
    ...watchers(rollout, now),
    ...lasted(rollout, now),
  ];
  return parts.join(' · ');
}

/** Who holds a live claim on an operation of the rollout just now. */
export function watchers(rollout: Rollout, now: Milliseconds): readonly string[] {
  const claims = rollout.operations.flatMap((one) => (one.state === 'running' && one.claim ? [one.claim] : []));
  const live = claims.find((claim) => toMilliseconds(claim.until) > now);
  return live ? [`in the hands of ${live.by} until ${printMoment(live.until, now)}`] : [];
}

function lasted(rollout: Rollout, now: Milliseconds): readonly string[] {
  if (rollout.ended === undefined) return [];
  const took = toMilliseconds(rollout.ended) - toMilliseconds(rollout.began);
  return [`took ${printSpan(took)}, ended ${printMoment(rollout.ended, now)}`];
}

/** `lock yes (taken) · freeze yes · approval wait (1 of 2)` */
function gateLine(rollout: Rollout): string {
  const asked = rollout.gates.filter((gate) => gate.answer !== 'not-asked');
  if (asked.length === 0) return 'gates: none asked yet';
  return `gates: ${asked.map(({ gate, answer, detail }) => `${gate} ${answer}${detail === '' ? '' : ` (${detail})`}`).join(' · ')}`;
}

/** Why it is held, since when, by whom, until when, and what happens then. */
export function holdLine(rollout: Rollout, now: Milliseconds): string {
  const { hold } = rollout;
  if (!hold) return '';
  const rejected = rollout.rejections.at(-1);
  const said = hold.reason === '' ? '' : `: ${hold.reason}`;
  const voters = hold.kind === 'approval' ? notCounted(rollout) : '';
  const refusal = rejected ? ` Rejected by ${rejected.by.name}: ${rejected.reason}.` : '';
  return `${sentence(holdWords(rollout, now))}${said} (${hold.by.name}, ${printAgo(hold.since, now)}); then it ${TIMEOUT_WORDS[hold.onTimeout]}.${voters}${refusal}`;
}

/** Whose approval does not count: who asked, and who wrote it (known by id alone). */
function notCounted({ requestedBy, authors = [] }: Rollout): string {
  const wrote = authors.some((author) => author !== requestedBy.id);
  return ` The vote of ${requestedBy.name}, who asked, does not count${wrote ? ', nor that of who wrote it' : ''}.`;
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How the rollout stands in a few words, for a row of `status`: `beta 25%: baking`. */
export function standingOf(rollout: Rollout, now: Milliseconds): string {
  const stage = currentStage(rollout);
  if (rollout.phase !== 'exposing' || !stage) return rollout.hold ? holdWords(rollout, now) : rollout.phase;
  const state = rollout.hold ? holdWords(rollout, now) : stageState(rollout, rollout.stage, now);
  return `${state} (${stage.name} ${printPercent(exposure(rollout))})`;
}
