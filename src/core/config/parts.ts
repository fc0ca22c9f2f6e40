/** The document read part by part, so that a fault in one hides nothing in another. */
import type * as z from 'zod';
import { type Reading, readPart } from './issues.ts';
import { nearest } from './nearest.ts';
import { AnalysisPart } from './part/analysis.ts';
import { DefaultsPart, SECTIONS, Version } from './part/document.ts';
import { EnvironmentPart } from './part/environment.ts';
import { ExperimentsPart } from './part/experiments.ts';
import { ChannelPart, CommentsPart, FlagsPart, PersonPart, RollbackPart, StatePart } from './part/general.ts';
import { MetricPart, SourcePart } from './part/metric.ts';
import { ServiceEntry } from './part/service.ts';
import { StrategyPart } from './part/strategy.ts';
import { PresetPart, TriggerPart, type TriggerPreset } from './part/trigger.ts';
import type { Findings } from './problem.ts';
import { isMap, membersOf, type Tree } from './tree.ts';

/** Entries by name. `broken` were written and could not be read: they exist, and nothing more is known of them. */
export interface Named<T> {
  readonly parts: ReadonlyMap<string, T>;
  readonly broken: ReadonlySet<string>;
}

export interface Parts {
  readonly defaults: DefaultsPart;
  readonly services: Named<ServiceEntry>;
  readonly strategies: Named<StrategyPart>;
  readonly environments: Named<EnvironmentPart>;
  readonly sources: Named<SourcePart>;
  readonly metrics: Named<MetricPart>;
  readonly triggers: Named<TriggerPart>;
  readonly triggerPresets: readonly TriggerPreset[];
  readonly analysis: AnalysisPart | 'none';
  readonly rollback: RollbackPart;
  readonly notify: readonly ChannelPart[];
  readonly people: readonly PersonPart[];
  readonly comments: CommentsPart;
  readonly flags: FlagsPart;
  readonly experiments: ExperimentsPart;
  readonly state: StatePart;
}

type At = Pick<Reading, 'tree' | 'findings'>;

export function readParts(tree: Tree, findings: Findings): Parts | undefined {
  if (!isMap(tree)) {
    findings.problem([], {
      message: 'the configuration is not a map of keys',
      found: 'no map',
      expected: 'a map of keys',
    });
    return undefined;
  }
  const at = { tree, findings };
  checkSections(at);
  readPart(Version, { ...at, path: ['version'] });
  if (tree['services'] === undefined || (isMap(tree['services']) && membersOf(tree['services']).length === 0))
    findings.problem(['services'], { message: '`services` names no service', found: 'nothing', expected: 'a service' });
  return {
    defaults: single(DefaultsPart, 'defaults', at),
    services: named(ServiceEntry, 'services', at),
    strategies: named(StrategyPart, 'strategies', at),
    environments: named(EnvironmentPart, 'environments', at),
    sources: named(SourcePart, 'sources', at),
    metrics: named(MetricPart, 'metrics', at),
    triggers: named(TriggerPart, 'triggers', at),
    triggerPresets: presets(at),
    analysis: tree['analysis'] === undefined ? {} : (readPart(AnalysisPart, { ...at, path: ['analysis'] }) ?? {}),
    rollback: single(RollbackPart, 'rollback', at),
    notify: listed(ChannelPart, 'notify', at),
    people: listed(PersonPart, 'people', at),
    comments: single(CommentsPart, 'comments', at),
    flags: single(FlagsPart, 'flags', at),
    experiments: single(ExperimentsPart, 'experiments', at),
    state: single(StatePart, 'state', at),
  };
}

