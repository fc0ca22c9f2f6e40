import type { Entry } from './grammar.ts';
import { parseCommand } from './parse.ts';
import { printCommand } from './print.ts';

/** What the repository really has; help speaks of these instead of made-up names. */
export interface Names {
  readonly services?: readonly string[];
  readonly environments?: readonly string[];
  readonly flags?: readonly string[];
}

/** Names that the table's examples use. */
const MADE_UP = { service: 'web', environments: ['production', 'staging'], flag: 'new-dashboard' } as const;

/** The entry's example with the repository's own first names in it. */
export function helpExample(entry: Entry, { services = [], environments = [], flags = [] }: Names): string {
  const parsed = parseCommand(entry.example);
  if (!parsed.ok) return entry.example;
  const { command } = parsed;
  const service = services.includes(MADE_UP.service) ? MADE_UP.service : (services[0] ?? MADE_UP.service);
  const flag = flags[0] ?? MADE_UP.flag;
  const own = entry.example
    .split(' ')
    .map((word) => word.replace(/^web(?=@|$)/, service).replace(/^new-dashboard$/, flag))
    .join(' ');
  const environment = command.environment;
  const other = environments[0];
  if (environment === undefined || other === undefined || environments.includes(environment)) return own;
  const changed = parseCommand(own);
  return changed.ok ? printCommand({ ...changed.command, environment: other }) : own;
}
