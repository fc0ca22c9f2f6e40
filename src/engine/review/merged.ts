/** What a pull request's documents are once it is merged into the state branch as that is now: the branch moves on every few minutes. */
import { type Finding, TOP } from '../../core/review/finding.ts';
import type { ForgeCode, ForgeFile } from '../../ports/forge.ts';
import type { Snapshot } from '../../ports/store.ts';
import { type ChangedFile, pathsOf } from './files.ts';
import type { PullToReview } from './question.ts';

export interface Merged {
  /** As they will stand; without those of which nobody can say it. */
  readonly files: readonly ChangedFile[];
  readonly findings: readonly Finding[];
}

/**
 * A document that the state branch did not touch since the two parted is the head's. Of one that both touched the forge's trial merge
 * says what becomes of it, where that was made of this head and of the document as it is now. Rejects with a ForgeError.
 */
export async function asMerged(
  code: ForgeCode,
  files: readonly ChangedFile[],
  { pull, snapshot }: { readonly pull: PullToReview; readonly snapshot: Snapshot },
): Promise<Merged> {
  const { revision } = snapshot;
  if (revision === null || files.length === 0) return { files, findings: [] };
  const standing = await code.standing(revision, pull.sha);
  if (!standing)
    return {
      files: [],
      findings: pathsOf(files).map((path) => unsaid(path, 'shares no commit with the state branch')),
    };
  const { mergeBase, behind } = standing;
  if (behind === 0) return { files, findings: [] };
  const now = (path: string): string | undefined => snapshot.files.get(path)?.text;
  const parted = await code.files(pathsOf(files), mergeBase);
  const both = files.filter((file) =>
    pathsOf([file]).some((path) => textOf(parted.get(path)) !== now(path) && headText(file, path) !== now(path)),
  );
  if (both.length === 0) return { files, findings: [] };
  const trial = await trialOf(code, pathsOf(both), pull);
  const merged = files.map((file): ChangedFile | Finding => {
    if (!both.includes(file)) return file;
    const { path, previous } = file;
    const isKnown = trial && pathsOf([file]).every((one) => textOf(trial.before.get(one)) === now(one));
    if (!isKnown)
      return unsaid(
        path,
        `is ${behind} ${behind === 1 ? 'commit' : 'commits'} behind, and the state branch changed this document meanwhile`,
      );
    const own = trial.after.get(path);
    const status = own ? 'modified' : 'removed';
    return { path, status, ...(own && { file: own }), ...(previous !== undefined && { previous, status: 'renamed' }) };
  });
  return { files: merged.filter((one) => 'status' in one), findings: merged.filter((one) => 'level' in one) };
}

function headText({ path, file }: ChangedFile, asked: string): string | undefined {
  return asked === path ? textOf(file) : undefined;
}

/** What is no text differs from every text: nobody merges it. */
function textOf(file: ForgeFile | undefined): string | undefined {
  return file?.type === 'text' ? file.text : file?.type;
}

interface Trial {
  readonly before: ReadonlyMap<string, ForgeFile>;
  readonly after: ReadonlyMap<string, ForgeFile>;
}

async function trialOf(
  code: ForgeCode,
  paths: readonly string[],
  { number, sha }: PullToReview,
): Promise<Trial | undefined> {
  const trial = await code.trialMerge(number);
  if (trial?.head !== sha) return undefined;
  const [before, after] = await Promise.all([code.files(paths, trial.base), code.files(paths, trial.sha)]);
  return { before, after };
}

function unsaid(path: string, why: string): Finding {
  return {
    path,
    ...TOP,
    level: 'failure',
    code: 'foreign-commit',
    title: 'behind',
    message: `the pull request ${why}: merge the state branch into it. Nothing is said of whom it moves before`,
  };
}
