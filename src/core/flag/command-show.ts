/** Commands that show flags and change nothing. */
import { answer, type Decision, refuse } from '../decision.ts';
import type { Json } from '../model/document.ts';
import type { Flag } from '../model/flag.ts';
import { DAY, toMilliseconds } from '../model/time.ts';
import { printPercent } from '../model/weight.ts';
import type { Block, Report } from '../report/report.ts';
import {
  type Case,
  environmentFor,
  flagDetails,
  flagNamed,
  listOf,
  printState,
  refuseFor,
  textOf,
} from './command-frame.ts';
import { readValue } from './command-create.ts';
import { explainFlag, explanationDetails, printRules } from './check.ts';
import { exportEnvironment } from './export.ts';
import { type Finding, lintFlag } from './lint.ts';
import { printServe, unitOf } from './lower.ts';
import { isProblem } from './problem.ts';
import { rolloutsOf } from './ramp.ts';

function findingsOf({ state, asking }: Case, flag: Flag): readonly Finding[] {
  const { names } = state.config.flags;
  return lintFlag(flag, { now: asking.now, ...(names !== undefined && { names }) });
}

const STALE: ReadonlySet<Finding['kind']> = new Set(['expired', 'rolled-out', 'unused']);

/** `flag list [--tag NAME] [--stale]`: percent by environment, owner, age. Archived flags are left out. */
export function list(one: Case): Decision {
  const { state, command } = one;
  const tags = listOf(command.options['tag']);
  const stale = command.options['stale'] === true;
  const environments = environmentsShown(one);
  const flags = [...state.flags.values()]
    .filter((flag) => !flag.archived && tags.every((tag) => flag.tags.includes(tag)))
    .map((flag) => ({ flag, findings: findingsOf(one, flag) }))
    .filter(({ findings }) => !stale || findings.some(({ kind }) => STALE.has(kind)))
    .sort((a, b) => (a.flag.key < b.flag.key ? -1 : 1));
  const rows = flags.map(({ flag, findings }) => [
    flag.key,
    ...environments.map((environment) => printState(flag, environment)),
    flag.owner ?? '',
    ageOf(flag, one.asking.now),
    findings.map(({ kind }) => kind).join(', '),
  ]);
  const titles = ['flag', ...environments, 'owner', 'age', 'note'];
  const table: Block = { type: 'table', columns: titles.map((title) => ({ title })), rows };
  const details: Json = flags.map(({ flag, findings }) => ({
    key: flag.key,
    name: flag.name ?? null,
    kind: flag.kind,
    owner: flag.owner ?? null,
    tags: flag.tags,
    environments: Object.fromEntries(environments.map((name) => [name, flagDetails(flag, name)])),
    findings: findings.map(({ kind, message }) => ({ kind, message })),
  }));
  const which = stale ? 'stale ' : '';
  return answer(`${flags.length} ${which}${flags.length === 1 ? 'flag' : 'flags'}`, details, {
    blocks: [table, ...brokenNote(one)],
  });
}

function environmentsShown({ state, command }: Case): readonly string[] {
  return command.environment === undefined ? Object.keys(state.config.environments) : [command.environment];
}

function brokenNote({ state }: Case): readonly Block[] {
  const broken = state.broken.filter(({ path }) => path.startsWith('flags/'));
  return broken.length === 0 ? [] : [{ type: 'list', items: broken.map(({ path, problem }) => `${path}: ${problem}`) }];
}

function ageOf({ created }: Flag, now: number): string {
  return created === undefined ? '' : `${Math.floor((now - toMilliseconds(created)) / DAY)}d`;
}

/** `flag show KEY`: rules and percents by environment. Its history is the state branch's, added by the caller. */
export function show(one: Case): Decision {
  const flag = flagNamed(one);
  if (isProblem(flag)) return refuseFor(flag);
  const environments = environmentsShown(one);
  const blocks: Block[] = [
    { type: 'heading', text: flag.name === undefined ? flag.key : `${flag.key}: ${flag.name}` },
    ...(flag.description === undefined ? [] : [{ type: 'text' as const, text: flag.description }]),
    { type: 'list', items: factsOf(flag) },
    ...environments.flatMap((environment) => environmentBlocks(one, flag, environment)),
  ];
  const findings = findingsOf(one, flag);
  if (findings.length > 0) blocks.push({ type: 'list', items: findings.map(({ message }) => message) });
  const states = environments.map((environment) => `${environment} ${printState(flag, environment)}`).join(', ');
  const details: Json = {
    document: JSON.parse(JSON.stringify(flag)) as Json,
    environments: Object.fromEntries(environments.map((name) => [name, flagDetails(flag, name)])),
    findings: findings.map(({ kind, message }) => ({ kind, message })),
  };
  return answer(`flag ${flag.key}: ${flag.archived ? 'archived' : states}`, details, { blocks });
}

