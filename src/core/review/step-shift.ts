/**
 * What a change does inside each step of a flag: the users that one rule decides for are few among all, and may be a whole customer.
 * Each step is asked by itself, by users that all reach it.
 */
import type { EvaluationContext } from '../flag/definition.ts';
import { environmentOf } from '../flag/ramp.ts';
import { printLine } from '../model/document.ts';
import type { Flag, FlagEnvironment, Rule, Serve } from '../model/flag.ts';
import { type Asked, askedBy } from './sample.ts';
import { type Pair, type Shift, shiftOf } from './shift.ts';

export interface StepShift {
  /** `default`, or a rule's id as it is now. */
  readonly step: string;
  /** Where its serve stands in the flag's environment. */
  readonly at: readonly (string | number)[];
  readonly before: Serve;
  readonly after: Serve;
  readonly shift: Shift;
}

export interface StepOptions {
  readonly sample: (asked: readonly Asked[]) => readonly EvaluationContext[];
  /** How many steps may still be asked; counted down. */
  readonly steps: { left: number };
}

interface Step {
  readonly name: string;
  readonly at: readonly (string | number)[];
  readonly was: Serve;
  readonly is: Serve;
}

/** Steps that stand on both sides and draw users otherwise than before; the others move nobody, or everybody they are for. */
export function stepShifts(pair: Pair, { sample, steps }: StepOptions): readonly StepShift[] {
  const { before, after, environment, keys } = pair;
  const [old, now] = [before.flags.get(keys[0]), after.flags.get(keys[1])];
  if (!old || !now || old.archived || now.archived) return [];
  const [was, is] = [environmentOf(old, environment), environmentOf(now, environment)];
  if (!was.enabled || !is.enabled) return [];
  // Without rules everybody reaches the default: the users of the whole say it.
  if (was.rules.length + is.rules.length === 0) return [];
  const isDrawnOtherwise = keys[0] !== keys[1] || printLine(keptOut(was)) !== printLine(keptOut(is));
  const asked = stepsOf(was, is).filter((one) => isDrawnOtherwise || printLine(one.was) !== printLine(one.is));
  return asked.flatMap((step): readonly StepShift[] => {
    steps.left -= 1;
    if (steps.left < 0) return [];
    const alone: Pair = {
      before: { ...before, flags: new Map([[old.key, only(old, was, { environment, serve: step.was })]]) },
      after: { ...after, flags: new Map([[now.key, only(now, is, { environment, serve: step.is })]]) },
      environment,
      keys,
    };
    const users = sample([askedBy(keys[0], alone.before, environment), askedBy(keys[1], alone.after, environment)]);
    const shift = shiftOf(alone, users);
    return shift ? [{ step: step.name, at: step.at, before: step.was, after: step.is, shift }] : [];
  });
}

export function keptOut({ layer, holdouts = [] }: FlagEnvironment): unknown {
  return { layer: layer ?? null, holdouts };
}

/** The default, rules of the same name, and of those that are left the ones with the same conditions. */
function stepsOf(before: FlagEnvironment, after: FlagEnvironment): readonly Step[] {
  const byId = new Map(before.rules.map((rule) => [rule.id, rule]));
  const kept = new Set(after.rules.map(({ id }) => id));
  const conditions = ({ if: all }: Rule): string => printLine(all);
  const left = new Map(before.rules.filter(({ id }) => !kept.has(id)).map((rule) => [conditions(rule), rule]));
  const rules = after.rules.flatMap((rule, index): readonly Step[] => {
    const was = byId.get(rule.id) ?? (left.size > 0 ? left.get(conditions(rule)) : undefined);
    return was ? [{ name: rule.id, at: ['rules', index, 'serve'], was: was.serve, is: rule.serve }] : [];
  });
  return [{ name: 'default', at: ['serve'], was: before.serve, is: after.serve }, ...rules];
}

interface Only {
  readonly environment: string;
  readonly serve: Serve;
}

/** The flag as it is for whoever reaches a step: its salt, layer and holdouts stay. */
function only(flag: Flag, settings: FlagEnvironment, { environment, serve }: Only): Flag {
  const bare: FlagEnvironment = { ...settings, targets: [], rules: [], serve };
  return { ...flag, requires: [], environments: { [environment]: bare } };
}
