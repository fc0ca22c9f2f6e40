import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ObjectFormat } from '../../core/external/oid.ts';
import { Recent } from '../../core/external/recent.ts';
import { StoreError } from '../../ports/store.ts';
import { type Git, gitIn } from './git.ts';
import { type RawCommit, parseCommit } from './raw-commit.ts';
import { type GitObject, ObjectStream } from './object-stream.ts';
import { type Tree, parseTree } from './tree.ts';

/** Bounds of what is remembered, in characters of text and in entries of trees (some 100 bytes each). */
const TEXT_LIMIT = 32 * 1_024 * 1_024;
const TREE_LIMIT = 200_000;
const COMMIT_LIMIT = 2_000;

/** Objects of one repository by id, each fetched once as long as it is remembered. */
export class Repository {
  readonly git: Git;
  /** The folder that all worktrees share. */
  readonly commonDirectory: string;
  readonly format: ObjectFormat;
  readonly stream: ObjectStream;
  readonly #texts = new Recent<string, string>(TEXT_LIMIT);
  readonly #trees = new Recent<string, Tree>(TREE_LIMIT);
  readonly #commits = new Recent<string, RawCommit>(COMMIT_LIMIT);

  constructor(git: Git, commonDirectory: string, format: ObjectFormat) {
    this.git = git;
    this.commonDirectory = commonDirectory;
    this.format = format;
    this.stream = new ObjectStream(git.directory);
  }

  get oidLength(): number {
    return this.format === 'sha1' ? 20 : 32;
  }

  /** The commit a ref or id names; undefined: there is none. */
  async commit(name: string): Promise<RawCommit | undefined> {
    const known = this.#commits.get(name);
    if (known) return known;
    const object = await this.stream.get(name);
    if (!object || object.type !== 'commit') return undefined;
    const commit = parseCommit(object.oid, object.content);
    this.#commits.set(object.oid, commit);
    return commit;
  }

  async tree(oid: string): Promise<Tree> {
    const known = this.#trees.get(oid);
    if (known) return known;
    const { content } = await this.#needed(oid, 'tree');
    return this.rememberTree(oid, parseTree(content, this.oidLength));
  }

  rememberTree(oid: string, tree: Tree): Tree {
    this.#trees.set(oid, tree, tree.size + 1);
    return tree;
  }

  async text(oid: string): Promise<string> {
    const known = this.#texts.get(oid);
    if (known !== undefined) return known;
    const text = (await this.#needed(oid, 'blob')).content.toString();
    this.#texts.set(oid, text, text.length + 1);
    return text;
  }

  /** The same for an id that need not exist. */
  async textIfKnown(oid: string): Promise<string | undefined> {
    const known = this.#texts.get(oid);
    if (known !== undefined) return known;
    const object = await this.stream.get(oid);
    return object?.type === 'blob' ? object.content.toString() : undefined;
  }

  async #needed(oid: string, type: string): Promise<GitObject> {
    const object = await this.stream.get(oid);
    if (object?.type === type) return object;
    const where = this.git.directory;
    throw new StoreError(
      'store-damaged',
      `store-damaged: the ${type} ${oid} is missing in ${where}: see git fsck there`,
    );
  }
}

export async function openRepository(directory: string): Promise<Repository> {
  const git = gitIn(path.resolve(directory));
  const { stdout } = await git.run(['rev-parse', '--git-common-dir', '--show-object-format']);
  const [common = '.git', format] = stdout.toString().trim().split('\n');
  return new Repository(git, path.resolve(git.directory, common), format === 'sha256' ? 'sha256' : 'sha1');
}

/** Folders of worktrees that have the ref checked out: their files do not follow when the ref moves. */
export async function checkedOutIn({ commonDirectory }: Repository, ref: string): Promise<readonly string[]> {
  const linked = await readdir(path.join(commonDirectory, 'worktrees')).catch(() => []);
  const places = linked.map((name) => path.join(commonDirectory, 'worktrees', name));
  const found: string[] = [];
  for (const place of [commonDirectory, ...places]) {
    const head = await readFile(path.join(place, 'HEAD'), 'utf8').catch(() => '');
    if (head.trim() === `ref: ${ref}`) found.push(await worktreeOf(place, commonDirectory));
  }
  return found;
}

async function worktreeOf(place: string, commonDirectory: string): Promise<string> {
  if (place === commonDirectory) return path.dirname(commonDirectory);
  return path.dirname((await readFile(path.join(place, 'gitdir'), 'utf8').catch(() => place)).trim());
}
