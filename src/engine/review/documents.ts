/** What is wrong with the documents that a pull request changes, each at its place in the file. */
import { addressesIn, lintFlag } from '../../core/flag/lint.ts';
import { validateFlag, validateSegment } from '../../core/flag/validate.ts';
import { type Code, CODES } from '../../core/model/code.ts';
import type { Experiment } from '../../core/model/experiment.ts';
import type { Flag, Segment } from '../../core/model/flag.ts';
import type { EnvironmentState } from '../../core/model/place.ts';
import type { State } from '../../core/model/state.ts';
import { frozenEdit } from '../../core/policy/edit.ts';
import { type Finding, type Place, TOP } from '../../core/review/finding.ts';
import { jsonFaults, type JsonPath, placeInJson, placesInJson } from '../../core/review/json-place.ts';
import { decodeDocument } from '../documents.ts';
import { foreignProblem } from '../foreign-problem.ts';

/** A desired document before and after; null: it is not there. */
export interface DocumentChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface Sides {
  /** The state branch as it is. */
  readonly before: State;
  /** With the documents of the pull request that can be read. */
  readonly after: State;
  /** Milliseconds. */
  readonly now: number;
}

/** What makes a text no document, at its lines; none: it is one. */
export function textFindings(path: string, text: string): readonly Finding[] {
  const faults = jsonFaults(text);
  const fail =
    (title: string) =>
    (place: Place, message: string): Finding => ({
      path,
      ...place,
      level: 'failure',
      code: 'document-invalid',
      title,
      message,
    });
  const unread = faults.map(({ message, isReadable: _, ...place }) => fail('not JSON')(place, message));
  if (unread.length > 0) return unread;
  const decoded = decodeDocument(path, text);
  if ('document' in decoded) return [];
  const { problem, issues = [] } = decoded;
  if (issues.length === 0) return [{ ...fail('not valid')(placeOfSelf(path, text), problem), code: decoded.code }];
  const shown = issues.slice(0, MOST);
  const places = placesInJson(
    text,
    shown.map((issue) => issue.path),
  );
  const said = shown.map((issue, index) => {
    const message = `${issue.path.join('.') || 'the document'}: ${issue.message}`;
    return fail('not valid')(places[index] ?? TOP, short(message));
  });
  return issues.length > MOST ? [...said, fail('not valid')(TOP, andMore(issues.length - MOST))] : said;
}

/** Findings of one document; the others are counted. */
const MOST = 50;
/** Characters of a sentence: whoever wrote the document chose its names. */
const SENTENCE = 1_000;

function short(message: string): string {
  return message.length > SENTENCE ? `${message.slice(0, SENTENCE)}…` : message;
}

function andMore(count: number): string {
  return `and ${count} more`;
}

