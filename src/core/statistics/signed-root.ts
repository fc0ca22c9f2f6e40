/**
 * Two rates against a bound on one of them: the signed root of the log-likelihood ratio, which is close to a standard normal where
 * counts are as small as five, and needs no half events where one arm has none (Barndorff-Nielsen and Cox, Inference and Asymptotics, 1994).
 */

/** Events among so many trials, or (Poisson) over such an exposure. */
export interface Events {
  readonly bad: number;
  readonly size: number;
}

/** `candidate <= ratio*stable + tolerance` with sign 1, `candidate >= ratio*stable - tolerance` with sign -1. */
export interface Border {
  readonly sign: 1 | -1;
  readonly ratio: number;
  readonly tolerance: number;
}

export interface Arms {
  readonly candidate: Events;
  readonly stable: Events;
  readonly events: 'trials' | 'poisson';
}

export interface SignedRoot {
  /** Above 0 where the candidate is beyond the border. */
  readonly z: number;
  /** How much is known, in events of the candidate alone that would tell as much. */
  readonly size: number;
  /** Which part of the variance is the candidate's. */
  readonly part: number;
}

const STEPS = 60;

/** Undefined where an arm has no size, or where no pair of rates lies on the border. */
export function signedRoot(arms: Arms, border: Border): SignedRoot | undefined {
  const { candidate, stable, events } = arms;
  if (!(candidate.size > 0 && stable.size > 0 && border.ratio > 0)) return undefined;
  const s = borderRate(arms, border);
  if (s === undefined) return undefined;
  const { sign, ratio, tolerance } = border;
  const c = ratio * s + sign * tolerance;
  const free = fit(candidate, candidate.bad / candidate.size, events) + fit(stable, stable.bad / stable.size, events);
  const bound = fit(candidate, c, events) + fit(stable, s, events);
  const excess = sign * (candidate.bad / candidate.size - (ratio * stable.bad) / stable.size) - tolerance;
  const rest = (rate: number): number => (events === 'poisson' ? 1 : 1 - rate);
  const ofCandidate = (c * rest(c)) / candidate.size;
  const variance = ofCandidate + (ratio * ratio * s * rest(s)) / stable.size;
  if (!(variance > 0)) return undefined;
  return {
    z: Math.sign(excess) * Math.sqrt(2 * Math.max(0, free - bound)),
    size: (c * rest(c)) ** 2 / variance,
    part: ofCandidate / variance,
  };
}

/** The log-likelihood of a rate, without what does not depend on it. */
function fit({ bad, size }: Events, rate: number, events: Arms['events']): number {
  const seen = bad > 0 ? bad * Math.log(rate) : 0;
  if (events === 'poisson') return seen - size * rate;
  return seen + (size > bad ? (size - bad) * Math.log1p(-rate) : 0);
}

/** The stable version's most likely rate on the border: the likelihood is concave, its slope is halved into. */
function borderRate({ candidate, stable, events }: Arms, border: Border): number | undefined {
  const { sign, ratio, tolerance } = border;
  const trials = events === 'trials';
  const own = candidate.bad / candidate.size;
  let low = Math.max(0, (-sign * tolerance) / ratio);
  let high = stable.bad / stable.size + (own + tolerance) / ratio + 1 / stable.size;
  if (trials) high = Math.min(1, (1 - sign * tolerance) / ratio, high);
  if (!(high > low)) return undefined;
  for (let step = 0; step < STEPS; step++) {
    const s = (low + high) / 2;
    const c = ratio * s + sign * tolerance;
    const slope = ratio * slopeOf(candidate, c, trials) + slopeOf(stable, s, trials);
    if (slope > 0) low = s;
    else high = s;
  }
  return (low + high) / 2;
}

function slopeOf({ bad, size }: Events, rate: number, trials: boolean): number {
  return bad / rate - (trials ? (size - bad) / (1 - rate) : size);
}
