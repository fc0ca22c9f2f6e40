/** How large files and functions are: a reminder that rooms become halls. */
import { lineAt, type Node, type Source, type Violation, walk } from './source.ts';

const CAPS = { file: 300, function: 60, parameters: 3 } as const;
/** What half and nine tenths of the files and functions should stay below; shown, not enforced. */
const AIMS = { fileMedian: 80, fileMost: 200, functionMedian: 10, functionMost: 25 } as const;

interface Measured {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** Lines from the first to the last; a function inside counts in its parent too. */
  readonly lines: number;
  readonly parameters: number;
  /** Declarations, methods, and arrows bound to a name; callbacks have a cap, but do not enter the statistics. */
  readonly named: boolean;
  /** A type of a function: it has parameters and no body. */
  readonly typeOnly: boolean;
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'TSDeclareFunction',
  'TSEmptyBodyFunctionExpression',
]);
const SIGNATURES = new Set([
  'TSMethodSignature',
  'TSFunctionType',
  'TSCallSignatureDeclaration',
  'TSConstructSignatureDeclaration',
]);
const BINDERS = new Set([
  'VariableDeclarator',
  'MethodDefinition',
  'PropertyDefinition',
  'Property',
  'AssignmentExpression',
]);

function nameOf(node: Node, parent: Node | undefined): string {
  const binder =
    parent !== undefined && BINDERS.has(parent.type) ? (parent['id'] ?? parent['key'] ?? parent['left']) : undefined;
  const named = (node['id'] ?? node['key'] ?? binder ?? {}) as { name?: unknown };
  return typeof named.name === 'string' ? named.name : '';
}

function parametersOf(node: Node): number {
  const params = Array.isArray(node['params']) ? (node['params'] as readonly { name?: unknown }[]) : [];
  return params.filter(({ name }) => name !== 'this').length;
}

/** Every function of a file, longest parents first as they stand in the text. */
export function measure({ path, text, program }: Source): readonly Measured[] {
  const found: Measured[] = [];
  walk(program, (node, [parent]) => {
    const typeOnly = SIGNATURES.has(node.type);
    if (!typeOnly && !FUNCTIONS.has(node.type)) return;
    const line = lineAt(text, node.start);
    const name = nameOf(node, parent);
    const lines = lineAt(text, node.end) - line + 1;
    found.push({
      file: path,
      line,
      name: name || '(no name)',
      lines,
      parameters: parametersOf(node),
      named: name !== '' && !typeOnly,
      typeOnly,
    });
  });
  return found;
}

export function linesOf({ text }: Source): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** The smallest value that `share` of the values do not exceed; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Files and functions above the caps. */
export function oversized(sources: readonly Source[]): readonly Violation[] {
  const files = sources
    .filter((source) => linesOf(source) > CAPS.file)
    .map((source) => ({
      file: source.path,
      line: CAPS.file + 1,
      what: `file of ${String(linesOf(source))} lines (cap ${String(CAPS.file)})`,
      instead: 'split it by what its parts are',
    }));
  const functions = sources.flatMap(measure).flatMap(({ file, line, name, lines, parameters, typeOnly }) => [
    ...(lines > CAPS.function && !typeOnly
      ? [
          {
            file,
            line,
            what: `${name} has ${String(lines)} lines (cap ${String(CAPS.function)})`,
            instead: 'name its steps',
          },
        ]
      : []),
    ...(parameters > CAPS.parameters
      ? [
          {
            file,
            line,
            what: `${name} has ${String(parameters)} parameters (cap ${String(CAPS.parameters)})`,
            instead: 'pass one options object',
          },
        ]
      : []),
  ]);
  return [...files, ...functions];
}

function row(label: string, values: readonly number[], [median, most, cap]: readonly [number, number, number]): string {
  const cells = [values.length, percentile(values, 0.5), percentile(values, 0.9), percentile(values, 1)].map((value) =>
    String(value).padStart(7),
  );
  return `${label.padEnd(12)}${cells.join('')}   aim ${String(median)} / ${String(most)} / cap ${String(cap)}`;
}

/** The table a person reads at each check. */
export function sizeTable(sources: readonly Source[], tests: readonly Source[]): string {
  const functions = sources.flatMap(measure).filter(({ named }) => named);
  const lines = (group: readonly Source[]): number => group.reduce((sum, source) => sum + linesOf(source), 0);
  const ratio = lines(tests) / Math.max(1, lines(sources));
  return [
    `${''.padEnd(12)}${['n', 'p50', 'p90', 'max'].map((title) => title.padStart(7)).join('')}`,
    row('files', sources.map(linesOf), [AIMS.fileMedian, AIMS.fileMost, CAPS.file]),
    row(
      'functions',
      functions.map(({ lines: length }) => length),
      [AIMS.functionMedian, AIMS.functionMost, CAPS.function],
    ),
    row(
      'parameters',
      functions.map(({ parameters }) => parameters),
      [1, CAPS.parameters, CAPS.parameters],
    ),
    `source ${String(lines(sources))} lines, tests ${String(lines(tests))} (${ratio.toFixed(1)} : 1)`,
  ].join('\n');
}
