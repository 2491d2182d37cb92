import type { CompletedOption, CompletionNode } from './words';

/** Completion for fish, to be sourced. */
export function fishCompletion(nodes: readonly CompletionNode[]): string {
  const commandPaths = nodes.flatMap(({ path, commands }) =>
    commands.map(({ name }) => (path === '' ? name : `${path} ${name}`)),
  );
  const lines = nodes.flatMap(({ path, commands, options }) => {
    const condition = `-n '__gatehouse_at "${path}"'`;
    return [
      ...commands.map(
        ({ name, description }) => `complete -c gatehouse -f ${condition} -a ${name} -d ${quoted(description)}`,
      ),
      ...options.map((option) => `complete -c gatehouse ${condition} ${optionText(option)}`),
    ];
  });
  return `# gatehouse: completion for fish. Source it: gatehouse completion fish | source
function __gatehouse_at
  set -l place ''
  for word in (commandline -opc)[2..]
    set -l longer (string trim "$place $word")
    if contains -- "$longer" ${commandPaths.map(quoted).join(' ')}
      set place "$longer"
    end
  end
  test "$place" = "$argv[1]"
end
complete -c gatehouse -f
${lines.join('\n')}
`;
}

function optionText({ flags, description, choices, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values =
    value === 'none' ? '-f' : value === 'text' || choices.length > 0 ? `-x${choicesText(choices)}` : '-r -F';
  return `${names.join(' ')} ${values} -d ${quoted(description)}`;
}

function choicesText(choices: readonly string[]): string {
  return choices.length === 0 ? '' : ` -a ${quoted(choices.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
