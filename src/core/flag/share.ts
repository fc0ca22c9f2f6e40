/** Of how many users a variant is the answer, where it is ramped over a split that gives it to some already. */
import type { PlainServe, Ramp } from '../model/flag.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { isSplit } from './lower-serve.ts';

/** The share of users who get a variant by a serve without a ramp; of a split over slots of a layer among all users. */
export function shareOf(serve: PlainServe, variant: PlainServe): Weight {
  if (typeof variant !== 'string') return 0;
  if (!isSplit(serve)) return serve === variant ? WHOLE : 0;
  const { split, layer } = serve;
  const drawn = split.reduce((sum, [name, weight]) => (name === variant ? sum + weight : sum), 0);
  if (!layer) return drawn;
  const mine = layer.slots.reduce((sum, [name, weight]) => (layer.mine.includes(name) ? sum + weight : sum), 0);
  return Math.round((drawn * mine) / WHOLE);
}

/** The share who get the candidate: those in the ramp, and of the others those whom the stable serve gives it. */
export function shareInRamp({ candidate, stable, percent }: Ramp['ramp']): Weight {
  const others = WHOLE - percent;
  return percent + Math.round((others * shareOf(stable, candidate)) / WHOLE);
}

/** How far a ramp goes so that `share` of users get the candidate: the inverse of `shareInRamp`, 0 where the stable serve alone is enough. */
export function percentFor(share: Weight, { candidate, stable }: Pick<Ramp['ramp'], 'candidate' | 'stable'>): Weight {
  const given = shareOf(stable, candidate);
  if (share <= given) return 0;
  return Math.round(((share - given) * WHOLE) / (WHOLE - given));
}

/**
 * Who is compared with the candidate. Of a split that gives it to some already those who get its one other variant: users who have the
 * candidate say nothing against it. Where there are several others, or slots of a layer, all of them.
 */
export function comparedWith({ candidate, stable }: Pick<Ramp['ramp'], 'candidate' | 'stable'>): PlainServe {
  if (!isSplit(stable) || stable.layer || shareOf(stable, candidate) === 0) return stable;
  const others = stable.split.flatMap(([name, weight]) => (weight > 0 && name !== candidate ? [name] : []));
  return others.length === 1 ? (others[0] ?? stable) : stable;
}
