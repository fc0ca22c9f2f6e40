/** Which requirement rows the tests cover: rows are named in test titles (`R-104 ...`). */
import { lineAt, type Node, type Source, type Violation, walk } from './source.ts';

/** `docs/requirements.source.json`. */
export interface Requirements {
  readonly rows: readonly { readonly id: string; readonly group: string; readonly name: string }[];
  /** Row -> what of it is not built, and why. A row with tests and an entry here is covered in part. */
  readonly leftOut: Readonly<Record<string, string>>;
}

interface Mention {
  readonly id: string;
  readonly file: string;
  readonly line: number;
}

/** `it`, `test`, `describe`, also as `it.each(...)`, `it.skipIf(...)`, `fcTest.prop(...)`; not `.skip` and `.todo`, which test nothing. */
function isTest(callee: unknown): boolean {
  const node = callee as Node | undefined;
  if (node?.type === 'Identifier') return /^(it|test|describe|suite)$/.test(String(node['name'] as string));
  if (node?.type === 'CallExpression') return isTest(node['callee']);
  if (node?.type === 'TaggedTemplateExpression') return isTest(node['tag']);
  if (node?.type !== 'MemberExpression') return false;
  return !/^(skip|todo)$/.test(String((node['property'] as { name?: string }).name)) && isTest(node['object']);
}

/** Rows named in the titles of one test file. */
export function mentions({ path, text, program }: Source): readonly Mention[] {
  const found: Mention[] = [];
  walk(program, (node) => {
    if (node.type !== 'CallExpression' || !isTest(node['callee'])) return;
    const [title] = node['arguments'] as readonly Node[];
    if (title?.type !== 'Literal' && title?.type !== 'TemplateLiteral') return;
    for (const [id] of text.slice(title.start, title.end).matchAll(/\bR-\d{3}\b/g))
      found.push({ id, file: path, line: lineAt(text, title.start) });
  });
  return found;
}

/** Rows nobody tests and nobody excused, and rows that do not exist. */
export function uncovered({ rows, leftOut }: Requirements, found: readonly Mention[]): readonly Violation[] {
  const known = new Set(rows.map(({ id }) => id));
  const tested = new Set(found.map(({ id }) => id));
  const file = 'docs/requirements.source.json';
  return [
    ...found
      .filter(({ id }) => !known.has(id))
      .map(({ id, file: test, line }) => ({
        file: test,
        line,
        what: `${id} is no requirement`,
        instead: `see the rows in ${file}`,
      })),
    ...Object.keys(leftOut)
      .filter((id) => !known.has(id))
      .map((id) => ({ file, line: 1, what: `leftOut names ${id}, which is no requirement`, instead: 'remove it' })),
    ...rows
      .filter(({ id }) => !tested.has(id) && leftOut[id] === undefined)
      .map(({ id, name }) => ({
        file,
        line: 1,
        what: `${id} (${name}) has no test`,
        instead: `name it in a test's title, or say under leftOut why it waits`,
      })),
  ];
}

const escape = (text: string): string => text.replaceAll('|', '\\|');

/** `docs/requirements.md`. */
export function requirementsPage({ rows, leftOut }: Requirements, found: readonly Mention[]): string {
  const testsOf = (id: string): readonly string[] =>
    [...new Set(found.filter((one) => one.id === id).map(({ file }) => file))].toSorted();
  const statusOf = (id: string): string =>
    testsOf(id).length === 0 ? 'left out' : leftOut[id] === undefined ? 'tested' : 'in part';
  const groups = [...new Set(rows.map(({ group }) => group))];
  const count = (status: string): string => String(rows.filter(({ id }) => statusOf(id) === status).length);
  const tables = groups.map((group) => {
    const lines = rows
      .filter((row) => row.group === group)
      .map(({ id, name }) => {
        const tests = testsOf(id).map((file) => `[${file.replace(/^test\//, '')}](../${file})`);
        return `| ${id} | ${escape(name)} | ${statusOf(id)} | ${tests.join('<br>')} | ${escape(leftOut[id] ?? '')} |`;
      });
    return `## ${group}\n\n| row | requirement | status | tests | what is missing, and why |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  return `# Requirements

Written by \`npm run docs\` from \`requirements.source.json\` and the titles of the tests. "Tested" means that a test's title names the row.

${String(rows.length)} rows: ${count('tested')} tested, ${count('in part')} in part, ${count('left out')} left out.

${tables.join('\n')}`;
}
