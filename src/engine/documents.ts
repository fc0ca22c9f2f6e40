import type * as z from 'zod';
import type { Change } from '../core/decision.ts';
import { Recent } from '../core/external/recent.ts';
import type { Config } from '../core/model/config.ts';
import { printDocument } from '../core/model/document.ts';
import { Experiment } from '../core/model/experiment.ts';
import { Flag, Segment } from '../core/model/flag.ts';
import { Alert, EnvironmentState, Place } from '../core/model/place.ts';
import { Rollout } from '../core/model/rollout.ts';
import type { BrokenFile, State } from '../core/model/state.ts';
import type { FileChange, Snapshot, Store } from '../ports/store.ts';

/** Brings a document one schema version up: the entry at i takes version i + 1 to i + 2. */
export type Migration = (old: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
export type Migrations = Readonly<Partial<Record<Folder, readonly Migration[]>>>;

/** None so far: every document is at version 1. */
const MIGRATIONS: Migrations = {};

export type Folder = 'flags' | 'segments' | 'experiments' | 'environments' | 'services' | 'rollouts' | 'alerts';

interface Kind {
  readonly schema: z.ZodType;
  /** What the document says of itself must be what its path says. */
  readonly key: (document: unknown) => string;
}

/** `key` only ever sees what the schema let through. */
function kind<T>(schema: z.ZodType<T>, key: (document: T) => string): Kind {
  return { schema, key: (document) => key(document as T) };
}

const KINDS: Readonly<Record<Folder, Kind>> = {
  flags: kind(Flag, (flag) => flag.key),
  segments: kind(Segment, (segment) => segment.name),
  experiments: kind(Experiment, (experiment) => experiment.key),
  environments: kind(EnvironmentState, (environment) => environment.name),
  services: kind(Place, (place) => `${place.service}/${place.environment}`),
  rollouts: kind(Rollout, (rollout) => rollout.id),
  alerts: kind(Alert, (alert) => alert.id),
};

/** What the schema says of one place in a document. */
export interface DocumentIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** A document, or why there is none; `issues` where the schema refused it, all of them. */
export type Decoded =
  | { readonly document: unknown }
  | { readonly problem: string; readonly code: BrokenFile['code']; readonly issues?: readonly DocumentIssue[] };

/** How many documents are remembered by the id of their text. */
const CACHE_LIMIT = 20_000;
const cache = new Recent<string, Decoded>(CACHE_LIMIT);

/** The documents of a snapshot. A file that does not parse, or was written by a newer Sluice, is in `broken` and nowhere else. */
export function decodeState(snapshot: Snapshot, config: Config): State {
  const found: Record<Folder, Map<string, unknown>> = {
    flags: new Map(),
    segments: new Map(),
    experiments: new Map(),
    environments: new Map(),
    services: new Map(),
    rollouts: new Map(),
    alerts: new Map(),
  };
  const broken: BrokenFile[] = [];
  for (const [path, { oid, text }] of snapshot.files) {
    const place = placeOf(path);
    if (!place) continue;
    const decoded = remembered(path, { oid, text });
    if ('document' in decoded) found[place.folder].set(place.key, decoded.document);
    else broken.push({ path, problem: decoded.problem, code: decoded.code });
  }
  const { services, ...others } = found;
  // The maps were filled by the schema of their own folder.
  return { revision: snapshot.revision, config, ...others, places: services, broken } as State;
}

/**
 * The same, and for broken files of pairs, rollouts and flags the newest sealed text that parses, looked for in their last
 * `limit` commits: a broken file never stops going back.
 */
export async function decodeStateWithLastGood(
  snapshot: Snapshot,
  config: Config,
  { store, limit = 50 }: { readonly store: Store; readonly limit?: number },
): Promise<State> {
  const state = decodeState(snapshot, config);
  if (state.broken.length === 0) return state;
  const broken = state.broken.map(async (file) => {
    const lastGood = /^(services|rollouts|flags)\//.test(file.path)
      ? await lastGoodText(store, file.path, limit)
      : undefined;
    return lastGood === undefined ? file : { ...file, lastGood };
  });
  return { ...state, broken: await Promise.all(broken) };
}

async function lastGoodText(store: Store, path: string, limit: number): Promise<string | undefined> {
  for (const { sealed, revision } of await store.history({ path, limit, lean: true })) {
    const text = sealed ? (await store.read([path], revision)).files.get(path)?.text : undefined;
    if (text !== undefined && 'document' in decodeDocument(path, text)) return text;
  }
  return undefined;
}

function remembered(path: string, { oid, text }: { readonly oid: string; readonly text: string }): Decoded {
  const key = `${path}\0${oid}`;
  const known = cache.get(key);
  if (known) return known;
  const decoded = decodeDocument(path, text);
  cache.set(key, decoded);
  return decoded;
}

/** Reads one file of the state branch by the schema of its folder, older versions brought up first. */
export function decodeDocument(path: string, text: string, migrations: Migrations = MIGRATIONS): Decoded {
  const place = placeOf(path);
  if (!place) return invalid(`${path} is no document of the state branch`);
  const raw = parseJson(path, text);
  if ('problem' in raw) return raw;
  const migrated = migrate(raw.document, migrations[place.folder] ?? []);
  if ('problem' in migrated) return migrated;
  const { schema, key } = KINDS[place.folder];
  const parsed = schema.safeParse(migrated.document);
  if (!parsed.success) {
    const { issues } = parsed.error;
    return { ...invalid(issues.slice(0, 3).map(sayIssue).join('; ')), issues: issues.map(placed) };
  }
  const says = key(parsed.data);
  return says === place.key
    ? { document: parsed.data }
    : invalid(`the document says "${says}", its path says "${place.key}"`);
}

/** What is wrong with a file; undefined: nothing, or it is no document at all (`README.md`). */
export function documentProblem(path: string, text: string): string | undefined {
  if (!placeOf(path)) return undefined;
  const decoded = decodeDocument(path, text);
  return 'problem' in decoded ? decoded.problem : undefined;
}

/** Documents as the files that a store writes. */
export function encodeChanges(changes: readonly Change[]): readonly FileChange[] {
  return changes.map(({ path, document }) => ({ path, text: document === null ? null : printDocument(document) }));
}

/** Folder and key of a document's path; undefined: nothing that a decision looks at. */
function placeOf(path: string): { readonly folder: Folder; readonly key: string } | undefined {
  const match = /^([a-z]+)\/(.+)\.json$/.exec(path);
  const [, folder = '', key = ''] = match ?? [];
  if (!Object.hasOwn(KINDS, folder)) return undefined;
  return { folder: folder as Folder, key };
}

function parseJson(path: string, text: string): Decoded {
  try {
    return { document: JSON.parse(text) as unknown };
  } catch (error) {
    return invalid(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function migrate(document: unknown, steps: readonly Migration[]): Decoded {
  if (document === null || typeof document !== 'object' || Array.isArray(document))
    return invalid('an object is expected');
  const record = document as Readonly<Record<string, unknown>>;
  const version = record['schemaVersion'];
  const current = steps.length + 1;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1) {
    return invalid('schemaVersion: a whole number from 1 is expected');
  }
  if (version > current) {
    return {
      code: 'schema-newer',
      problem: `written by a newer Sluice (schemaVersion ${version}, known: ${current}): update Sluice`,
    };
  }
  return { document: steps.slice(version - 1).reduce((old, step) => step(old), record) };
}

function sayIssue({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}

function placed({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): DocumentIssue {
  return { path: path.map((step) => (typeof step === 'symbol' ? String(step) : step)), message };
}

function invalid(problem: string): Extract<Decoded, { readonly problem: string }> {
  return { problem, code: 'document-invalid' };
}
