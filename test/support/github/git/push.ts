/** What a person does with git on their own machine, in one process however many files there are. */
import { git } from './process.ts';

export interface Pushed {
  readonly branch: string;
  /** By path; null: removed. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly message?: string;
  readonly author?: { readonly name: string; readonly email: string };
  /** Where a new branch begins: a commit; null: at nothing. An old branch goes on from its head. */
  readonly from: string | null;
  /** Seconds. */
  readonly at: number;
}

const counted = (text: string): string => `data ${String(Buffer.byteLength(text))}\n${text}\n`;
const quoted = (path: string): string =>
  `"${path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;

/** Makes the commit and moves the branch; its id. */
export async function pushCommit(
  folder: string,
  { branch, files, message, author, from, at }: Pushed,
): Promise<string> {
  const person = author ?? { name: 'Ada', email: 'ada@example.com' };
  const signature = `${person.name} <${person.email}> ${String(at)} +0000`;
  const changes = Object.entries(files).map(([path, text]) =>
    text === null ? `D ${quoted(path)}\n` : `M 100644 inline ${quoted(path)}\n${counted(text)}`,
  );
  const script = [
    `commit refs/heads/${branch}\nmark :1\n`,
    `author ${signature}\ncommitter ${signature}\n`,
    counted(message ?? 'a change'),
    from === null ? '' : `from ${from}\n`,
    ...changes,
    'get-mark :1\n',
    'done\n',
  ];
  const answer = await git(
    folder,
    ['-c', 'fastimport.unpackLimit=1000', 'fast-import', '--quiet', '--done'],
    script.join(''),
  );
  return answer.toString().trim();
}
