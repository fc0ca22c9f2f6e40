/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * The canonical text of a document: keys sorted, objects over several lines, each element of an array on one line of its own
 * (so that two people who add elements conflict only where they really do), a newline at the end.
 * `undefined` members are left out.
 */
export function printDocument(document: unknown): string {
  return `${print(document, '')}\n`;
}

function print(value: unknown, indent: string): string {
  if (Array.isArray(value)) return printArray(value, indent);
  if (value !== null && typeof value === 'object') return printObject(value as Record<string, unknown>, indent);
  return JSON.stringify(value) ?? 'null';
}

function printArray(values: readonly unknown[], indent: string): string {
  if (values.length === 0) return '[]';
  const inner = `${indent}  `;
  return `[\n${values.map((value) => inner + printLine(value)).join(',\n')}\n${indent}]`;
}

function printObject(value: Record<string, unknown>, indent: string): string {
  const inner = `${indent}  `;
  const members = sortedKeys(value).map((key) => `${inner}${JSON.stringify(key)}: ${print(value[key], inner)}`);
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

/** A value on one line, keys sorted: also the form that digests are taken of. */
export function printLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printLine).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    const record = value as Record<string, unknown>;
    return `{${sortedKeys(record)
      .map((key) => `${JSON.stringify(key)}: ${printLine(record[key])}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

function sortedKeys(value: Record<string, unknown>): string[] {
  return Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