function checkSections({ tree, findings }: At): void {
  for (const [key] of membersOf(tree)) {
    if (SECTIONS.includes(key)) continue;
    const meant = nearest(key, SECTIONS);
    findings.problem([key], {
      code: 'config-key-unknown',
      at: 'key',
      message: `\`${key}\` is not a key of the configuration${meant === undefined ? '' : `: did you mean \`${meant}\`?`}`,
      found: key,
      expected: `one of ${SECTIONS.join(', ')}`,
    });
  }
}

function single<T extends object>(schema: z.ZodType<T>, section: string, at: At): T {
  const nothing = {} as T;
  if ((at.tree as { readonly [key: string]: Tree })[section] === undefined) return nothing;
  return readPart(schema, { ...at, path: [section] }) ?? nothing;
}

function named<T>(schema: z.ZodType<T>, section: string, at: At): Named<T> {
  const written = (at.tree as { readonly [key: string]: Tree })[section];
  const parts = new Map<string, T>();
  const broken = new Set<string>();
  if (written !== undefined && !isMap(written)) notAMap(section, at);
  for (const [name] of membersOf(written)) {
    if (section === 'triggers' && name === 'preset') continue;
    const part = nameFits(section, name, at) ? readPart(schema, { ...at, path: [section, name] }) : undefined;
    if (part === undefined) broken.add(name);
    else parts.set(name, part);
  }
  return { parts, broken };
}

function notAMap(section: string, { findings }: At): void {
  const expected = 'a map of names';
  findings.problem([section], { message: `\`${section}\` is not ${expected}`, found: 'no map', expected });
}

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const DOTTED = /^[a-z0-9]+([.-][a-z0-9]+)*$/;
const MIXED = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$/;
/** Words of the command language that stand where a service's or environment's name may stand. */
const RESERVED: readonly string[] = ['in', 'to', 'head', 'latest', 'all'];

function nameFits(section: string, name: string, { findings }: At): boolean {
  const [pattern, expected] =
    section === 'environments'
      ? [MIXED, 'letters, digits and `. _ + -`']
      : section === 'metrics' || section === 'strategies'
        ? [DOTTED, 'small letters, digits, `-` and `.`']
        : [KEBAB, 'small letters and digits, joined by `-`'];
  const reserved = (section === 'services' || section === 'environments') && RESERVED.includes(name);
  if (pattern.test(name) && name.length <= 128 && !reserved) return true;
  const message = reserved
    ? `\`${name}\` is a word of the command language and cannot be a name`
    : `\`${name}\` cannot be a name here: expected ${expected}`;
  findings.problem([section, name], { at: 'key', message, found: name, expected });
  return false;
}

function listed<T>(schema: z.ZodType<T>, section: string, at: At): readonly T[] {
  const written = (at.tree as { readonly [key: string]: Tree })[section];
  if (written === undefined) return [];
  if (!Array.isArray(written)) {
    at.findings.problem([section], { message: `\`${section}\` is not a list`, found: 'no list', expected: 'a list' });
    return [];
  }
  return written.flatMap((_, index) => readPart(schema, { ...at, path: [section, index] }) ?? []);
}

function presets(at: At): readonly TriggerPreset[] {
  const written = (at.tree as { readonly [key: string]: Tree })['triggers'];
  if (!isMap(written) || written['preset'] === undefined) return [];
  const read = readPart(PresetPart, { ...at, path: ['triggers', 'preset'] });
  return read === undefined ? [] : typeof read === 'string' ? [read] : read;
}

/** Whether a name exists, readable or not. */
export function exists<T>(entries: Named<T>, name: string): boolean {
  return entries.parts.has(name) || entries.broken.has(name);
}

export function namesOf<T>(entries: Named<T>): readonly string[] {
  return [...entries.parts.keys(), ...entries.broken];
}

/** Says that a name means nothing, and which one was probably meant. */
export function unknownName(
  findings: Findings,
  path: readonly (string | number)[],
  { what, name, known, at = 'value' }: UnknownName,
): void {
  const meant = nearest(name, known);
  const key = path.findLast((step) => typeof step === 'string');
  const subject =
    at === 'key' ? `there is no ${what} \`${name}\`` : `\`${key}\` names the ${what} \`${name}\`, which does not exist`;
  const hint =
    meant === undefined ? `There ${known.length === 1 ? 'is' : 'are'} ${known.join(', ') || 'none'}.` : undefined;
  findings.problem(path, {
    at,
    message: `${subject}${meant ? `: did you mean \`${meant}\`?` : ''}`,
    found: name,
    expected: `one of ${known.join(', ')}`,
    ...(hint && { hint }),
  });
}

interface UnknownName {
  readonly what: string;
  readonly name: string;
  readonly known: readonly string[];
  readonly at?: 'key' | 'value';
}
