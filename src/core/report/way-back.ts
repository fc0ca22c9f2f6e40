/** The way back in three answers: why, how long, now (R-403, R-404). */
import type { Operation, Rollout } from '../model/rollout.ts';
import { type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { servesAgain } from './flag-back.ts';
import { firstBad, harmSentence } from './harm.ts';
import { exposure, sharesOf } from './stages.ts';
import { nameOf, stableOf } from './subject.ts';
import { lagging, usersHave } from './users.ts';
import { plural, printMoment, printSecond, printSpan } from './words.ts';

/** Lines for a rollout that goes or went back; none for another. */
export function wayBack(rollout: Rollout, now: Milliseconds): readonly string[] {
  const back = rollout.goingBack;
  if (!back) return [];
  return [`Why: ${why(rollout)}`, `How long: ${howLong(rollout, now)}`, `Now: ${standing(rollout)}`];
}

function why({ goingBack: back, id }: Rollout): string {
  if (!back) return '';
  const who = back.automatic
    ? `decided by ${back.cause.startsWith(`${id}/`) ? 'a failed operation' : back.cause}`
    : `asked by ${back.by.name}`;
  return `${back.reason} (${who}, incident ${back.incident})`;
}

/** The last moment at which an operation of one of these purposes was done since it goes back. */
function doneAt(rollout: Rollout, purposes: readonly Operation['purpose'][]): string | undefined {
  const since = rollout.goingBack?.at ?? '';
  return rollout.operations.findLast(
    (one) => purposes.includes(one.purpose) && one.state === 'done' && one.since >= since,
  )?.ended;
}

function howLong(rollout: Rollout, now: Milliseconds): string {
  const back = rollout.goingBack;
  if (!back) return '';
  const after = (instant: string): string => printSpan(toMilliseconds(instant) - toMilliseconds(back.at));
  const weights = doneAt(rollout, ['rollback']);
  const live = doneAt(rollout, ['verify']);
  const bad = firstBad(rollout);
  const harm = harmSentence(rollout);
  const parts = [
    ...(bad === undefined ? [] : [`first bad window ${printSecond(toInstant(bad))}`]),
    `decided ${printMoment(back.at, now).replace(/\d{2}:\d{2} UTC$/, `${printSecond(back.at)} UTC`)}`,
    ...(weights === undefined ? [] : [`traffic back ${printSecond(weights)} (${after(weights)})`]),
    ...(live === undefined ? [] : [`seen live ${printSecond(live)} (${after(live)})`]),
    ...(rollout.ended === undefined
      ? [`since ${printSpan(now - toMilliseconds(back.at))}`]
      : [`ended ${printSecond(rollout.ended)} (${after(rollout.ended)})`]),
    ...(harm === undefined ? [] : [harm]),
  ];
  return parts.join(' · ');
}

function standing(rollout: Rollout): string {
  const stable = stableOf(rollout);
  const { goingBack: back, phase } = rollout;
  if (phase === 'rolled-back' && rollout.subject.type === 'flag')
    return `everybody has ${servesAgain(rollout)} again · nobody is needed`;
  if (phase === 'rolled-back') {
    const serves = back?.to === null ? nothingServes(rollout) : `${back?.to ?? stable} has 100% again`;
    return `${serves} · ${nameOf(rollout)} is not tried again by itself · nobody is needed`;
  }
  if (phase === 'failed')
    return `a person must look: ${rollout.outcome ?? 'it can go neither on nor back'}${haveNow(rollout)}`;
  const step = back
    ? `step ${Math.min(back.step + 1, Math.max(1, back.steps.length))} of ${plural(back.steps.length, 'step')}`
    : '';
  const behind = lagging(rollout);
  const share = `the candidate still has ${printPercent(exposure(rollout))}`;
  return [share, ...(behind === undefined ? [] : [behind]), ...(step === '' ? [] : [step])].join(' · ');
}

/** `; users have 1.3.2 80%, 1.4.0 20%`; empty where the rollout cannot tell. */
export function haveNow(rollout: Rollout): string {
  const have = usersHave(rollout);
  if (have === undefined) return '';
  const shares = sharesOf(have);
  return shares === '' ? '; nobody is served' : `; users have ${shares}`;
}

/** Where nobody has users in its place: gone only where it was seen to go. */
function nothingServes(rollout: Rollout): string {
  const name = nameOf(rollout);
  const removal = rollout.operations.findLast((one) => one.purpose === 'clean-up');
  if (removal?.state === 'done') return `${name} is gone`;
  const left = removal?.state === 'failed' ? 'it could not be removed and still runs' : '';
  if (rollout.stable !== null) return left === '' ? `${name} was taken back` : `of ${name}: ${left}`;
  return left === '' ? `nobody has ${name}` : `nobody has ${name}, but ${left}`;
}
