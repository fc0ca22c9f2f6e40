/** What a rollout of a flag moves: the serve of one rule in one environment. */
import type { Flag, FlagEnvironment, PlainServe, Serve } from '../model/flag.ts';
import type { Phase, Rollout } from '../model/rollout.ts';
import { WHOLE, type Weight } from '../model/weight.ts';
import { asCandidate, isRamp } from './lower-serve.ts';

/** The name of the serve that is left when no rule matches. */
export const DEFAULT_RULE = 'default';

export interface Rung {
  readonly candidate: PlainServe;
  readonly stable: PlainServe;
  /** Of 100,000: 0 is stable alone, 100,000 the candidate alone. */
  readonly percent: Weight;
  /** The attribute whose values are drawn; absent: the targeting key. */
  readonly by?: string;
}

/** A rung as a serve: whoever is in at some percentage is in at every higher one, and again after a restart. */
export function serveOf({ candidate, stable, percent, by }: Rung): Serve {
  if (percent <= 0) return stable;
  // Kept with the salt it was ramped with, or reaching 100 % would draw the arms anew.
  if (percent >= WHOLE) return asCandidate(candidate);
  return { ramp: { candidate: asCandidate(candidate), stable, percent }, ...(by !== undefined && { by }) };
}

/** The environment as it stands, or as an unnamed one is read: off. */
export function environmentOf(flag: Flag, environment: string): FlagEnvironment {
  return flag.environments[environment] ?? { enabled: false, targets: [], rules: [], serve: flag.off };
}

export function withEnvironment(flag: Flag, environment: string, settings: FlagEnvironment): Flag {
  return { ...flag, environments: { ...flag.environments, [environment]: settings } };
}

/** The serve that a rollout ramps: of `default` or of a rule by id; undefined when there is no such rule. */
export function servesInRollout(flag: Flag, environment: string, rule: string): Serve | undefined {
  const settings = environmentOf(flag, environment);
  return rule === DEFAULT_RULE ? settings.serve : settings.rules.find(({ id }) => id === rule)?.serve;
}

/** What users have now under a rule, as the stable of a new ramp: a disabled flag gives `off`, a ramp under way its own stable. */
export function stableOf(flag: Flag, environment: string, rule: string): PlainServe {
  const settings = environmentOf(flag, environment);
  const serve = servesInRollout(flag, environment, rule);
  if (serve === undefined || !settings.enabled) return flag.off;
  return isRamp(serve) ? serve.ramp.stable : serve;
}

export interface RampPlace {
  readonly environment: string;
  /** `default` or a rule's id. */
  readonly rule: string;
}

/** The flag with one rule at a rung; above 0 the environment is enabled too. An unknown rule changes nothing. */
export function rampServe(flag: Flag, { environment, rule }: RampPlace, rung: Rung): Flag {
  const settings = environmentOf(flag, environment);
  const previous = servesInRollout(flag, environment, rule);
  if (previous === undefined) return flag;
  const by = rung.by ?? (isRamp(previous) ? previous.by : undefined);
  const serve = serveOf(by === undefined ? rung : { ...rung, by });
  const enabled = settings.enabled || rung.percent > 0;
  const next: FlagEnvironment =
    rule === DEFAULT_RULE
      ? { ...settings, enabled, serve }
      : { ...settings, enabled, rules: settings.rules.map((one) => (one.id === rule ? { ...one, serve } : one)) };
  return withEnvironment(flag, environment, next);
}

/**
 * The flag with an environment as it was before a rollout: whether it was on, and what it served. Null: it was not named, and is
 * not any more, unless somebody gave it rules or targets meanwhile: those stay, and everybody else gets `off`.
 */
export function restored(
  flag: Flag,
  environment: string,
  before: Pick<FlagEnvironment, 'enabled' | 'serve'> | null,
): Flag {
  const settings = environmentOf(flag, environment);
  if (before) return withEnvironment(flag, environment, { ...settings, ...before });
  const { rules, targets, holdouts, layer } = settings;
  if (rules.length > 0 || targets.length > 0 || holdouts !== undefined || layer !== undefined)
    return withEnvironment(flag, environment, { ...settings, serve: flag.off });
  const { [environment]: _, ...others } = flag.environments;
  return { ...flag, environments: others };
}

const ENDED: ReadonlySet<Phase> = new Set(['completed', 'rolled-back', 'cancelled']);

/** The unfinished rollouts that move this flag in this environment. */
export function rolloutsOf(
  rollouts: ReadonlyMap<string, Rollout>,
  flag: string,
  environment: string,
): readonly (Rollout & { readonly rule: string })[] {
  const found: (Rollout & { readonly rule: string })[] = [];
  for (const rollout of rollouts.values()) {
    const { subject } = rollout;
    if (subject.type !== 'flag' || subject.flag !== flag || subject.environment !== environment) continue;
    if (!ENDED.has(rollout.phase)) found.push({ ...rollout, rule: subject.rule });
  }
  return found;
}
