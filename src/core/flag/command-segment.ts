/** `segment list|show|set|delete`. */
import { answer, type Decision, refuse } from '../decision.ts';
import { type Json, printLine } from '../model/document.ts';
import type { Segment } from '../model/flag.ts';
import { isName } from '../model/names.ts';
import { paths, type State } from '../model/state.ts';
import { type Case, done, refuseFor, textOf, unchanged } from './command-frame.ts';
import { conditionsOf } from './command-serve.ts';
import { printConditions } from './condition.ts';
import { addressesIn } from './lint.ts';
import { isProblem } from './problem.ts';
import { segmentsUsed, validateFlag, validateSegment } from './validate.ts';

interface Users {
  readonly flags: readonly string[];
  readonly segments: readonly string[];
}

/** Who uses a segment directly. */
function usersOf({ flags, segments }: State, name: string): Users {
  const uses = ([...flags.values()] as const).filter(({ environments }) =>
    Object.values(environments).some(({ rules }) => rules.some((rule) => segmentsUsed(rule.if).includes(name))),
  );
  const nested = [...segments.values()].filter((segment) => segmentsUsed(segment.if).includes(name));
  return { flags: uses.map(({ key }) => key), segments: nested.map((segment) => segment.name) };
}

function printUsers({ flags, segments }: Users): string {
  const parts = [counted(flags.length, 'flag'), ...(segments.length > 0 ? [counted(segments.length, 'segment')] : [])];
  return `used by ${parts.join(' and ')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function detailsOf(segment: Segment, users: Users): Json {
  const conditions = segment.if.map((condition) => printConditions([condition]));
  return { name: segment.name, if: conditions, flags: users.flags, segments: users.segments };
}

export function listSegments({ state }: Case): Decision {
  const all = [...state.segments.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = all.map((segment) => [
    segment.name,
    printConditions(segment.if),
    printUsers(usersOf(state, segment.name)),
  ]);
  const columns = [{ title: 'segment' }, { title: 'who' }, { title: 'used by' }];
  const details = all.map((segment) => detailsOf(segment, usersOf(state, segment.name)));
  return answer(counted(all.length, 'segment'), details, { blocks: [{ type: 'table', columns, rows }] });
}

function named(one: Case): Segment | Decision {
  const name = textOf(one.command.args['name']) ?? '';
  const known = [...one.state.segments.keys()].join(', ');
  return (
    one.state.segments.get(name) ??
    refuse('segment-unknown', `no segment is called "${name}"; there are: ${known || 'none'}`)
  );
}

export function showSegment(one: Case): Decision {
  const segment = named(one);
  if ('outcome' in segment) return segment;
  const users = usersOf(one.state, segment.name);
  const items = [
    printConditions(segment.if),
    ...users.flags.map((key) => `flag ${key}`),
    ...users.segments.map((name) => `segment ${name}`),
  ];
  return answer(
    `segment ${segment.name}: ${printConditions(segment.if)}; ${printUsers(users)}`,
    detailsOf(segment, users),
    {
      blocks: [{ type: 'list', items }],
    },
  );
}

export function setSegment(one: Case): Decision {
  const { state } = one;
  const name = textOf(one.command.args['name']) ?? '';
  if (!isName(name))
    return refuse('value-invalid', `"${name}" cannot be a segment's name: letters, digits and . _ + - only`);
  const conditions = conditionsOf(one);
  if (isProblem(conditions)) return refuseFor(conditions);
  const before = state.segments.get(name);
  const segment: Segment = { ...before, schemaVersion: 1, name, if: conditions };
  const users = usersOf(state, name);
  const words = printConditions(conditions);
  const [address] = addressesIn(segment);
  const warning = address === undefined ? '' : `; it names ${address}, and git never forgets an e-mail address`;
  const summary = `segment ${name}: ${words}; ${printUsers(users)}${warning}`;
  const details = detailsOf(segment, users);
  if (before && printLine(before) === printLine(segment)) return unchanged(`${summary} (it already was so)`, details);
  const wrong = validateSegment(segment, state.segments)[0] ?? problemOfUsers(state, segment);
  if (wrong) return refuseFor(wrong);
  const body = before ? `${printConditions(before.if)} -> ${words}` : words;
  const message = { title: `segment ${name}: ${words}`, body, event: 'segment.set', subject: `segment/${name}` };
  return done({ summary, details, change: { path: paths.segment(name), document: segment }, message });
}

/** A segment may not break a flag that uses it, by its size for one. */
function problemOfUsers(state: State, segment: Segment): ReturnType<typeof validateFlag>[number] | undefined {
  const segments = new Map(state.segments).set(segment.name, segment);
  for (const flag of state.flags.values()) {
    const [problem] = validateFlag(flag, state.flags, segments);
    const known = problem && validateFlag(flag, state.flags, state.segments).length > 0;
    if (problem && !known) return problem;
  }
  return undefined;
}

export function deleteSegment(one: Case): Decision {
  const segment = named(one);
  if ('outcome' in segment) return segment;
  const { name } = segment;
  const users = usersOf(one.state, name);
  const all = [...users.flags.map((key) => `flag ${key}`), ...users.segments.map((other) => `segment ${other}`)];
  if (all.length > 0)
    return refuse('segment-used', `segment ${name} is used by ${all.join(', ')}: take it out of them first`, {
      users: all,
    });
  const message = { title: `segment ${name}: deleted`, event: 'segment.deleted', subject: `segment/${name}` };
  return done({
    summary: `segment ${name} deleted`,
    details: { name },
    change: { path: paths.segment(name), document: null },
    message,
  });
}
