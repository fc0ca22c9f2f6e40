import { printLine } from '../model/document.ts';

/** A path that differs between the last sealed commit and the head, with its text at both; null: it is not there. */
export interface ForeignFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  /** At the head a link or another repository stands there, whose content is never looked at. */
  readonly isNoFile?: true;
}

const DESIRED = /^(flags|segments|environments|experiments)\/[^/]+\.json$/;

/** Desired documents people may edit; all else on the branch is Sluice's own. */
export function isDesired(path: string): boolean {
  return DESIRED.test(path);
}

/** How far things are: never believed when somebody else wrote it. */
export function isProgress(path: string): boolean {
  return /^(services|rollouts|alerts|history)\//.test(path);
}

/** What a path is about, spelled as `Sluice-Subject`. */
export function subjectOfPath(path: string): string {
  const [, folder, key = ''] = /^([a-z]+)\/(.+)\.json$/.exec(path) ?? [];
  if (folder === 'services' || folder === 'environments') return key;
  if (folder === 'rollouts') return key;
  return folder === undefined ? path : `${folder.replace(/s$/, '')}/${key}`;
}

/** The word of `allow` under which an edit of this document is decided. */
export function verbOf(path: string): string {
  const folder = path.slice(0, path.indexOf('/'));
  return { segments: 'segment', environments: 'freeze', experiments: 'experiment' }[folder] ?? 'flag';
}

/** The command that makes the same change: who may give it may make the edit. */
export function commandFor({ path, before, after }: ForeignFile): string {
  const verb = verbOf(path);
  if (verb === 'segment') return after === null ? 'segment delete' : 'segment set';
  if (verb === 'experiment') return 'experiment create';
  if (verb === 'freeze')
    return freezesOf(before).every((one) => freezesOf(after).includes(one)) ? 'freeze' : 'unfreeze';
  if (before === null) return 'flag create';
  return after === null || isArchived(before) !== isArchived(after) ? 'flag archive' : 'flag enable';
}

function freezesOf(text: string | null): readonly string[] {
  const freezes = readObject(text)['freezes'];
  return Array.isArray(freezes) ? freezes.map((one) => printLine(one)) : [];
}

function isArchived(text: string | null): boolean {
  return readObject(text)['archived'] === true;
}

/** The environments an edit touches; undefined stands for what belongs to none of them. */
export function environmentsOf({ path, before, after }: ForeignFile): readonly (string | undefined)[] {
  if (path.startsWith('environments/')) return [subjectOfPath(path)];
  const [old, now] = [readObject(before), readObject(after)];
  if (path.startsWith('experiments/')) return environmentsNamed(old, now);
  const names = [...new Set([...membersOf(old), ...membersOf(now)])];
  const touched = names.filter((name) => !same(environment(old, name), environment(now, name)));
  const general = !same({ ...old, environments: null }, { ...now, environments: null });
  return general || touched.length === 0 ? [undefined, ...touched] : touched;
}

/** An experiment is in one environment; an edit may name another one. */
function environmentsNamed(...documents: readonly Members[]): readonly (string | undefined)[] {
  const names = documents.map((one) => one['environment']).filter((name) => typeof name === 'string');
  return names.length === 0 ? [undefined] : [...new Set(names)];
}

type Members = Readonly<Record<string, unknown>>;

function readObject(text: string | null): Members {
  try {
    const value = JSON.parse(text ?? '{}') as unknown;
    return value !== null && typeof value === 'object' ? (value as Members) : {};
  } catch {
    return {};
  }
}

function environments(document: Members): Members {
  const value = document['environments'];
  return value !== null && typeof value === 'object' ? (value as Members) : {};
}

function membersOf(document: Members): readonly string[] {
  return Object.keys(environments(document));
}

function environment(document: Members, name: string): unknown {
  return environments(document)[name];
}

function same(one: unknown, other: unknown): boolean {
  return printLine(one) === printLine(other);
}
