import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GitStore, gitStore } from '../../../src/adapters/store-git/git-store.ts';
import type { FileChange } from '../../../src/ports/store.ts';
import { BENCH_NOW } from '../../contract/store.contract.ts';

export const clock = { now: (): number => BENCH_NOW, sleep: async (): Promise<void> => undefined };
export const BRANCH = 'sluice-state';

/** An environment without the tester's own git configuration. */
export const plainEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_DATE: '2026-11-21T10:00:00Z',
  GIT_COMMITTER_DATE: '2026-11-21T10:00:00Z',
};

const ANN = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];

/** Real git as a person runs it. */
export function git(directory: string, ...args: readonly string[]): string {
  const options = { env: plainEnvironment, encoding: 'utf8' as const };
  return execFileSync('git', ['-C', directory, ...ANN, ...args], { ...options, stdio: 'pipe' }).trim();
}

/** Temporary directories and stores, gone together. */
export class Workplace {
  readonly root: string = mkdtempSync(path.join(tmpdir(), 'sluice-store-'));
  readonly #stores: GitStore[] = [];
  #worktree: string | undefined;

  directory(name: string): string {
    const made = path.join(this.root, name);
    mkdirSync(made, { recursive: true });
    return made;
  }

  repository(name = 'repository', ...options: readonly string[]): string {
    const made = this.directory(name);
    git(made, 'init', '-q', '-b', 'main', ...options);
    return made;
  }

  async store(
    repository: string,
    options: { readonly remote?: string; readonly warn?: (text: string) => void } = {},
  ): Promise<GitStore> {
    const store = await gitStore({ repository, branch: BRANCH, clock, ...options });
    this.#stores.push(store);
    return store;
  }

  /** A worktree that follows the state branch, as a person has one. */
  worktree(repository: string): string {
    if (this.#worktree === undefined) {
      this.#worktree = path.join(this.root, 'by-hand');
      git(repository, 'worktree', 'add', '-q', '--detach', this.#worktree, BRANCH);
    }
    git(this.#worktree, 'checkout', '-q', '--detach', BRANCH);
    return this.#worktree;
  }

  /** Commits in the worktree and moves the branch there. */
  byHand(repository: string, changes: readonly FileChange[], message: string): void {
    const worktree = this.worktree(repository);
    for (const { path: file, text } of changes) {
      if (text === null) rmSync(path.join(worktree, file));
      else {
        mkdirSync(path.dirname(path.join(worktree, file)), { recursive: true });
        writeFileSync(path.join(worktree, file), text);
      }
    }
    git(worktree, 'add', '--all');
    git(worktree, 'commit', '-q', '--cleanup=verbatim', '-m', message);
    this.publish(repository);
  }

  /** Makes the worktree's head the branch's. */
  publish(repository: string): void {
    git(repository, 'update-ref', `refs/heads/${BRANCH}`, git(this.#worktree ?? '', 'rev-parse', 'HEAD'));
  }

  close(): void {
    for (const store of this.#stores) store.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}
