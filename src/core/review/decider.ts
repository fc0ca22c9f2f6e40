/** Which of a flag's steps decides for a user: what is asked of attributes, not what is drawn by a bucket. */
import { compileFlags } from '../flag/compile.ts';
import type { EvaluationContext } from '../flag/definition.ts';
import { lower, unitOf } from '../flag/lower.ts';
import { isProblem } from '../flag/problem.ts';
import { environmentOf } from '../flag/ramp.ts';
import type { Flag, FlagEnvironment } from '../model/flag.ts';
import { WHOLE } from '../model/weight.ts';
import type { LoweredSet } from './flag-set.ts';

export interface Decided {
  /** Of the flag itself: a rule by `rule/ID`, `default`, `target`, `off`. */
  readonly own: string;
  /** With those of the flags that it requires. */
  readonly all: string;
}

/** What holdouts and layers keep out is drawn, and belongs to what they keep from. */
export function decider(key: string, side: LoweredSet, environment: string): (user: EvaluationContext) => Decided {
  const flags = requiredBy(key, side);
  const each = flags.map((flag) => deciderOfOne(flag, side, environment));
  return (user) => {
    const all = each.map((decide) => decide(user));
    return { own: all[0] ?? 'off', all: all.join('\t') };
  };
}

/** The flag first, then all that it requires, each once. */
function requiredBy(key: string, { flags }: LoweredSet): readonly Flag[] {
  const found = new Map<string, Flag>();
  const add = (one: string): void => {
    const flag = flags.get(one);
    if (!flag || found.has(one)) return;
    found.set(one, flag);
    flag.requires.forEach((parent) => add(parent.flag));
  };
  add(key);
  return [...found.values()];
}

const KEY = 'decider';

function deciderOfOne(flag: Flag, side: LoweredSet, environment: string): (user: EvaluationContext) => string {
  const settings = environmentOf(flag, environment);
  const named = stepsOf(settings);
  const names = ['off', 'default', 'target', ...settings.rules.map(({ id }) => `rule/${id}`)];
  const steps: Flag = {
    ...flag,
    key: KEY,
    requires: [],
    variants: Object.fromEntries(names.map((name) => [name, name])),
    off: 'off',
    environments: { [environment]: named },
  };
  const lowered = lower(steps, { environment, flags: new Map(), segments: side.segments });
  if (isProblem(lowered)) return () => 'off';
  const evaluator = compileFlags({ flags: { [KEY]: lowered }, $evaluators: side.evaluators }, () => 0);
  return (user) => evaluator.evaluate(KEY, user).variant ?? 'off';
}

/** The same steps, each serving its own name; the unit stays, since targets are named by it. */
function stepsOf(settings: FlagEnvironment): FlagEnvironment {
  const { enabled, targets, rules } = settings;
  const by = unitOf(settings);
  return {
    enabled,
    targets: targets.map(({ unit }) => ({ unit, variant: 'target' })),
    rules: rules.map((rule) => ({ ...rule, serve: `rule/${rule.id}` })),
    serve: { split: [['default', WHOLE]], by },
  };
}
