import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isConflict } from '../../../src/ports/store.ts';
import { BRANCH, git, Workplace } from './bench.ts';

const names = ['a', 'a.json', 'a-b', 'b', 'b/c', 'b/c.json', 'b/d/e', 'b0', 'ü/ö', 'z'];
const edits = fc.array(
  fc.uniqueArray(fc.record({ path: fc.constantFrom(...names), text: fc.option(fc.constantFrom('1', '2', '3')) }), {
    selector: ({ path }) => path,
    minLength: 1,
  }),
  { minLength: 1, maxLength: 12 },
);

/** The files after the edits, as a file system would have them: a file where a folder was replaces it, and the other way round. */
function apply(
  files: ReadonlyMap<string, string>,
  edit: readonly { readonly path: string; readonly text: string | null }[],
) {
  const next = new Map(files);
  for (const { path, text } of edit) {
    if (text === null) next.delete(path);
    else {
      for (const other of next.keys())
        if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) next.delete(other);
      next.set(path, text);
    }
  }
  return next;
}

/** One commit may not make `b` both a file and a folder. */
const contradicts = (edit: readonly { readonly path: string; readonly text: string | null }[]) =>
  edit.some(({ path }) => edit.some((other) => other.path.startsWith(`${path}/`)));

it(
  'ends in the files that any run of edits says, in trees that git finds nothing wrong with',
  { timeout: 60_000 },
  async () => {
    const place = new Workplace();
    let count = 0;
    try {
      await fc.assert(
        fc.asyncProperty(edits, async (run) => {
          const repository = place.repository(`r${(count += 1)}`);
          const store = await place.store(repository);
          let model: ReadonlyMap<string, string> = new Map();
          for (const edit of run.filter((one) => !contradicts(one))) {
            const result = await store.commit(await store.read([]), edit, { title: 'edit', trailers: [] });
            if (isConflict(result)) throw new Error('conflict');
            model = apply(model, edit);
          }
          if (model.size === 0) return;
          const other = await place.store(repository);
          for (const reader of [store, other]) {
            const files = new Map((await reader.read(['/'])).files);
            for (const own of ['README.md', 'vercel.json', 'netlify.toml']) files.delete(own);
            expect(Object.fromEntries([...files].map(([path, { text }]) => [path, text]))).toEqual(
              Object.fromEntries(model),
            );
            reader.close();
          }
          expect((await store.history({})).every(({ sealed }) => sealed)).toBe(true);
          expect(git(repository, 'fsck', '--strict', BRANCH)).toBe('');
        }),
        { numRuns: 8 },
      );
    } finally {
      place.close();
    }
  },
);
