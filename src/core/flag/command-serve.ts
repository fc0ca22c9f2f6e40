/** Commands that change what a flag serves. */
import { type Decision, refuse } from '../decision.ts';
import type { Condition, Flag, FlagEnvironment, PlainServe, Rule, Serve } from '../model/flag.ts';
import { type Json, printLine } from '../model/document.ts';
import { WHOLE } from '../model/weight.ts';
import {
  type Case,
  environmentFor,
  flagDetails,
  flagToChange,
  held,
  listOf,
  printState,
  refuseFor,
  takenOver,
  textOf,
  writeFlag,
} from './command-frame.ts';
import { parseCondition, printConditions } from './condition.ts';
import { heldByExperiment } from '../experiment/held.ts';
import { isRamp } from './lower-serve.ts';
import { isProblem, problem, type Problem } from './problem.ts';
import { DEFAULT_RULE, environmentOf, rolloutsOf, serveOf, stableOf, withEnvironment } from './ramp.ts';

interface Subject {
  readonly flag: Flag;
  readonly environment: string;
  readonly settings: FlagEnvironment;
}

function subjectOf(one: Case): Subject | Problem {
  const flag = flagToChange(one);
  if (isProblem(flag)) return flag;
  const found = environmentFor(one);
  if (isProblem(found)) return found;
  return { flag, environment: found.environment, settings: environmentOf(flag, found.environment) };
}

interface Change {
  readonly next: Flag;
  readonly event: string;
  readonly summary: string;
  readonly details?: object;
  readonly validate?: 'nothing' | 'itself' | 'all';
}

function write(one: Case, { flag, environment }: Subject, change: Change): Decision {
  const { next, event, summary, validate = 'itself' } = change;
  const over = takenOver(one, flag, environment);
  const details: Json = {
    ...flagDetails(next, environment),
    before: printState(flag, environment),
    after: printState(next, environment),
    ...(over.length > 0 && { tookOver: over }),
    ...change.details,
  };
  return writeFlag(one, next, {
    summary,
    details,
    validate,
    message: { title: `flag ${summary}`, event, subject: `flag/${flag.key}` },
  });
}

/** What the others go on getting: a plain variant under a ramp of itself makes room for `off`. */
function stableUnder(subject: Subject, variant: string): PlainServe {
  const stable = stableOf(subject.flag, subject.environment, DEFAULT_RULE);
  return stable === variant ? subject.flag.off : stable;
}

/** The variant `--variant` names, else `on`, else the only one that is not off. */
function variantFor({ command }: Case, { key, variants, off }: Flag): { readonly variant: string } | Problem {
  const names = Object.keys(variants);
  const others = names.filter((name) => name !== off);
  const only = others.length === 1 ? others[0] : undefined;
  const variant = textOf(command.options['variant']) ?? (names.includes('on') ? 'on' : only);
  const list = names.join(', ');
  if (variant === undefined)
    return problem('variant-unknown', `flag ${key} has several variants: say --variant, one of ${list}`);
  return names.includes(variant)
    ? { variant }
    : problem('variant-unknown', `flag ${key} has no variant "${variant}", only ${list}`);
}

/** `flag enable KEY [PERCENT]`: at once. Percent is a weight of 100,000; absent: everybody. */
export function enable(one: Case): Decision {
  const subject = subjectOf(one);
  if (isProblem(subject)) return refuseFor(subject);
  const { flag, environment, settings } = subject;
  const chosen = variantFor(one, flag);
  if (isProblem(chosen)) return refuseFor(chosen);
  const percent = percentOf(one.command.args['percent']);
  if (percent === undefined)
    return refuse('value-invalid', `flag ${flag.key}: a percentage from 0% to 100% was expected`);
  const taken = held(one, flag, { environment, rule: DEFAULT_RULE });
  if (taken) return refuseFor(taken);
  const by = typeof settings.serve === 'object' ? settings.serve.by : undefined;
  const stable = stableUnder(subject, chosen.variant);
  const rung = { candidate: chosen.variant, stable, percent, ...(by !== undefined && { by }) };
  const next = withEnvironment(flag, environment, { ...settings, enabled: true, serve: serveOf(rung) });
  const [before, after] = [printState(flag, environment), printState(next, environment)];
  return write(one, subject, {
    next,
    event: 'flag.enabled',
    summary: `${flag.key}: ${before} -> ${after} in ${environment}`,
  });
}

