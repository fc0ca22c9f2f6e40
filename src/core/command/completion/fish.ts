import type { Option } from '../grammar.ts';
import { answersOf, choices, dashed, firstWords, meanings, verbs } from './words.ts';

/** For fish 3 and later: `sluice completion fish | source`. */
export function fishCompletion(): string {
  const lines = [
    '# sluice completion for fish',
    'complete -c sluice -f',
    ...firstWords().map(
      (word) => `complete -c sluice -n __fish_use_subcommand -a ${word} -d ${quoted(answersOf(word))}`,
    ),
    ...verbs().flatMap(([noun, found]) =>
      found.map(
        (verb) =>
          `complete -c sluice -n '${seen(noun)}; and not __fish_seen_subcommand_from ${found.join(' ')}' -a ${verb} -d ${quoted(answersOf(`${noun} ${verb}`))}`,
      ),
    ),
    ...dashed().flatMap(([name]) => meanings(name).map((option) => optionLine(name, option))),
    ...dashed().map(([name]) => `complete -c sluice -n '${seen(name)}' -l environment -s e -x -d 'the environment'`),
    ...choices().flatMap(([name, option, words]) =>
      option === undefined ? [`complete -c sluice -n '${seen(name)}' -a '${words.join(' ')}'`] : [],
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function optionLine(name: string, { name: option, short, kind, of, means }: Option): string {
  const letter = short === undefined ? '' : ` -s ${short}`;
  const value = kind === 'switch' ? '' : ' -x';
  const words = of === undefined ? '' : ` -a '${of.join(' ')}'`;
  return `complete -c sluice -n '${seen(name)}' -l ${option}${letter}${value}${words} -d ${quoted(means)}`;
}

/** The condition that this command's words were typed. */
function seen(name: string): string {
  return name
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
