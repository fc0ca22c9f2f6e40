/** Whether the configuration in the folder is the one that was reviewed: the default branch's. */
import { execFile } from 'node:child_process';
import { loadConfig } from '../compose.ts';
import { blobOid } from '../core/external/oid.ts';

/** The default branch as this clone knows it, the surest first. */
const DEFAULTS = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'] as const;

/**
 * A sentence where the folder's file is another than the default branch's, which is where policy is meant to be read;
 * undefined where they are the same, or there is no such branch to ask. Never rejects.
 */
export async function originRemark(root: string): Promise<string | undefined> {
  const loaded = await loadConfig(root);
  if (!loaded.ok) return undefined;
  const { path, text } = loaded;
  const found = await objectsOf(root, [...DEFAULTS, ...DEFAULTS.map((branch) => `${branch}:${path}`)]);
  const branch = DEFAULTS.find((_, index) => found[index] !== undefined);
  if (branch === undefined) return undefined;
  const reviewed = found[DEFAULTS.length + DEFAULTS.indexOf(branch)];
  const name = branch.replace('origin/HEAD', 'the default branch');
  if (reviewed === undefined) return `${path} is not on ${name} yet: it counts as it lies in this folder`;
  const same = [text, text.replaceAll('\r\n', '\n')].some((one) =>
    OIDS.some((format) => blobOid(one, format) === reviewed),
  );
  return same ? undefined : `${path} differs from that of ${name}: it counts as it lies in this folder`;
}

const OIDS = ['sha1', 'sha256'] as const;

/** The id of each object, by one process; undefined where there is none. */
function objectsOf(root: string, names: readonly string[]): Promise<readonly (string | undefined)[]> {
  return new Promise((resolve) => {
    const args = ['-C', root, 'cat-file', '--batch-check=%(objectname)'];
    const child = execFile('git', args, (_, stdout) =>
      resolve(stdout.split('\n').map((line) => (/^[0-9a-f]{40,64}$/.test(line) ? line : undefined))),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${names.join('\n')}\n`);
  });
}