function percentOf(value: unknown): number | undefined {
  if (value === undefined) return WHOLE;
  const weight = Number(value);
  return Number.isInteger(weight) && weight >= 0 && weight <= WHOLE ? weight : undefined;
}

/** `flag disable KEY`: off for everybody, at once. Never refused for a rollout: going back waits for nothing. */
export function disable(one: Case): Decision {
  const subject = subjectOf(one);
  if (isProblem(subject)) return refuseFor(subject);
  const { flag, environment, settings } = subject;
  const named = flag.environments[environment] !== undefined;
  const next = named ? withEnvironment(flag, environment, { ...settings, enabled: false }) : flag;
  const moving = rolloutsOf(one.state.rollouts, flag.key, environment).map(({ id }) => id);
  const note = moving.length > 0 ? ` (its rollout ${moving.join(', ')} is ended)` : '';
  const summary = `${flag.key}: ${printState(flag, environment)} -> off in ${environment}${note}`;
  return write(one, subject, {
    next,
    event: 'flag.disabled',
    validate: 'nothing',
    summary,
    details: moving.length > 0 ? { rollouts: moving } : {},
  });
}

/** `flag target KEY VARIANT --when CONDITION...`: a rule, last unless `--position`; all its conditions must hold. */
export function target(one: Case): Decision {
  const subject = subjectOf(one);
  if (isProblem(subject)) return refuseFor(subject);
  const { flag, environment, settings } = subject;
  const taken = heldByExperiment(one.state, flag.key, environment);
  if (taken) return refuseFor(taken);
  const variant = textOf(one.command.args['variant']) ?? '';
  if (!Object.hasOwn(flag.variants, variant)) {
    return refuse(
      'variant-unknown',
      `flag ${flag.key} has no variant "${variant}", only ${Object.keys(flag.variants).join(', ')}`,
    );
  }
  const conditions = conditionsOf(one);
  if (isProblem(conditions)) return refuseFor(conditions);
  const count = settings.rules.length + 1;
  const position = Number(one.command.options['position'] ?? count);
  if (!Number.isInteger(position) || position < 1 || position > count) {
    return refuse(
      'rule-unknown',
      `--position ${position}: flag ${flag.key} has ${count - 1} rules in ${environment}, so 1 to ${count}`,
    );
  }
  const rule: Rule = { id: freeId(settings), if: conditions, serve: variant };
  const same = settings.rules.find((known) => sameRule(known, rule));
  const rules = same ? settings.rules : settings.rules.toSpliced(position - 1, 0, rule);
  // An environment that was not named yet is switched on for its rules alone: everybody else goes on getting off.
  const enabled = flag.environments[environment] === undefined || settings.enabled;
  const next = same ? flag : withEnvironment(flag, environment, { ...settings, enabled, rules });
  const at = same ? settings.rules.indexOf(same) + 1 : position;
  const off = enabled ? '' : ` (the flag is disabled there: flag enable ${flag.key} in ${environment})`;
  const summary = `${flag.key}: rule ${at} of ${rules.length} in ${environment}, ${printConditions(conditions)} -> ${variant}${off}`;
  return write(one, subject, {
    next,
    event: 'flag.targeted',
    validate: 'all',
    summary,
    details: { rule: at, rules: rules.length, id: (same ?? rule).id },
  });
}

function sameRule(one: Rule, other: Rule): boolean {
  return printLine([one.if, one.serve]) === printLine([other.if, other.serve]);
}

