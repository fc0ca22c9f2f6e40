import type { Argument, Entry, Option } from './grammar.ts';

/** `flag enable KEY [PERCENT] [in ENVIRONMENT] [--variant NAME]` */
export function usageOf(entry: Entry): string {
  const { name, args, options, nowhere } = entry;
  const where = nowhere ? [] : ['[in ENVIRONMENT]'];
  return [name, ...args.map(shownArgument), ...where, ...options.map(bracketed)].join(' ');
}

function shownArgument({ shown, required, repeatable }: Argument): string {
  const text = repeatable ? `${shown}...` : shown;
  return required ? text : `[${text}]`;
}

function bracketed(option: Option): string {
  return `[${shownOption(option)}]`;
}

/** `-m, --reason TEXT`, `--tag NAME,...`, `--predeploy [SERVICE]` */
export function shownOption({ name, short, shown, kind, repeatable, bare }: Option): string {
  const dashed = short === undefined ? `--${name}` : `-${short}, --${name}`;
  if (kind === 'switch') return dashed;
  const value = { each: `${shown} ...`, comma: `${shown},...`, once: shown }[repeatable ?? 'once'];
  return `${dashed} ${bare === true ? `[${value}]` : value}`;
}

/** What an option means, with what holds when it is absent. */
export function meaningOf({ means, default: otherwise, of }: Option): string {
  const choices = of === undefined || of.length < 2 ? '' : ` (${of.join(', ')})`;
  return otherwise === undefined ? means + choices : `${means}${choices}; otherwise ${otherwise}`;
}
