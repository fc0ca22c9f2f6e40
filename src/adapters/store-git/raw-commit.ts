import type { StoredCommit } from '../../ports/store.ts';

type Person = StoredCommit['author'];

/** A commit object as it is written, with its real parents also where a shallow clone ends. */
export interface RawCommit {
  readonly oid: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** Of the committer, in milliseconds. */
  readonly at: number;
  readonly message: string;
}

export function parseCommit(oid: string, content: Buffer): RawCommit {
  const text = content.toString();
  const end = text.indexOf('\n\n');
  const headers = (end === -1 ? text : text.slice(0, end)).split('\n');
  const values = (name: string): string[] =>
    headers.filter((header) => header.startsWith(`${name} `)).map((header) => header.slice(name.length + 1));
  const committer = parsePerson(values('committer')[0] ?? '');
  return {
    oid,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    author: parsePerson(values('author')[0] ?? '').person,
    committer: committer.person,
    at: committer.at,
    message: end === -1 ? '' : text.slice(end + 2),
  };
}

function parsePerson(text: string): { readonly person: Person; readonly at: number } {
  const match = /^(.*?) ?<([^>]*)>(?: (\d+))?/.exec(text);
  return { person: { name: match?.[1] ?? '', email: match?.[2] ?? '' }, at: Number(match?.[3] ?? 0) * 1_000 };
}

interface NewCommit extends Omit<RawCommit, 'oid'> {}

/** `at` is rounded down to git's whole seconds, in UTC. */
export function printCommit({ tree, parents, author, committer, at, message }: NewCommit): Buffer {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${printPerson(author, at)}`,
    `committer ${printPerson(committer, at)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${message}`);
}

/** Git forbids `<`, `>` and line breaks in identities, and dots and the like at a name's ends (ident.c, crud). */
function printPerson({ name, email }: Person, at: number): string {
  // eslint-disable-next-line no-control-regex -- these are what must not get in
  const clean = (text: string): string => text.replace(/[<>\u0000-\u001f\u007f]+/g, ' ').trim();
  const plain = clean(name).replace(/^[\s.,:;"\\']+|[\s.,:;"\\']+$/g, '');
  return `${plain || 'sluice'} <${clean(email).replace(/\s+/g, '')}> ${Math.floor(at / 1_000)} +0000`;
}
