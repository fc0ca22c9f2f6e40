/** The bare repository behind the fake: real git, read and written quickly. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectStream } from '../../../../src/adapters/store-git/object-stream.ts';
import { type ObjectType, writeLoose } from './loose.ts';
import { git } from './process.ts';
import { RefUpdates, type RefUpdate } from './ref-updates.ts';

export interface FakeObject {
  readonly oid: string;
  readonly type: string;
  readonly content: Buffer;
}

export interface FakeRef {
  /** `refs/heads/main` */
  readonly name: string;
  readonly oid: string;
  /** Of what it points to: `commit`, `tag`, ... */
  readonly type: string;
}

export interface FakeGit {
  readonly folder: string;
  /** Runs the binary. @throws Error with git's words */
  readonly run: (args: readonly string[], input?: Buffer | string) => Promise<Buffer>;
  /** By id, or by a whole ref; undefined: not there. */
  readonly read: (name: string) => Promise<FakeObject | undefined>;
  /** Whether it was written or read here before, or is there now. */
  readonly has: (oid: string) => Promise<boolean>;
  readonly write: (type: ObjectType, content: Buffer | string) => string;
  /** A ref by its whole name, not peeled. */
  readonly ref: (name: string) => Promise<FakeRef | undefined>;
  /** Those that begin with the text, by name. */
  readonly refs: (prefix: string) => Promise<readonly FakeRef[]>;
  /** All or none, by compare-and-swap; undefined: done, else git's words. */
  readonly move: (updates: readonly RefUpdate[]) => Promise<string | undefined>;
  readonly close: () => void;
}

/** Ours to be quick: nothing has to survive a power failure. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['core.repositoryformatversion', '0'],
  ['core.bare', 'true'],
  ['core.fsync', 'none'],
  ['core.logAllRefUpdates', 'false'],
  ['gc.auto', '0'],
  ['receive.autogc', 'false'],
  ['maintenance.auto', 'false'],
  ['http.receivepack', 'true'],
  ['receive.shallowUpdate', 'true'],
  ['uploadpack.allowFilter', 'true'],
  ['uploadpack.allowReachableSHA1InWant', 'true'],
];

/** Makes a bare repository in an empty folder: what `git init --bare` writes, without a process. */
export async function initialise(folder: string, branch: string): Promise<void> {
  const below = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(below.map((name) => mkdir(join(folder, name), { recursive: true })));
  const lines = SETTINGS.map(([name, value]) => {
    const [section = '', key = ''] = name.split('.');
    return `[${section}]\n\t${key} = ${value}\n`;
  });
  await writeFile(join(folder, 'config'), lines.join(''));
  await writeFile(join(folder, 'HEAD'), `ref: refs/heads/${branch}\n`);
}

export function fakeGit(folder: string): FakeGit {
  const objects = new ObjectStream(folder);
  const seen = new Set<string>();
  const read = async (name: string): Promise<FakeObject | undefined> => {
    const object = isName(name) ? await objects.get(name) : undefined;
    if (object !== undefined) seen.add(object.oid);
    return object;
  };
  const updates = new RefUpdates(folder);
  const refs = async (prefix: string): Promise<readonly FakeRef[]> => {
    const format = '--format=%(objectname) %(objecttype) %(refname)';
    // A whole name, or everything below it up to a slash; what only begins with the text is found among all.
    const folderOfRefs = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const lines = (await git(folder, ['for-each-ref', format, folderOfRefs])).toString().split('\n');
    return lines
      .filter((line) => line !== '')
      .map((line) => /^(\w+) (\w+) (.+)$/.exec(line) ?? [])
      .map(([, oid = '', type = '', name = '']) => ({ oid, type, name }))
      .filter(({ name }) => name.startsWith(prefix));
  };
  return {
    folder,
    run: (args, input) => git(folder, args, input),
    read,
    has: async (oid) => seen.has(oid) || (await read(oid)) !== undefined,
    write: (type, content) => {
      const oid = writeLoose(folder, type, Buffer.isBuffer(content) ? content : Buffer.from(content));
      seen.add(oid);
      return oid;
    },
    ref: async (name) => {
      if (!isRefName(name)) return undefined;
      const object = await objects.get(name);
      return object === undefined ? undefined : { name, oid: object.oid, type: object.type };
    },
    refs,
    move: (moves) => updates.apply(moves),
    close: () => {
      objects.close();
      updates.close();
    },
  };
}

const isName = (name: string): boolean => /^[0-9a-f]{40}$/.test(name) || isRefName(name);

/** Whether git takes it as a whole ref's name (https://git-scm.com/docs/git-check-ref-format). */
export function isRefName(name: string): boolean {
  return (
    /^refs\/[^/]+\/./.test(name) &&
    !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(name) &&
    !name.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock'))
  );
}
