/** `doctor`: what is wrong, since when, and the command that mends it (R-903). */
import type { Json } from '../model/document.ts';
import type { Place } from '../model/place.ts';
import type { Operation, Rollout } from '../model/rollout.ts';
import type { State } from '../model/state.ts';
import { type Milliseconds, MINUTE, toInstant, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { bakeEnd } from '../rollout/bake.ts';
import { hasEnded } from '../rollout/input.ts';
import { leftover, remedyFor } from '../rollout/leftover.ts';
import type { Report } from './report.ts';
import { exactId, nameOf } from './subject.ts';
import { haveNow } from './way-back.ts';
import { heldWords, plural, printAgo, printMoment, TIMEOUT_WORDS } from './words.ts';

export interface Finding {
  /** `wrong` needs somebody; `note` is worth knowing and may be meant so. */
  readonly weight: 'wrong' | 'note';
  readonly about: string;
  readonly what: string;
  /** What mends it: a command of Sluice, or of git. */
  readonly remedy: string;
}

export interface Examined {
  readonly state: State;
  readonly now: Milliseconds;
  /** How often somebody ticks, in ms; nothing done for three periods means that nobody does. */
  readonly period: Milliseconds;
  /** Measured weights by pair and label, where the platform can be asked from here. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Pairs whose versions nobody but Sluice runs. */
  readonly sole: readonly string[];
  /** Pairs that no platform of this version moves. */
  readonly unmoved: readonly string[];
  /** The newest commit, where it is not ours. */
  readonly foreign?: string;
  readonly clockOff: boolean;
}

/** A window closes, its metric's delay passes, and it is folded: nothing is late before. */
const GRACE = 2 * MINUTE;

/** Everything that is wrong, the gravest first. */
export function examine(examined: Examined): readonly Finding[] {
  const { state } = examined;
  const rollouts = [...state.rollouts.values()].filter((rollout) => !hasEnded(rollout));
  const findings = [
    ...general(examined),
    ...state.broken.map(({ path, problem }) => brokenFile(path, problem, state)),
    ...rollouts.flatMap((rollout) => ofRollout(rollout, examined)),
    ...[...state.places.values()].flatMap((place) => ofPlace(place, examined)),
    ...Object.entries(examined.seen).flatMap(([pair, running]) => leftovers(pair, running, examined)),
    ...[...state.alerts.values()].map(({ id, subject, title, opened, acknowledged }): Finding => ({
      weight: acknowledged ? 'note' : 'wrong',
      about: subject,
      what: `alert ${id}: ${title}, open ${printAgo(opened, examined.now)}${acknowledged ? `, taken by ${acknowledged.by.name}` : ''}`,
      remedy: acknowledged ? `sluice alert resolve ${id}` : `sluice alert ack ${id}`,
    })),
  ];
  return findings.toSorted((one, other) => Number(one.weight === 'note') - Number(other.weight === 'note'));
}

function general({ foreign, clockOff, unmoved }: Examined): readonly Finding[] {
  return [
    ...(clockOff
      ? [wrong('clock', 'the clock here is off by more than 60 s: nothing is promoted from here', 'set the clock')]
      : []),
    ...(foreign === undefined
      ? []
      : [
          wrong(
            'state branch',
            `commit ${foreign.slice(0, 7)} was not made by Sluice and is not decided yet`,
            'sluice reconcile',
          ),
        ]),
    ...unmoved.map((pair) =>
      wrong(pair, 'no platform of this version moves it', 'choose `command` or `local` in the configuration'),
    ),
  ];
}

function wrong(about: string, what: string, remedy: string): Finding {
  return { weight: 'wrong', about, what, remedy };
}

function brokenFile(path: string, problem: string, { config }: State): Finding {
  return wrong(
    path,
    `does not parse: ${problem}`,
    `git log ${config.state.branch} -- ${path}, then revert the commit that broke it`,
  );
}

function ofRollout(rollout: Rollout, examined: Examined): readonly Finding[] {
  const about = `${exactId(rollout.id)} (${nameOf(rollout)})`;
  const { now, period } = examined;
  if (rollout.phase === 'failed')
    return [
      wrong(
        about,
        `can go neither on nor back, ${printAgo(rollout.phaseSince, now)}${haveNow(rollout)}`,
        `sluice retry ${exactId(rollout.id)}, or sluice deploy another version with --emergency, or sluice resolve ${exactId(rollout.id)}`,
      ),
    ];
  const late = lateness(rollout, now, now - 3 * period);
  if (late)
    return [
      wrong(
        about,
        `${late}: nobody ticks`,
        'sluice reconcile, and see that `sluice serve` or `sluice reconcile --watch` runs',
      ),
    ];
  return rollout.hold ? [held(rollout, about, now)] : [];
}

function held(rollout: Rollout, about: string, now: Milliseconds): Finding {
  const { hold } = rollout;
  if (!hold) throw new TypeError('only a held rollout');
  const id = exactId(rollout.id);
  const remedy =
    hold.kind === 'approval'
      ? `sluice approve ${id}, or sluice reject ${id}`
      : `sluice resume ${id}, or sluice rollback ${id}`;
  const words = `${heldWords(rollout)} ${printAgo(hold.since, now)} (${hold.reason}); at ${printMoment(hold.until, now)} ${TIMEOUT_WORDS[hold.onTimeout]}`;
  return { weight: 'note', about, what: words, remedy };
}

/** What should have happened before `since` and did not; undefined: nothing. */
function lateness(rollout: Rollout, now: Milliseconds, since: Milliseconds): string | undefined {
  const { hold } = rollout;
  if (hold && toMilliseconds(hold.until) < since) return `its hold ended ${printAgo(hold.until, now)}`;
  const operation = rollout.operations.find((one) => isLate(one, since));
  if (operation) return `${operation.kind} (${operation.purpose}) waits since ${printAgo(operation.since, now)}`;
  if (hold || rollout.phase !== 'exposing' || rollout.step !== 'baking') return undefined;
  const end = bakeEnd(rollout, now);
  return end + GRACE < since ? `the bake of its stage ended ${printAgo(toInstant(end), now)}` : undefined;
}

function isLate({ state, claim, since: asked, ref }: Operation, since: Milliseconds): boolean {
  if (state === 'pending') return toMilliseconds(asked) < since;
  return state === 'running' && ref === undefined && claim !== undefined && toMilliseconds(claim.until) < since;
}

function ofPlace(place: Place, { now, period, seen }: Examined): readonly Finding[] {
  const pair = `${place.service}/${place.environment}`;
  const where = `${place.service} in ${place.environment}`;
  const findings: Finding[] = [];
  if (place.lock && toMilliseconds(place.lock.until) <= now)
    findings.push({
      weight: 'note',
      about: pair,
      what: `the lock of ${place.lock.by.name} ended ${printAgo(place.lock.until, now)}; it holds nobody`,
      remedy: `sluice unlock ${where}`,
    });
  const [first] = place.queue;
  if (first && place.active === undefined && !place.lock && toMilliseconds(first.since) < now - 3 * period)
    findings.push(
      wrong(
        pair,
        `the pair is free and \`${first.command}\` waits ${printAgo(first.since, now)}: nobody ticks`,
        'sluice reconcile',
      ),
    );
  const drift = driftOf(place, seen[pair]);
  if (drift !== undefined)
    findings.push(wrong(pair, `traffic differs from what is wanted: ${drift}`, 'sluice reconcile sets it again'));
  return findings;
}

/** Versions that run and that no document names. */
function leftovers(
  pair: string,
  running: Readonly<Record<string, number>>,
  { state, sole }: Examined,
): readonly Finding[] {
  if (state.broken.length > 0) return [];
  const [service = '', environment = ''] = pair.split('/');
  return leftover(state, pair, running).map((label): Finding => {
    const share = running[label] ?? 0;
    const what = `${label} runs with ${printPercent(share)} of the traffic, and no document names it`;
    const adopt = `sluice adopt ${service} ${label} in ${environment}`;
    if (share > 0) return wrong(pair, what, remedyFor(state, pair, label));
    const remedy = sole.includes(pair) ? 'sluice reconcile takes it away' : `take it away on the platform, or ${adopt}`;
    return { weight: 'note', about: pair, what, remedy };
  });
}

/** Only a pair at rest: while a rollout moves it, wanted and measured weights differ for a moment. */
function driftOf({ weights, active }: Place, seen: Readonly<Record<string, number>> | undefined): string | undefined {
  if (active !== undefined || !seen || Object.keys(weights).length === 0) return undefined;
  const labels = [...new Set([...Object.keys(weights), ...Object.keys(seen)])].sort();
  const different = labels.filter((label) => (weights[label] ?? 0) !== (seen[label] ?? 0));
  if (different.length === 0) return undefined;
  return different
    .map((label) => `${label} has ${printPercent(seen[label] ?? 0)}, wanted ${printPercent(weights[label] ?? 0)}`)
    .join(', ');
}

export function doctorReport(findings: readonly Finding[]): Report {
  const columns = ['', 'about', 'what', 'what mends it'].map((title) => ({ title }));
  const rows = findings.map(({ weight, about, what, remedy }) => [weight, about, what, remedy]);
  return { blocks: [{ type: 'table', columns, rows }] };
}

export function doctorDetails(findings: readonly Finding[]): Json {
  return findings.map(({ weight, about, what, remedy }) => ({ weight, about, what, remedy }));
}

/** `nothing is wrong`, `2 things are wrong, 1 note`. */
export function doctorSummary(findings: readonly Finding[]): string {
  const wrongs = findings.filter(({ weight }) => weight === 'wrong').length;
  const notes = findings.length - wrongs;
  const noted = notes === 0 ? '' : `; ${plural(notes, 'note')}`;
  return wrongs === 0 ? `nothing is wrong${noted}` : `${plural(wrongs, 'thing')} wrong${noted}`;
}
