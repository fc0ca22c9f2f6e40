/** A review on the memory store: a pull request is a list of changed files and what stands at its head. */
import { decodeText } from '../../../src/compose.ts';
import { reviewPull, type Review } from '../../../src/engine/review/review.ts';
import type { Config } from '../../../src/core/model/config.ts';
import type { Forge, ForgeCode, ForgeFile, ForgeFileChange } from '../../../src/ports/forge.ts';
import { STATE_NEEDS } from '../../../src/engine/review/state.ts';
import { configOf, wired } from '../wired.ts';

export const CONFIG = `version: 1
services:
  web: { deploy: ./deploy.sh, paths: ['apps/web/'] }
  api: { deploy: ./deploy.sh, paths: ['apps/api/'], depends-on: { web: '>=2.0.0' } }
analysis: none
environments: { staging: {}, production: { order: [staging] } }
`;

export interface Pull {
  readonly base?: 'main' | 'sluice-state';
  readonly config?: Config;
  /** On the state branch. */
  readonly state?: Readonly<Record<string, object>>;
  /** Text at the head, what else stands there, or null: taken away. */
  readonly files: Readonly<Record<string, string | Exclude<ForgeFile, { readonly type: 'text' }> | null>>;
  /** By their new paths. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Of the same documents where the two parted, and what the forge's trial merge made of them; the state branch as it is where absent. */
  readonly parted?: Readonly<Record<string, string>>;
  readonly trial?: Readonly<Record<string, string>>;
  /** Files of the default branch. */
  readonly main?: Readonly<Record<string, string>>;
}

const SHA = '8f2c1d9'.padEnd(40, '0');

export async function review({
  base = 'sluice-state',
  config = configOf(CONFIG),
  state = {},
  ...pull
}: Pull): Promise<Review> {
  const { wiring, put } = wired({ config });
  await put(state as Record<string, object>);
  const now = new Map((await wiring.store.read(STATE_NEEDS)).files);
  return reviewPull(
    { ...wiring, forge: { code: codeOf(pull, now) } as unknown as Forge },
    {
      pull: { number: 1, sha: SHA, base },
      decode: decodeText,
      configFiles: ['.github/sluice.yml', '.github/sluice.yaml'],
    },
  );
}

/** `path:line code`, failures alone unless another level is asked for. */
export function told({ findings }: Review, level = 'failure'): readonly string[] {
  return findings.filter((one) => one.level === level).map(({ path, line, code }) => `${path}:${line} ${code}`);
}

/** The questions of a review, answered from plain files: everything else is not asked. */
function codeOf(
  { files, renamed = {}, main = {}, parted, trial }: Omit<Pull, 'base' | 'config' | 'state'>,
  now: ReadonlyMap<string, { readonly text: string }>,
): Partial<ForgeCode> {
  const changes = Object.entries(files).map(([path, file]): ForgeFileChange => {
    const previous = renamed[path];
    if (previous !== undefined) return { path, previous, status: 'renamed' };
    return { path, status: file === null ? 'removed' : 'modified' };
  });
  const text = (one: string): ForgeFile => ({ type: 'text', text: one });
  const state = Object.fromEntries([...now].map(([path, file]) => [path, file.text]));
  const commits: Readonly<Record<string, Pull['files'] | undefined>> = {
    HEAD: main,
    parted,
    trial,
    now: state,
    [SHA]: files,
  };
  return {
    standing: async () => ({ mergeBase: 'parted', behind: parted ? 1 : 0 }),
    trialMerge: async () => trial && { sha: 'trial', base: 'now', head: SHA },
    changedFiles: async () => changes,
    pull: async () => ({ head: { sha: SHA } }) as never,
    files: async (paths, sha) =>
      new Map(
        paths.flatMap((path) => {
          const file = commits[sha]?.[path];
          return file === undefined || file === null ? [] : [[path, typeof file === 'string' ? text(file) : file]];
        }),
      ),
  };
}
