import { choices, dashed, firstWords, verbs } from './words.ts';

/** For bash 3.2 and later: `source <(sluice completion bash)`. */
export function bashCompletion(): string {
  return `# sluice completion for bash
_sluice() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" name="\${COMP_WORDS[1]}" words=""
  case "$name" in
    ${verbs()
      .map(([noun]) => noun)
      .join('|')}) name="$name \${COMP_WORDS[2]}" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${firstWords().join(' ')}"
  else
    case "\${COMP_WORDS[1]}:$COMP_CWORD" in
${verbs()
  .map(([noun, found]) => `      ${noun}:2) words="${found.join(' ')}" ;;`)
  .join('\n')}
    esac
    if [ -z "$words" ]; then
      case "$name $before" in
${choices().map(chosen).join('\n')}
      esac
    fi
    if [ -z "$words" ]; then
      case "$name" in
${dashed()
  .map(([name, options]) => `        "${name}") words="${options.join(' ')}" ;;`)
  .join('\n')}
      esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _sluice sluice
`;
}

function chosen([name, option, words]: ReturnType<typeof choices>[number]): string {
  const before = option === undefined ? name.split(' ').at(-1) : `--${option}`;
  return `        "${name} ${before}") words="${words.join(' ')}" ;;`;
}
