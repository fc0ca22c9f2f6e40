/** Bits of verdicts that come and go: what flaps must hold for a while before it is committed (rollouts.md section 5). */
import { lookAt } from '../judge/look.ts';
import { SILENT_WINDOWS } from '../judge/verdict.ts';
import type { Rollout } from '../model/rollout.ts';
import { HOUR, type Milliseconds, toInstant, toMilliseconds } from '../model/time.ts';
import { damp } from '../watch/damp.ts';
import { exposureOf } from './advance.ts';
import { durablyChanged } from './durable.ts';

/**
 * Whether the only news is that a source fell silent or answers again, and that has changed so often in the last hour that it
 * must hold for longer. Never true where a verdict is or was `fail`.
 */
export function isFlapping(before: Rollout, after: Rollout, now: Milliseconds): boolean {
  if (exposureOf(before) !== exposureOf(after)) return false;
  const { verdicts } = before;
  if (durablyChanged({ ...before, verdicts: withoutSilence(before) }, { ...after, verdicts: withoutSilence(after) }))
    return false;
  const changed = flipped(before, after);
  return changed.length > 0 && verdicts.length > 0 && changed.every((judge) => mustHold({ before, after, judge, now }));
}

/** The rollout with its flips noted, as it is committed; of another exposure nothing is remembered. */
export function withFlips(before: Rollout, after: Rollout, now: Milliseconds): Rollout {
  const { flips = {}, ...rest } = after;
  if (exposureOf(before) !== exposureOf(after)) return after.flips === undefined ? after : rest;
  const changed = flipped(before, after);
  if (changed.length === 0) return after;
  const recent = Object.entries(flips).map(([judge, at]) => [judge, at.filter((one) => isRecent(one, now))] as const);
  const kept = Object.fromEntries(recent.filter(([, at]) => at.length > 0));
  const added = changed.map((judge) => [judge, [...(kept[judge] ?? []), toInstant(now)]] as const);
  return { ...rest, flips: { ...kept, ...Object.fromEntries(added) } };
}

function isRecent(at: string, now: Milliseconds): boolean {
  return toMilliseconds(at) > now - HOUR;
}

function withoutSilence({ verdicts }: Rollout): Rollout['verdicts'] {
  return verdicts.filter(({ verdict }) => verdict === 'fail');
}

function silent({ verdicts }: Rollout): readonly string[] {
  return verdicts.filter(({ verdict }) => verdict === 'no-data').map(({ judge }) => judge);
}

/** Judges whose source fell silent or answers again. */
function flipped(before: Rollout, after: Rollout): readonly string[] {
  const [was, is] = [silent(before), silent(after)];
  return [...was.filter((judge) => !is.includes(judge)), ...is.filter((judge) => !was.includes(judge))];
}

interface Flip {
  readonly before: Rollout;
  readonly after: Rollout;
  readonly judge: string;
  readonly now: Milliseconds;
}

function mustHold({ before, after, judge, now }: Flip): boolean {
  const windows = damp((before.flips?.[judge] ?? []).map(toMilliseconds), now);
  return windows > 0 && heldFor({ before, after, judge, now }) < windows;
}

/** For how many windows it has been so: silent ones beyond those that make `no-data`, or answers since the last commit. */
function heldFor({ before, after, judge, now }: Flip): number {
  const look = lookAt(after, now);
  const spec = look?.judges.find(({ id }) => id === judge);
  const own = after.evidence.find((one) => one.judge === judge);
  if (!look || !spec || !own) return Number.POSITIVE_INFINITY;
  if (!silent(after).includes(judge)) {
    const earlier = before.evidence.find((one) => one.judge === judge && one.stage === own.stage);
    return own.answered - (earlier?.answered ?? 0);
  }
  const answered = look.exposedAt + (own.folded - own.silent) * look.width;
  return (now - spec.delay - answered) / look.width - SILENT_WINDOWS;
}