export function conditionsOf({ command }: Case): readonly Condition[] | Problem {
  const texts = listOf(command.options['when']);
  if (texts.length === 0) return problem('command-invalid', 'say when: --when "country in DE,FR"');
  const conditions: Condition[] = [];
  for (const text of texts) {
    const condition = parseCondition(text);
    if (isProblem(condition)) return condition;
    conditions.push(condition);
  }
  return conditions;
}

function freeId({ rules }: FlagEnvironment): string {
  const taken = new Set(rules.map(({ id }) => id));
  let n = rules.length + 1;
  while (taken.has(`rule-${n}`)) n++;
  return `rule-${n}`;
}

/** `flag untarget KEY N`: rules are counted from 1. */
export function untarget(one: Case): Decision {
  const subject = subjectOf(one);
  if (isProblem(subject)) return refuseFor(subject);
  const { flag, environment, settings } = subject;
  const number = Number(one.command.args['number']);
  const rule = settings.rules[number - 1];
  if (!rule) {
    return refuse(
      'rule-unknown',
      `flag ${flag.key} has ${settings.rules.length} rules in ${environment}, no rule ${number}`,
    );
  }
  const taken = held(one, flag, { environment, rule: rule.id });
  if (taken) return refuseFor(taken);
  const rules = settings.rules.filter((kept) => kept !== rule);
  const next = withEnvironment(flag, environment, { ...settings, rules });
  const summary = `${flag.key}: rule ${number} removed in ${environment}, ${rules.length} left`;
  return write(one, subject, {
    next,
    event: 'flag.untargeted',
    summary,
    details: { rule: number, rules: rules.length, id: rule.id },
  });
}

/** `flag archive KEY`: only what no environment serves and no flag requires. */
export function archive(one: Case): Decision {
  const { state, command } = one;
  const flag = state.flags.get(textOf(command.args['key']) ?? '');
  const summary = `${flag?.key ?? ''}: archived`;
  const subject = flag?.archived
    ? { flag, environment: '', settings: environmentOf(flag, '') }
    : subjectForArchive(one);
  if (isProblem(subject)) return refuseFor(subject);
  const next = { ...subject.flag, archived: true };
  const message = { title: `flag ${summary}`, event: 'flag.archived', subject: `flag/${subject.flag.key}` };
  return writeFlag(one, next, { summary, details: { flag: subject.flag.key }, message, validate: 'nothing' });
}

function subjectForArchive(one: Case): { readonly flag: Flag } | Problem {
  const flag = flagToChange(one);
  if (isProblem(flag)) return flag;
  const { key } = flag;
  for (const environment of Object.keys(flag.environments)) {
    const taken = held(one, flag, { environment });
    if (taken) return taken;
  }
  const serving = Object.keys(flag.environments).filter((environment) => serves(flag, environment));
  if (serving.length > 0) {
    return problem(
      'flag-served',
      `${serving.join(', ')} still serves flag ${key}: flag disable ${key} in ${serving[0]} first`,
    );
  }
  const children = [...one.state.flags.values()].filter(
    (child) => !child.archived && child.requires.some((required) => required.flag === key),
  );
  if (children.length === 0) return { flag };
  return problem(
    'flag-required',
    `${children.map((child) => child.key).join(', ')} require flag ${key}: change or archive them first`,
  );
}

/** Whether an environment gives anybody anything but `off`. */
export function serves(flag: Flag, environment: string): boolean {
  const { enabled, targets, rules, serve } = environmentOf(flag, environment);
  if (flag.archived || !enabled) return false;
  return (
    [serve, ...rules.map((rule) => rule.serve)].some((one) => givesMore(one, flag.off)) ||
    targets.some(({ variant }) => variant !== flag.off)
  );
}

function givesMore(serve: Serve, off: string): boolean {
  if (typeof serve === 'string') return serve !== off;
  if (!isRamp(serve)) return serve.split.some(([variant, weight]) => weight > 0 && variant !== off);
  const { candidate, stable, percent } = serve.ramp;
  return (percent > 0 && givesMore(candidate, off)) || (percent < WHOLE && givesMore(stable, off));
}
