import type { CompletedOption, CompletionNode } from './words';

/** Completion for zsh, to be sourced or put into a folder of `fpath` as `_gatehouse`. */
export function zshCompletion(nodes: readonly CompletionNode[]): string {
  const cases = nodes.map(({ path, commands, options }) => {
    const shown = [
      ...commands.map(({ name, description }) => described(name, description)),
      ...options.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description))),
    ];
    return `    '${path}')\n      shown=(${shown.join(' ')})\n      commands=(${commands.map(({ name }) => name).join(' ')})\n${valueCases(options)}      ;;`;
  });
  return `#compdef gatehouse
# gatehouse: completion for zsh. Source it: source <(gatehouse completion zsh)
_gatehouse_at() {
  shown=() commands=() values=() kind=none
  case "$1" in
${cases.join('\n')}
  esac
}
_gatehouse() {
  local place='' previous='' kind=none position
  local -a shown commands values
  _gatehouse_at '' ''
  for ((position = 2; position < CURRENT; position++)); do
    previous="$words[position]"
    if (( $commands[(Ie)$previous] )); then
      place="\${place:+$place }$previous"
    fi
    _gatehouse_at "$place" "$previous"
  done
  case "$kind" in
    file) _files ;;
    folder) _files -/ ;;
    choice) compadd -a values ;;
    text) _message value ;;
    *) _describe gatehouse shown ;;
  esac
}
if [ "$funcstack[1]" = _gatehouse ]; then _gatehouse "$@"; else compdef _gatehouse gatehouse; fi
`;
}

function valueCases(options: readonly CompletedOption[]): string {
  const cases = options.flatMap(({ flags, choices, value }) => {
    if (value === 'none') return [];
    const kind = choices.length > 0 ? `kind=choice; values=(${choices.join(' ')})` : `kind=${value}`;
    return [`        ${flags.join('|')}) ${kind} ;;\n`];
  });
  return cases.length === 0 ? '' : `      case "$2" in\n${cases.join('')}      esac\n`;
}

/** `name:description`, quoted; a colon of the name ends it. */
function described(name: string, description: string): string {
  return `'${`${name.replaceAll(':', '\\:')}:${description}`.replaceAll("'", `'\\''`)}'`;
}
