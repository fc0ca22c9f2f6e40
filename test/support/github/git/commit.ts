/** Commit objects, read and written. */
import type { FakeGit } from './repository.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
  /** Seconds. */
  readonly at: number;
  /** `+0200` */
  readonly zone: string;
}

export interface Commit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

function signatureOf(text: string): Signature {
  const [, name = '', email = '', at = '0', zone = '+0000'] = /^(.*?) ?<([^>]*)> (\d+) ([+-]\d{4})$/.exec(text) ?? [];
  return { name, email, at: Number(at), zone };
}

function parseCommit(oid: string, content: Buffer): Commit {
  const text = content.toString();
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  const all = (name: string): readonly string[] =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    oid,
    tree: all('tree')[0] ?? '',
    parents: all('parent'),
    author: signatureOf(all('author')[0] ?? ''),
    committer: signatureOf(all('committer')[0] ?? ''),
    message: text.slice(end + 2),
  };
}

const printSignature = ({ name, email, at, zone }: Signature): string => `${name} <${email}> ${String(at)} ${zone}`;

/** Writes it; its id. */
export function writeCommit(git: FakeGit, commit: Omit<Commit, 'oid'>): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${printSignature(commit.author)}`,
    `committer ${printSignature(commit.committer)}`,
  ];
  return git.write('commit', `${lines.join('\n')}\n\n${commit.message}`);
}

/** The commit of that id; a tag is followed to what it names. Undefined: no such commit. */
export async function commitAt(git: FakeGit, name: string): Promise<Commit | undefined> {
  const oid = name.startsWith('refs/') ? (await git.ref(name))?.oid : name;
  const object = oid === undefined ? undefined : await git.read(oid);
  if (object?.type === 'tag') {
    const target = /^object (\w{40})$/m.exec(object.content.toString())?.[1];
    return target === undefined ? undefined : commitAt(git, target);
  }
  return object?.type === 'commit' ? parseCommit(object.oid, object.content) : undefined;
}

/** What people may name: `main`, `heads/main`, `refs/heads/main`, a tag, a full or unambiguous short id. */
export async function resolveCommit(git: FakeGit, name: string): Promise<Commit | undefined> {
  if (/^[0-9a-f]{40}$/.test(name)) return commitAt(git, name);
  for (const ref of [`refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`, name]) {
    const found = await commitAt(git, ref);
    if (found !== undefined) return found;
  }
  if (!/^[0-9a-f]{4,39}$/.test(name)) return undefined;
  const all = (await git.run(['rev-parse', `--disambiguate=${name}`])).toString().split('\n').filter(Boolean);
  const commits = (await Promise.all(all.map((oid) => commitAt(git, oid)))).filter((commit) => commit !== undefined);
  return commits.length === 1 ? commits[0] : undefined;
}

/** ISO 8601 in UTC, to the second, as GitHub writes times. */
export function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
