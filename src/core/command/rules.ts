import { WHOLE } from '../model/percent.ts';
import type { Command } from './command.ts';
import { fault, type Fault, type Span } from './fault.ts';
import type { Entry } from './grammar.ts';
import { readShare } from './target.ts';

/** What must hold between the parts of a command. */
export function checkWhole(command: Command, entry: Entry, at: Span): Fault | undefined {
  return checkChoice(command, entry, at) ?? checkShares(command, at);
}

function checkChoice({ options }: Command, { name, exactlyOne }: Entry, at: Span): Fault | undefined {
  if (exactlyOne === undefined) return undefined;
  const given = exactlyOne.filter((option) => options[option] !== undefined);
  if (given.length === 1) return undefined;
  const message = `\`${name}\` takes exactly one of ${exactlyOne.map((option) => `--${option}`).join(', ')}`;
  return fault('command-invalid', message, { at });
}

function checkShares({ args }: Command, at: Span): Fault | undefined {
  const weights = args['weights'];
  if (!Array.isArray(weights)) return undefined;
  const shares = weights.map((text) => readShare(String(text)));
  const versions = shares.map(({ version }) => version);
  const twice = versions.find((version, index) => versions.indexOf(version) !== index);
  if (twice !== undefined) return fault('value-invalid', `\`${twice}\` has two shares`, { at });
  const sum = shares.reduce((total, { weight }) => total + weight, 0);
  if (sum === WHOLE) return undefined;
  return fault('value-invalid', `shares sum to 100%; these make ${sum / 1_000}%`, { at });
}
