/** What an edit of a desired document touches, whoever makes it: a command, `undo`, a commit by hand. Policy is asked of all of it. */
import { type Asking, type Change, type Decision, refuse } from '../decision.ts';
import { frozenBecause } from '../environment/frozen.ts';
import { environmentsOf, type ForeignFile, isDesired, subjectOfPath } from '../external/foreign-file.ts';
import { serves } from '../flag/command-serve.ts';
import { raises } from '../flag/exposure.ts';
import { segmentsUsed } from '../flag/validate.ts';
import { printLine } from '../model/document.ts';
import { type Condition, Flag } from '../model/flag.ts';
import type { State } from '../model/state.ts';
import type { Milliseconds } from '../model/time.ts';
import { permitOverrides } from './permit.ts';

/** Members of a flag that only people read. */
const REMARKS = { name: null, description: null, owner: null, expires: null, created: null } as const;

/** A command's change of a desired document as an edit; undefined for progress. */
export function editOf({ path, document }: Change, { flags, segments, experiments }: State): ForeignFile | undefined {
  if (!isDesired(path) || path.startsWith('environments/')) return undefined;
  const key = subjectOfPath(path).replace(/^[a-z]+\//, '');
  const known = path.startsWith('flags/') ? flags : path.startsWith('experiments/') ? experiments : segments;
  const before = known.get(key);
  return { path, before: before ? printLine(before) : null, after: document === null ? null : printLine(document) };
}

/**
 * The environments whose policy is asked. What belongs to none of them (a flag's variants, a segment) touches every one that serves
 * the flag or segment, and where none does all there are. Undefined: nothing that anybody is served.
 */
export function touchedBy(file: ForeignFile, state: State): readonly (string | undefined)[] {
  const touched = environmentsOf(file);
  if (!touched.includes(undefined)) return touched;
  const own = touched.filter((name) => name !== undefined);
  if (file.before === null || isRemark(file)) return own.length > 0 ? own : [undefined];
  const serving = servedIn(file, state);
  return serving.length > 0 ? [...new Set([...own, ...serving])] : Object.keys(state.config.environments);
}

/** Why an edit has to wait: it gives more to somebody in an environment that is frozen. Undefined: it need not. */
export function frozenEdit(file: ForeignFile, state: State, now: Milliseconds): Frozen | undefined {
  const raised = raisedIn(file, state);
  for (const environment of raised) {
    const because = frozenBecause(state, environment, now);
    if (because !== undefined) return { environment, because };
  }
  return undefined;
}

interface Frozen {
  readonly environment: string;
  readonly because: string;
}

/** What a freeze comes to for edits that somebody asks for; undefined: nothing goes up where it holds. */
type FreezeAnswer = { readonly refusal: Decision } | { readonly passed: string };

/** Refused, or passed over by one who may and says why. */
export function freezeOf(edits: readonly ForeignFile[], state: State, asking: Asking): FreezeAnswer | undefined {
  const { now, overrides, reason, actor, rights } = asking;
  const frozen = edits.map((edit) => frozenEdit(edit, state, now)).find((one) => one !== undefined);
  if (!frozen) return undefined;
  if (!overrides.includes('freeze')) return { refusal: refuse('frozen', frozen.because) };
  if (reason === undefined)
    return { refusal: refuse('reason-needed', 'passing over a gate needs a reason: --reason "..."') };
  const denied = edits
    .flatMap((edit) => raisedIn(edit, state))
    .flatMap((environment) =>
      permitOverrides({ config: state.config, environment, actor, rights }, { gates: ['freeze'], now }),
    )
    .find((may) => !may.allowed);
  if (denied && !denied.allowed) return { refusal: refuse(denied.code, denied.because) };
  return { passed: frozen.because };
}

/** The environments in which the edit gives anybody anything new. */
function raisedIn(file: ForeignFile, state: State): readonly string[] {
  const { path, before, after } = file;
  if (path.startsWith('segments/')) return before === null || before === after ? [] : servedIn(file, state);
  const next = path.startsWith('flags/') ? flagIn(after) : undefined;
  if (!next) return [];
  return Object.keys(next.environments).filter((environment) => raises(flagIn(before), next, environment));
}

function isRemark({ before, after }: ForeignFile): boolean {
  if (before === null || after === null) return false;
  const [old, now] = [flagIn(before), flagIn(after)];
  const rest = { ...REMARKS, environments: null };
  return old !== undefined && now !== undefined && printLine({ ...old, ...rest }) === printLine({ ...now, ...rest });
}

function servedIn({ path, before, after }: ForeignFile, { flags, segments }: State): readonly string[] {
  if (path.startsWith('flags/')) return [...new Set([flagIn(before), flagIn(after)].flatMap(environmentsServing))];
  const names = usersOf(subjectOfPath(path).slice('segment/'.length), segments);
  const used = (conditions: readonly Condition[]): boolean => segmentsUsed(conditions).some((name) => names.has(name));
  return [
    ...new Set(
      [...flags.values()].flatMap(({ environments }) =>
        Object.keys(environments).filter((name) => environments[name]?.rules.some((rule) => used(rule.if))),
      ),
    ),
  ];
}

function environmentsServing(flag: Flag | undefined): readonly string[] {
  return flag ? Object.keys(flag.environments).filter((environment) => serves(flag, environment)) : [];
}

/** The segment and every one that is made of it. */
function usersOf(name: string, segments: State['segments']): ReadonlySet<string> {
  const found = new Set([name]);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const one of segments.values()) if (segmentsUsed(one.if).some((used) => found.has(used))) found.add(one.name);
  }
  return found;
}

/** With the defaults that a text by hand may leave out; anything else is no flag. */
function flagIn(text: string | null): Flag | undefined {
  if (text === null) return undefined;
  try {
    const parsed = Flag.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
