/** The core is pure: the same input gives the same output on every machine, at any time. */
import { lineAt, type Node, type Source, type Violation, walk } from './source.ts';

/** Names that reach outside, by what to do instead. Any use of the name counts, a local variable of that name too. */
const OUTSIDE: Readonly<Record<string, string>> = {
  Promise: 'decide on facts that were gathered before',
  fetch: 'let an adapter fetch and pass the fact in',
  setTimeout: 'pass time in; the engine waits',
  setInterval: 'pass time in; the engine waits',
  setImmediate: 'pass time in; the engine waits',
  queueMicrotask: 'pass time in; the engine waits',
  performance: 'pass `now` in',
  process: 'pass the value in',
  globalThis: 'pass the value in',
  crypto: 'pass ids in; hashes come from @noble/hashes',
  console: 'return a report; a surface prints it',
  require: 'import it',
  eval: 'write it out',
};

/** Members that depend on the moment, on chance, or on the machine's time zone or language. */
const MEMBERS: readonly (readonly [object: RegExp, member: RegExp, instead: string])[] = [
  [/^Date$/, /^now$/, 'pass `now` in'],
  [/^Math$/, /^random$/, 'pass the random number in'],
  [/^import\.meta$/, /^/, 'pass the path in'],
  [
    /^/,
    /^(get|set)(Hours|Day|Date|Month|FullYear|Minutes|Seconds|Milliseconds|TimezoneOffset)$/,
    'use the UTC method: this one reads the time zone of the machine',
  ],
  [/^/, /^(toLocale\w*|localeCompare)$/, 'compare with < and format by hand: this reads the language of the machine'],
];

function nameOf(node: unknown): string {
  const { type, name, meta } = (node ?? {}) as { type?: string; name?: unknown; meta?: unknown };
  if (type === 'MetaProperty' && meta !== undefined) return 'import.meta';
  return typeof name === 'string' ? name : '';
}

/** A name that stands for a thing outside, not a key, a member or a label. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return true;
  if (['MemberExpression', 'TSQualifiedName'].includes(parent.type))
    return parent['computed'] === true || parent['object'] === node || parent['left'] === node;
  const keyed = ['Property', 'MethodDefinition', 'PropertyDefinition', 'TSPropertySignature', 'TSMethodSignature'];
  if (keyed.includes(parent.type))
    return parent['key'] !== node || parent['computed'] === true || parent['shorthand'] === true;
  return true;
}

/** `x.toLocaleString('en-US')`: the language is named, so it is the same everywhere. */
function namesLanguage(call: Node | undefined): boolean {
  const given = call?.type === 'CallExpression' ? (call['arguments'] as readonly Node[]) : [];
  return given.some((argument) => typeof argument['value'] === 'string');
}

function memberUse(node: Node, [parent]: readonly Node[]): string | undefined {
  const property = node['property'] as Node;
  const key = property['value'];
  const member = node['computed'] === true ? (typeof key === 'string' ? key : '') : nameOf(property);
  const object = nameOf(node['object']);
  if (/^(toLocale|localeCompare)/.test(member) && namesLanguage(parent)) return undefined;
  return MEMBERS.find(([onObject, onMember]) => onObject.test(object) && onMember.test(member))?.[2];
}

/** `Date` and `Math` are harmless only where it is seen what is taken from them. */
function bareUse(node: Node, parents: readonly Node[]): string | undefined {
  const [parent] = parents;
  if (nameOf(node) === 'Math' && parent?.type !== 'MemberExpression') return 'take the member by its name: Math.floor';
  if (
    nameOf(node) !== 'Date' ||
    parent === undefined ||
    parent.type.startsWith('TS') ||
    parent.type === 'MemberExpression'
  )
    return undefined;
  const hasMoment =
    parent.type === 'NewExpression' &&
    parent['callee'] === node &&
    (parent['arguments'] as readonly unknown[]).length > 0;
  return hasMoment || parent.type === 'BinaryExpression' ? undefined : 'pass the moment in: new Date(now)';
}

/** What makes a node impure, as what to do instead; undefined of a pure one. */
function impurity(node: Node, parents: readonly Node[]): string | undefined {
  switch (node.type) {
    case 'AwaitExpression':
      return 'decide on facts that were gathered before';
    case 'ForOfStatement':
      return node['await'] === true ? 'decide on facts that were gathered before' : undefined;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return node['async'] === true ? 'make it synchronous: gather facts before' : undefined;
    case 'ImportExpression':
      return 'import it at the top';
    case 'MemberExpression':
      return memberUse(node, parents);
    case 'Identifier': {
      const name = nameOf(node);
      return isReference(node, parents[0])
        ? Object.hasOwn(OUTSIDE, name)
          ? OUTSIDE[name]
          : bareUse(node, parents)
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Everything in src/core that reads a clock, chance, the machine, or waits. */
export function impurities(sources: readonly Source[]): readonly Violation[] {
  return sources
    .filter(({ path }) => path.startsWith('src/core/'))
    .flatMap(({ path, text, program, imports }) => {
      const found: Violation[] = imports
        .filter(({ specifier }) => specifier.startsWith('node:'))
        .map(({ specifier, line }) => ({
          file: path,
          line,
          what: `not pure: ${specifier}`,
          instead: 'let an adapter do it',
        }));
      walk(program, (node, parents) => {
        const instead = impurity(node, parents);
        if (instead === undefined) return;
        const what = `not pure: ${(text.slice(node.start, node.end).split('\n')[0] ?? '').slice(0, 60)}`;
        found.push({ file: path, line: lineAt(text, node.start), what, instead });
      });
      return found;
    });
}