/** What a document says of itself, where its path says something else. */
function placeOfSelf(path: string, text: string): Place {
  return placeInJson(text, [/^(segments|environments)\//.test(path) ? 'name' : 'key']);
}

/** Rules beyond the schema, in the state as it would be; only of documents that can be read. */
export function ruleFindings(change: DocumentChange, sides: Sides): readonly Finding[] {
  const { path, after: text } = change;
  const about = (level: Finding['level'], all: readonly Said[]): readonly Finding[] => {
    const shown = all.slice(0, MOST);
    const paths = shown.map(({ at = [] }) => at);
    const places = text === null ? [] : placesInJson(text, paths);
    const said = shown.map(({ title, message, code }, index): Finding => ({
      path,
      ...(places[index] ?? TOP),
      level,
      ...(code && { code }),
      title,
      message: short(message),
    }));
    const more = { path, ...TOP, level, title: shown[0]?.title ?? '', message: andMore(all.length - MOST) };
    return all.length > MOST ? [...said, more] : said;
  };
  const refused = about('failure', refusals(change, sides));
  const remarks = text === null ? [] : about('warning', remarksOn(path, sides));
  const frozen = frozenEdit(change, sides.before, sides.now);
  const waits: Said = {
    title: 'frozen',
    code: 'frozen',
    message: `${frozen?.because ?? ''}: merged now, the edit would be put back`,
  };
  return [...refused, ...remarks, ...(frozen ? about('warning', [waits]) : [])];
}

interface Said {
  readonly title: string;
  readonly message: string;
  readonly at?: JsonPath;
  readonly code?: Code;
}

const TITLE = 'would be put back';

/** Why the engine would not take it over, all reasons that are known; each once. */
function refusals(change: DocumentChange, { before, after }: Sides): readonly Said[] {
  const { path } = change;
  const flag = path.startsWith('flags/') ? documentOf<Flag>(change, after.flags) : undefined;
  const first = foreignProblem(change, { ...after, rollouts: before.rollouts, experiments: before.experiments });
  const rules = [
    ...(flag ? validateFlag(flag, after.flags, after.segments).map(({ code, message }) => `${code}: ${message}`) : []),
    ...segmentRules(change, after),
    ...experimentRules(change, after),
  ];
  const policy =
    after.config.state.externalCommits === 'refuse'
      ? ['refused: state.external-commits is refuse: use the commands']
      : [];
  const all = [...new Set([...(first === undefined ? [] : [first]), ...rules, ...policy])];
  // Of what is only counted nobody asks where it stands.
  return all.map((said, index) => ({
    title: TITLE,
    ...coded(said),
    ...(index < MOST && { at: placeOfProblem(said, flag) }),
  }));
}

function documentOf<T>({ path, after }: DocumentChange, all: ReadonlyMap<string, T>): T | undefined {
  return after === null ? undefined : all.get(path.replace(/^[a-z]+\//, '').replace(/\.json$/, ''));
}

function segmentRules(change: DocumentChange, { segments }: State): readonly string[] {
  const segment = change.path.startsWith('segments/') ? documentOf<Segment>(change, segments) : undefined;
  return segment ? validateSegment(segment, segments).map(({ code, message }) => `${code}: ${message}`) : [];
}

function experimentRules(change: DocumentChange, { experiments, flags, config }: State): readonly string[] {
  const experiment = change.path.startsWith('experiments/') ? documentOf<Experiment>(change, experiments) : undefined;
  if (!experiment) return [];
  const { flag: key, environment, variants } = experiment;
  const flag = flags.get(key);
  if (!config.environments[environment]) return [`environment-unknown: there is no environment ${environment}`];
  if (!flag) return [`flag-unknown: there is no flag ${key}`];
  return variants.flatMap(([name]) =>
    Object.hasOwn(flag.variants, name) ? [] : [`variant-unknown: flag ${key} has no variant "${name}"`],
  );
}

function coded(said: string): Pick<Said, 'message' | 'code'> {
  const [, code = '', message = said] = /^([a-z-]+): (.*)$/s.exec(said) ?? [];
  return Object.hasOwn(CODES, code) ? { code: code as Code, message } : { message: said };
}

/** The environment or rule that a sentence names; the whole document where it names none. */
function placeOfProblem(said: string, flag: Flag | undefined): JsonPath {
  if (!flag) return [];
  if (/^(parent-missing|requires-cycle|flag-archived):/.test(said)) return ['requires'];
  const environment = Object.keys(flag.environments).find(
    (name) => said.includes(` in ${name} `) || said.includes(` in ${name}:`),
  );
  if (environment !== undefined) return ['environments', environment];
  for (const [name, { rules }] of Object.entries(flag.environments)) {
    const index = rules.findIndex(({ id }) => said.includes(`rule ${id}:`));
    if (index >= 0) return ['environments', name, 'rules', index];
  }
  return said.startsWith('variant-unknown:') ? ['off'] : [];
}

/** What is allowed, and worth a look. */
function remarksOn(path: string, { after, now }: Sides): readonly Said[] {
  const key = path.replace(/^[a-z]+\//, '').replace(/\.json$/, '');
  const { flags, segments, environments, config } = after;
  const [flag, segment, place] = [flags.get(key), segments.get(key), environments.get(key)];
  if (path.startsWith('flags/') && flag) return [...lintOf(flag, after, now), ...unknownIn(flag, after)];
  if (path.startsWith('segments/') && segment) return mailIn(segment);
  if (path.startsWith('environments/') && place) return strangeFreezes(place, config.environments[key] !== undefined);
  return [];
}

function lintOf(flag: Flag, { config }: State, now: number): readonly Said[] {
  const { names } = config.flags;
  return lintFlag(flag, { now, ...(names !== undefined && { names }) }).map(({ kind, message }) => ({
    title: kind,
    message: kind === 'expired' ? `${message}${flag.owner === undefined ? '' : ` (owner: ${flag.owner})`}` : message,
    at: kind === 'expired' ? ['expires'] : kind === 'name' ? ['key'] : [],
  }));
}

function unknownIn({ environments, services }: Flag, { config }: State): readonly Said[] {
  const places = Object.keys(environments).filter((name) => !config.environments[name]);
  const strangers = services.filter((name) => !config.services[name]);
  return [
    ...places.map((name): Said => ({
      title: 'environment unknown',
      message: `the configuration names no environment ${name}`,
      at: ['environments', name],
    })),
    ...strangers.map((name): Said => ({
      title: 'service unknown',
      message: `the configuration names no service ${name}`,
      at: ['services', services.indexOf(name)],
    })),
  ];
}

function mailIn(segment: Segment): readonly Said[] {
  return addressesIn(segment)
    .slice(0, 1)
    .map((address) => ({
      title: 'e-mail',
      message: `${segment.name} names ${address}: git never forgets an e-mail address; name an id or a domain`,
    }));
}

function strangeFreezes({ name, freezes }: EnvironmentState, isKnown: boolean): readonly Said[] {
  const backwards = freezes.flatMap(({ since, until }, index) => (until <= since ? [index] : []));
  return [
    ...(isKnown
      ? []
      : [{ title: 'environment unknown', message: `the configuration names no environment ${name}`, at: ['name'] }]),
    ...backwards.map((index) => ({
      title: 'freeze',
      message: 'this freeze ends before it begins',
      at: ['freezes', index],
    })),
  ];
}

/** Flags that are not changed themselves and can no longer be served as they are: their own files are named. */
export function brokenDependents(
  keys: readonly string[],
  changed: ReadonlySet<string>,
  { before, after }: Sides,
): readonly Finding[] {
  return keys.flatMap((key) => {
    const flag = after.flags.get(key);
    const path = `flags/${key}.json`;
    if (!flag || changed.has(path) || before.flags.get(key) !== flag) return [];
    const known = new Set(validateFlag(flag, before.flags, before.segments).map(({ message }) => message));
    return validateFlag(flag, after.flags, after.segments)
      .filter(({ message }) => !known.has(message))
      .map(({ code, message }): Finding => ({
        path,
        ...TOP,
        level: 'failure',
        code,
        title: 'broken by this',
        message: `not changed here, and broken by what is: ${message}`,
      }));
  });
}
