import type { Option } from '../grammar.ts';
import { answersOf, choices, dashed, firstWords, meanings, verbs } from './words.ts';

/** For zsh 5: written to a file `_sluice` on `$fpath`, or `source <(sluice completion zsh)` after `compinit`. */
export function zshCompletion(): string {
  return `#compdef sluice
# sluice completion for zsh
_sluice() {
  local name="$words[2]"
  if (( CURRENT == 2 )); then
    local -a found=(
${firstWords()
  .map((word) => `      ${described(word, answersOf(word))}`)
  .join('\n')}
    )
    _describe command found
    return
  fi
  case "$name:$CURRENT" in
${verbs().map(verbLines).join('\n')}
  esac
  case "$name" in
    ${verbs()
      .map(([noun]) => noun)
      .join('|')}) name="$name $words[3]" ;;
  esac
  case "$name" in
${dashed()
  .map(([name]) => commandLines(name))
  .join('\n')}
  esac
}
if [ "$funcstack[1]" = _sluice ]; then _sluice "$@"; else compdef _sluice sluice; fi
`;
}

function verbLines([noun, found]: ReturnType<typeof verbs>[number]): string {
  const words = found.map((verb) => described(verb, answersOf(`${noun} ${verb}`))).join(' ');
  return `    ${noun}:3) local -a verbs=(${words}); _describe verb verbs; return ;;`;
}

function commandLines(name: string): string {
  const argument = choices().find(([of, option]) => of === name && option === undefined);
  const positional = argument === undefined ? [] : [quoted(`*:word:(${argument[2].join(' ')})`)];
  const options = meanings(name).map(optionText);
  const all = [...options, quoted('(-e --environment)--environment[the environment]:environment:'), ...positional];
  return `    "${name}") _arguments ${all.join(' ')} ;;`;
}

function optionText({ name, kind, shown, of, means }: Option): string {
  const value = kind === 'switch' ? '' : `:${shown.replaceAll(':', '')}:${of === undefined ? '' : `(${of.join(' ')})`}`;
  return quoted(`--${name}[${means.replace(/[[\]:]/g, '\\$&')}]${value}`);
}

/** `_describe` splits at the first colon. */
function described(word: string, text: string): string {
  return quoted(`${word}:${text.replaceAll(':', '\\:')}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
