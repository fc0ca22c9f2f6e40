/** A rollout on a recorded series: the real machine and the real judges, a platform that does at once what it is told. */
import { lookAt } from '../judge/look.ts';
import { questions } from '../judge/question.ts';
import { judgeStage } from '../judge/stage.ts';
import type { Evidence } from '../model/metric.ts';
import type { Rollout } from '../model/rollout.ts';
import { DAY, type Milliseconds, toMilliseconds } from '../model/time.ts';
import { exposureOf } from '../rollout/advance.ts';
import { type Circumstances, type Observation, hasEnded } from '../rollout/input.ts';
import { isOpen } from '../rollout/operation.ts';
import { transition } from '../rollout/transition.ts';
import { answersTo } from './answers.ts';
import type { Series } from './series.ts';
import { type Computable, firedAt } from './triggers.ts';

export interface Drive {
  readonly series: Series;
  readonly triggers: Computable;
  /** How often somebody looks, in ms. */
  readonly every: Milliseconds;
  readonly mayGoBackAlone: boolean;
}

/** The rollout before and after one step of the machine. */
export interface Step {
  readonly at: Milliseconds;
  readonly before: Rollout;
  readonly after: Rollout;
}

/** More steps at one moment than any plan has stages would be a circle. */
const MOST_STEPS = 100;
/** More looks than these are not taken: a year, every 15 s, is fewer. */
const MOST_LOOKS = 3_000_000;

/**
 * Every step that changed something people see, in order. It ends with the rollout, with the decision to go back, or when
 * everything that the series knows has been judged.
 */
export function drive(begun: Rollout, from: Milliseconds, how: Drive): readonly Step[] {
  const steps: Step[] = [];
  const slowest = Math.max(0, ...begun.plan.stages.flatMap(({ judges }) => judges.map(({ delay }) => delay)));
  const known = how.series.until + slowest;
  const last = known + how.every;
  let rollout = begun;
  for (let at = from, looks = 0; at <= last && looks < MOST_LOOKS; looks++) {
    rollout = tickAt(rollout, { ...how, at, steps, known });
    if (hasEnded(rollout) || rollout.goingBack || rollout.phase === 'failed') break;
    at += how.every * Math.max(1, Math.ceil((news(rollout, at, how) - at) / how.every));
  }
  return steps;
}

/** The next moment at which a look could see more than this one; looks before it are passed over. */
function news(rollout: Rollout, at: Milliseconds, { every, triggers }: Drive): Milliseconds {
  const look = triggers.triggers.length > 0 ? undefined : lookAt(rollout, at);
  if (!look) return at + every;
  const { exposedAt, width, end, judges } = look;
  const closes = judges.map(({ delay }) => {
    const closed = Math.floor((at - delay - exposedAt) / width);
    return exposedAt + (closed + 1) * width + delay;
  });
  const slowest = Math.max(0, ...judges.map(({ delay }) => delay));
  const held = rollout.hold ? [toMilliseconds(rollout.hold.until)] : [];
  return Math.min(...[...closes, end, end + slowest, ...held].filter((moment) => moment > at), at + DAY);
}

interface Moment extends Drive {
  readonly at: Milliseconds;
  readonly steps: Step[];
  /** Up to when the series can be looked at: what closes later is not silence, nobody recorded it. */
  readonly known: Milliseconds;
}

function tickAt(start: Rollout, moment: Moment): Rollout {
  let rollout = start;
  for (let step = 0; step < MOST_STEPS; step++) {
    const observed = stepped(rollout, { type: 'observed', observation: observe(rollout, moment) }, moment);
    const next = operated(observed, moment);
    const moved = trace(next) !== trace(rollout);
    rollout = next;
    if (!moved || hasEnded(rollout) || rollout.goingBack) break;
  }
  return rollout;
}

/** What is told to the platform or to a runner of checks is done at once. */
function operated(start: Rollout, moment: Moment): Rollout {
  let rollout = start;
  for (const { id } of start.operations.filter(isOpen)) {
    rollout = stepped(rollout, { type: 'operation', id, attempt: 1, result: { state: 'done' } }, moment);
  }
  return rollout;
}

function stepped(before: Rollout, input: Parameters<typeof transition>[1], moment: Moment): Rollout {
  const made = transition(before, input, circumstances(before, moment));
  if (!made.ok) return before;
  if (trace(before) !== trace(made.rollout)) moment.steps.push({ at: moment.at, before, after: made.rollout });
  return made.rollout;
}

/** Whatever a person would see change; numbers alone are nothing to tell. */
function trace(rollout: Rollout): string {
  const { phase, stage, step, weight, exposedAt, extendedBy, hold, operations, fired, verdicts } = rollout;
  const words = verdicts.map(({ judge, verdict }) => (verdict === 'fail' ? judge : verdict === 'no-data' ? '?' : ''));
  const open = operations.map(({ state }) => state);
  return [phase, stage, step, weight, exposedAt, extendedBy, hold?.kind, ...open, Object.values(fired), words].join();
}

/** As the engine looks (`observe`): all closed windows, then what the triggers say. */
function observe(rollout: Rollout, { at, known: until, series, triggers }: Moment): Observation {
  const now = Math.min(at, until);
  const fired = firedAt(triggers, { series, rollout, now });
  const about = exposureOf(rollout);
  let evidence: readonly Evidence[] = rollout.evidence;
  for (;;) {
    const seen = { ...rollout, evidence };
    const look = lookAt(seen, now);
    if (!look) return { fired, about };
    const asked = questions(seen, now);
    const judged = judgeStage({ look, evidence, answers: answersTo(asked, series) });
    const known = evidence;
    evidence = [
      ...known.filter(({ judge }) => !judged.evidence.some((one) => one.judge === judge)),
      ...judged.evidence,
    ];
    const further = judged.evidence.some(
      (one) => known.find(({ judge }) => judge === one.judge)?.folded !== one.folded,
    );
    if (!asked.some(({ more }) => more) || !further) return { fired, about, evidence, verdicts: judged.verdicts };
  }
}

function circumstances({ stable }: Rollout, { at: now, mayGoBackAlone }: Moment): Circumstances {
  return {
    now,
    generation: 0,
    performer: { id: 'simulate', has: [], claimFor: DAY },
    platformNeeds: [],
    checkNeeds: [],
    instantBack: true,
    weighted: true,
    keepsOld: true,
    gates: [],
    mayGoBackAlone,
    mayGoUpAlone: true,
    pairTaken: false,
    pairLost: false,
    replaced: false,
    live: stable ? [stable.label] : [],
    inUse: [],
  };
}