function factsOf({ kind, variants, off, owner, tags, expires, requires }: Flag): readonly string[] {
  const named = Object.entries(variants).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  return [
    `${kind}; variants ${named.join(', ')}; off is ${off}`,
    ...(owner === undefined ? [] : [`owner ${owner}`]),
    ...(tags.length === 0 ? [] : [`tags ${tags.join(', ')}`]),
    ...(expires === undefined ? [] : [`expires ${expires.slice(0, 10)}`]),
    ...requires.map(({ flag, variant }) => `requires ${flag} = ${variant}`),
  ];
}

function environmentBlocks({ state }: Case, flag: Flag, environment: string): readonly Block[] {
  const settings = flag.environments[environment];
  const heading: Block = { type: 'heading', text: `${environment}: ${printState(flag, environment)}` };
  if (!settings) return [heading];
  const items = [
    ...(settings.targets.length === 0
      ? []
      : [`targets ${settings.targets.map(({ unit, variant }) => `${unit} -> ${variant}`).join(', ')}`]),
    ...(settings.holdouts ?? []).map(
      ({ name, percent }) => `holdout ${name}: ${printPercent(percent)} of users get ${flag.off}`,
    ),
    ...(settings.layer ? [`layer ${settings.layer.name}: slots ${settings.layer.mine.join(', ')}`] : []),
    ...printRules(settings),
    `everybody else -> ${printServe(settings.serve)} by ${unitOf(settings)}`,
    ...rolloutsOf(state.rollouts, flag.key, environment).map(({ id, rule }) => `rollout ${id} moves ${rule}`),
  ];
  return [heading, { type: 'list', items }];
}

/** `flag check KEY USER --with NAME=VALUE...`: what that user gets, and why. */
export function check(one: Case): Decision {
  const flag = flagNamed(one);
  if (isProblem(flag)) return refuseFor(flag);
  const found = environmentFor(one);
  if (isProblem(found)) return refuseFor(found);
  const context = contextOf(one);
  if (typeof context === 'string') return refuse('value-invalid', context);
  const { flags, segments } = one.state;
  const explanation = explainFlag(
    flag,
    { environment: found.environment, flags, segments },
    { context, now: one.asking.now },
  );
  const { evaluation, sentence } = explanation;
  const findings = findingsOf(one, flag).map(({ message }) => message);
  const blocks: Block[] = [
    { type: 'text', text: sentence },
    {
      type: 'list',
      items: [`value ${JSON.stringify(evaluation.value ?? null)}`, `reason ${evaluation.reason}`, ...findings],
    },
  ];
  const details: Json = {
    ...(explanationDetails(explanation) as Readonly<Record<string, Json>>),
    environment: found.environment,
    findings,
  };
  return answer(`flag ${flag.key}: ${sentence}`, details, { blocks } satisfies Report);
}

/** USER is the targeting key; `--with account.id=7` makes a nested attribute, values are JSON where they are. */
function contextOf({ command }: Case): Readonly<Record<string, unknown>> | string {
  const context: Record<string, unknown> = { targetingKey: textOf(command.args['user']) ?? '' };
  for (const text of listOf(command.options['with'])) {
    const at = text.indexOf('=');
    if (at <= 0) return `--with ${text}: NAME=VALUE was expected, such as country=DE`;
    put(context, text.slice(0, at).split('.'), readValue(text.slice(at + 1)));
  }
  return context;
}

function put(into: Record<string, unknown>, [name = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0)
    Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
  else {
    const known = Object.hasOwn(into, name) ? into[name] : undefined;
    const inner = typeof known === 'object' && known !== null ? (known as Record<string, unknown>) : {};
    Object.defineProperty(into, name, { value: inner, enumerable: true, writable: true, configurable: true });
    put(inner, rest, value);
  }
}

/** `flag export`: the environment as one flagd document, in `details.document`. */
export function exportFlags(one: Case): Decision {
  const { state, command } = one;
  const format = textOf(command.options['format']) ?? 'flagd';
  if (format !== 'flagd') return refuse('value-invalid', `--format ${format}: only flagd is written`);
  const found = environmentFor(one);
  if (isProblem(found)) return refuseFor(found);
  const { flags, segments, revision } = state;
  const exported = exportEnvironment({ environment: found.environment, flags, segments }, revision ?? undefined);
  const count = Object.keys(exported.document.flags).length;
  const failed = exported.problems.map(({ flag, code, message }) => ({ flag, code, message }));
  const note = failed.length > 0 ? `, ${failed.length} of them only as off: ${failed[0]?.message ?? ''}` : '';
  const text = JSON.stringify(exported.document, null, 2);
  const details: Json = { environment: found.environment, document: JSON.parse(text) as Json, problems: failed };
  const report: Report = { blocks: [{ type: 'code', text, language: 'json' }] };
  return answer(`${count} flags of ${found.environment} as a flagd document${note}`, details, report);
}
