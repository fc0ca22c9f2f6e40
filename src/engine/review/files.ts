/** The files of a pull request as a review looks at them: what changed, and what stands there now. */
import { isDesired, isProgress } from '../../core/external/foreign-file.ts';
import { type Finding, TOP } from '../../core/review/finding.ts';
import type { ForgeCode, ForgeFile, ForgeFileChange } from '../../ports/forge.ts';

export interface ChangedFile extends ForgeFileChange {
  /** At the head; undefined: it is gone, or was not read. */
  readonly file?: ForgeFile;
}

/** Documents that are read of one pull request; a change of more is refused, and is nobody's to review anyway. */
const MOST_READ = 500;
/** Characters of all of them: what is read is validated, and whoever opens a pull request shall not choose how long that takes. */
const MOST_TEXT = 4_000_000;

export interface Wanted {
  readonly sha: string;
  readonly wants: (path: string) => boolean;
}

/** The changed files, those that are wanted with their text at the head. Rejects with a ForgeError. */
export async function readChanged(
  code: ForgeCode,
  changed: readonly ForgeFileChange[],
  { sha, wants }: Wanted,
): Promise<readonly ChangedFile[]> {
  const paths = changed.flatMap(({ path, status }) => (status !== 'removed' && wants(path) ? [path] : []));
  const files = paths.length === 0 ? undefined : await code.files(paths.slice(0, MOST_READ), sha);
  let left = MOST_TEXT;
  return changed.map((one) => {
    const file = files?.get(one.path);
    if (file?.type === 'text') left -= file.text.length;
    return file && left >= 0 ? { ...one, file } : one;
  });
}

/** A rename of a document is a document that is gone and one that is new. */
export function pathsOf(changed: readonly ForgeFileChange[]): readonly string[] {
  return [...new Set(changed.flatMap(({ path, previous }) => (previous === undefined ? [path] : [path, previous])))];
}

/** What nobody but Sluice may write on the state branch, and what is no document of it. */
export function foreignFindings(changed: readonly ForgeFileChange[]): readonly Finding[] {
  return pathsOf(changed).flatMap((path): readonly Finding[] => {
    if (isDesired(path)) return [];
    const message = isProgress(path)
      ? `only Sluice writes ${path.slice(0, path.indexOf('/'))}/: the edit would be put back; say it by a command (rollback, promote, cancel)`
      : 'it is no document of the state branch: only Sluice writes it, and the edit would be put back';
    return [{ path, ...TOP, level: 'failure', code: 'foreign-commit', title: 'not yours to edit', message }];
  });
}

/** Documents beyond what is read: none of them was looked at, so none is fine. */
export function unreadFindings(files: readonly ChangedFile[], wants: (path: string) => boolean): readonly Finding[] {
  const unread = files.filter(({ path, status, file }) => status !== 'removed' && wants(path) && !file);
  return unread.map(({ path }) => ({
    path,
    ...TOP,
    level: 'failure',
    code: 'file-unreadable',
    title: 'not read',
    message: `it could not be read at the head, or the pull request changes more than ${MOST_READ} documents or ${MOST_TEXT.toLocaleString('en-US')} characters: split it`,
  }));
}

const NO_FILE: Readonly<Record<Exclude<ForgeFile['type'], 'text'>, string>> = {
  link: 'a symbolic link stands here: it is never followed',
  repository: 'another repository (a submodule) stands here',
  folder: 'a folder stands here',
  binary: 'this is no text',
  large: 'it is larger than any document may be',
};

/** The text of a file, or why it has none. */
export function textOfFile({ path, file }: ChangedFile): { readonly text: string } | { readonly finding: Finding } {
  if (file?.type === 'text') return { text: file.text };
  const message = file ? NO_FILE[file.type] : 'it is not there';
  return { finding: { path, ...TOP, level: 'failure', code: 'document-invalid', title: 'no document', message } };
}
