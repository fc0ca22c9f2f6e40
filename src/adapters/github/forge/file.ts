/** One file at a commit. https://docs.github.com/rest/repos/contents#get-repository-content */
import type { Asker } from './ask.ts';

/** Text; undefined where nothing, a folder, a link or another repository stands. Above 1 MB the blob is asked. */
export async function fileAt(asker: Asker, path: string, sha: string): Promise<string | undefined> {
  if (!isPath(path)) return undefined;
  const asking = {
    doing: `read ${path} at ${sha.slice(0, 12)}`,
    route: 'GET /repos/{owner}/{repo}/contents/{path}',
  } as const;
  const found = await asker.find(asking, { path, ref: sha });
  if (!found || Array.isArray(found.data) || found.data.type !== 'file' || !('content' in found.data)) return undefined;
  const { content, encoding, sha: blob, size } = found.data;
  if (encoding === 'base64' && (content !== '' || size === 0)) return decoded(content);
  return blobText(asker, path, blob);
}

async function blobText(asker: Asker, path: string, blob: string): Promise<string> {
  const asking = { doing: `read ${path}`, route: 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}' } as const;
  const { data } = await asker.ask(asking, { file_sha: blob });
  return data.encoding === 'base64' ? decoded(data.content) : data.content;
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** Inside the repository: `..` would climb out of the address. */
export function isPath(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !/\p{Cc}/u.test(path);
}
