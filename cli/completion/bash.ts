import type { CompletedOption, CompletionNode } from './words';

/** Completion for bash (3.2 and later), to be sourced. */
export function bashCompletion(nodes: readonly CompletionNode[]): string {
  const cases = nodes.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.flatMap(({ flags }) => flags)];
    return `    '${path}')\n      words='${words.join(' ')}'\n      commands=' ${commands.map(({ name }) => name).join(' ')} '\n${valueCases(options)}      ;;`;
  });
  return `# gatehouse: completion for bash. Source it: source <(gatehouse completion bash)
_gatehouse_at() {
  words='' commands='' values='' kind=none
  case "$1" in
${cases.join('\n')}
  esac
}
_gatehouse() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' position words commands values kind previous=''
  COMPREPLY=()
  _gatehouse_at '' ''
  for ((position = 1; position < COMP_CWORD; position++)); do
    previous="\${COMP_WORDS[position]}"
    if [[ "$commands" == *" $previous "* ]]; then
      path="\${path:+$path }$previous"
    fi
    _gatehouse_at "$path" "$previous"
  done
  _gatehouse_at "$path" "$previous"
  case "$kind" in
    file) COMPREPLY=($(compgen -f -- "$current")) ;;
    folder) COMPREPLY=($(compgen -d -- "$current")) ;;
    choice) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
    text) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -F _gatehouse gatehouse
`;
}

/** What an option before the cursor asks for. */
function valueCases(options: readonly CompletedOption[]): string {
  const cases = options.flatMap(({ flags, choices, value }) => {
    if (value === 'none') return [];
    const kind = choices.length > 0 ? `kind=choice values='${choices.join(' ')}'` : `kind=${value}`;
    return [`        ${flags.join('|')}) ${kind} ;;\n`];
  });
  return cases.length === 0 ? '' : `      case "$2" in\n${cases.join('')}      esac\n`;
}
