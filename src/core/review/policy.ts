/** What a changed configuration loosens, in sentences: whoever reviews it shall not have to find it. What is not understood is told as changed. */
import type { Config, EnvironmentConfig } from '../model/config.ts';
import type { PlannedStage } from '../model/plan.ts';
import { printLine } from '../model/document.ts';
import { printDuration } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import { plural } from '../report/words.ts';
import { changeWords } from './changed.ts';
import type { PairPlan } from './plans.ts';
import { changedUnjudged, UNJUDGED } from './unjudged.ts';

/** Everything that lets more through than before, and what may: changes that are not understood say so. Empty where there is neither. */
export function loosened(before: Config, after: Config, plans: readonly PairPlan[]): readonly string[] {
  return [
    ...Object.values(before.environments).flatMap((one) => looserPlace(one, after.environments[one.name])),
    ...general(before, after),
    ...plans.flatMap(looserPlan),
    ...changedUnjudged(before, after),
  ];
}

function looserPlace(before: EnvironmentConfig, after: EnvironmentConfig | undefined): readonly string[] {
  const { name } = before;
  if (!after) return [`the environment ${name} is gone, with its approvals and rights`];
  const gone = before.order.filter((one) => !after.order.includes(one));
  const freezes = before.freezes.filter((one) => !after.freezes.some((other) => printLine(other) === printLine(one)));
  return [
    ...looserApprovals(before, after),
    ...rights(before, after),
    ...gone.map((one) => `a version need not be good in ${one} before it goes to ${name}`),
    ...(before.lock.required && !after.lock.required ? [`${name} asks for no lock any more`] : []),
    ...freezes.map((one) => `the freeze ${one.name} of ${name} is changed or gone`),
  ];
}

function looserApprovals(
  { name, approvals: was }: EnvironmentConfig,
  { approvals: is }: EnvironmentConfig,
): readonly string[] {
  if (!was) return [];
  if (!is) return [`${name} needs no approval any more; it needed ${was.count}`];
  const more = is.from.filter((who) => !was.from.includes(who));
  const anybody = was.from.length > 0 && is.from.length === 0 ? ['anybody who may'] : more;
  const skipped = was.before.filter((stage) => !is.before.includes(stage));
  return [
    ...(is.count < was.count ? [`${name} needs ${plural(is.count, 'approval')} instead of ${was.count}`] : []),
    ...(was.from.length > 0 && anybody.length > 0 ? [`${anybody.join(', ')} may approve in ${name} too`] : []),
    ...(skipped.length > 0 ? [`${skipped.join(', ')} begins without the approval that ${name} asked before it`] : []),
    ...(is.expires > was.expires
      ? [`approvals in ${name} hold for ${printDuration(is.expires)} instead of ${printDuration(was.expires)}`]
      : []),
    ...(is.by === was.by ? [] : [`approvals in ${name} are given by ${is.by} instead of ${was.by}`]),
  ];
}

/** A right that is written otherwise may be more or less: that is for a person to say. */
function rights({ name, allow: was }: EnvironmentConfig, { allow: is }: EnvironmentConfig): readonly string[] {
  const verbs = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const words = (who: readonly string[] | undefined): string => who?.join(', ') ?? 'as by default';
  return verbs
    .filter((verb) => printLine(was[verb] ?? null) !== printLine(is[verb] ?? null))
    .map((verb) => `who may ${verb} in ${name}: ${words(was[verb])} → ${words(is[verb])}`);
}

function general(before: Config, after: Config): readonly string[] {
  const triggers = before.triggers.filter(({ name }) => !after.triggers.some((one) => one.name === name));
  const [was, is] = [before.state.externalCommits, after.state.externalCommits];
  return [
    ...(before.rollback.automatic && !after.rollback.automatic
      ? ['nothing is rolled back automatically any more']
      : []),
    ...triggers.map(({ name }) => `the trigger ${name} is gone`),
    ...(was !== is && is === 'accept' ? ['commits by hand on the state branch are taken over whoever made them'] : []),
    ...(before.state.branch === after.state.branch
      ? []
      : [`the state is kept on ${after.state.branch} instead of ${before.state.branch}: nothing there is known`]),
  ];
}

function looserPlan({ service, environment, planned, before }: PairPlan): readonly string[] {
  if (!before?.ok || !planned.ok) return [];
  const [was, is] = [before.plan.stages, planned.plan.stages];
  const pair = `${service} in ${environment}`;
  const gone = was.filter(({ name }) => !is.some((stage) => stage.name === name));
  const kept = was.flatMap((stage) => {
    const now = is.find(({ name }) => name === stage.name);
    return now ? looserStage(stage, now).map((what) => `${pair}: ${stage.name} ${what}`) : [];
  });
  const checks =
    before.plan.before.length +
    before.plan.validate.length -
    (planned.plan.before.length + planned.plan.validate.length);
  const rest = changeWords(before.plan, planned.plan, PLAN_JUDGED);
  return [
    ...gone.map(({ name, weight }) => `${pair}: the stage ${name} (${printPercent(weight)}) is gone`),
    ...kept,
    ...(checks > 0 ? [`${pair}: ${plural(checks, 'check')} fewer before traffic`] : []),
    ...(rest === undefined ? [] : [`${pair}: ${rest}; ${UNJUDGED}`]),
  ];
}

/** What is looked at stage by stage, by its number or as a section of its own, and what no deploy goes through. */
const PLAN_JUDGED = [
  'stages',
  'policy',
  'digest',
  'strategy',
  'onNoData',
  'onUndecided',
  'extendMax',
  'gradual',
  'automaticRollback',
];
const STAGE_JUDGED = ['name', 'weight', 'bake', 'promote', 'judges', 'approvals'];

function looserStage(was: PlannedStage, is: PlannedStage): readonly string[] {
  const judges = was.judges.filter(({ id }) => !is.judges.some((judge) => judge.id === id));
  const [asked, asks] = [was.approvals?.count ?? 0, is.approvals?.count ?? 0];
  const rest = changeWords(was, is, STAGE_JUDGED);
  return [
    ...(is.weight > was.weight ? [`takes ${printPercent(is.weight)} instead of ${printPercent(was.weight)}`] : []),
    ...(is.bake < was.bake ? [`bakes ${printDuration(is.bake)} instead of ${printDuration(was.bake)}`] : []),
    ...(was.promote !== 'auto' && is.promote === 'auto' ? ['is left by itself, and was left by hand'] : []),
    ...(asks < asked ? [`begins after ${plural(asks, 'approval')} instead of ${asked}`] : []),
    ...judges.map(({ id }) => `is not judged by ${id} any more`),
    ...otherJudges(was, is),
    ...(rest === undefined ? [] : [`has ${rest}; ${UNJUDGED}`]),
  ];
}

/** A judge of the same name that asks for something else: its bound is in its name, its patience is not. */
function otherJudges(was: PlannedStage, is: PlannedStage): readonly string[] {
  return was.judges.flatMap((judge) => {
    const now = is.judges.find(({ id }) => id === judge.id);
    const words = now && changeWords(judge, now, ['rule']);
    return words === undefined ? [] : [`is judged by ${judge.id} with ${words}; ${UNJUDGED}`];
  });
}
