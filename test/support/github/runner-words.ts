/**
 * What a runner reads from a step: files of `NAME=value`, and commands among its lines.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: number;
  readonly endLine?: number;
  readonly col?: number;
}

/**
 * GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE: one line each, or a heredoc with a delimiter of its own.
 * @throws Error where the runner fails the step
 */
export function readValues(text: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, plain, value] = /^([^=]*?)=(.*)$/s.exec(line) ?? [];
    const [, long, delimiter] = /^(.*?)<<(.+)$/s.exec(line) ?? [];
    if (long !== undefined && (plain === undefined || long.length < plain.length)) {
      const end = lines.indexOf(delimiter ?? '', at + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter ?? ''}'`);
      values[long] = lines.slice(at + 1, end).join('\n');
      at = end;
    } else if (plain === undefined || plain === '') throw new Error(`Invalid format '${line}'`);
    else values[plain] = value ?? '';
  }
  return values;
}

export interface SpokenCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

const unescaped = (text: string): string => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapedProperty = (text: string): string => unescaped(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/** A line as the command it is; undefined: only a line. */
export function commandIn(line: string): SpokenCommand | undefined {
  const [, name, given = '', message = ''] = /^\s*::([\w-]+)(?: ([^]*?))?::([^]*)$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const pairs = given.split(',').flatMap((pair) => {
    const [key = '', ...value] = pair.split('=');
    return value.length === 0 ? [] : [[key.trim(), unescapedProperty(value.join('='))] as const];
  });
  return { name, properties: Object.fromEntries(pairs), message: unescaped(message) };
}

export interface Spoken {
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  readonly groups: readonly string[];
  /** As the run's page shows it: masked, without commands that only the runner hears. */
  readonly log: string;
}

const LEVELS = ['error', 'warning', 'notice'];

/** Everything a step printed, heard as the runner hears it. */
export function hear(stdout: string): Spoken {
  const annotations: Annotation[] = [];
  const masks: string[] = [];
  const groups: string[] = [];
  const shown: string[] = [];
  let stopped: string | undefined;
  const masked = (text: string): string => masks.reduce((all, mask) => all.replaceAll(mask, '***'), text);
  for (const line of stdout.split(/\r?\n/)) {
    const spoken = commandIn(line);
    if (stopped !== undefined || spoken === undefined) {
      if (spoken !== undefined && spoken.name === stopped) stopped = undefined;
      else shown.push(masked(line));
      continue;
    }
    if (spoken.name === 'stop-commands') stopped = spoken.message;
    else if (spoken.name === 'add-mask') masks.push(...[spoken.message, ...spoken.message.split('\n')].filter(Boolean));
    else if (spoken.name === 'group') {
      groups.push(masked(spoken.message));
      shown.push(masked(spoken.message));
    } else if (LEVELS.includes(spoken.name)) {
      annotations.push(annotationOf(spoken, masked));
      shown.push(masked(spoken.message));
    }
  }
  return { annotations, masks, groups, log: shown.join('\n') };
}

function annotationOf({ name, properties, message }: SpokenCommand, masked: (text: string) => string): Annotation {
  const numbers = ['line', 'endLine', 'col'].flatMap((key) =>
    properties[key] === undefined ? [] : [[key, Number(properties[key])] as const],
  );
  const texts = ['title', 'file'].flatMap((key) =>
    properties[key] === undefined ? [] : [[key, masked(properties[key])] as const],
  );
  const level = name as Annotation['level'];
  return { level, message: masked(message), ...Object.fromEntries(texts), ...Object.fromEntries(numbers) };
}
