import type { Command, Option } from 'commander';

/** What may follow the words of a command. */
export interface CompletionNode {
  /** Words of the command after `gatehouse`, with spaces between; empty for `gatehouse` itself. */
  readonly path: string;
  readonly commands: readonly Described[];
  readonly options: readonly CompletedOption[];
}

export interface Described {
  readonly name: string;
  readonly description: string;
}

export interface CompletedOption {
  /** `--state`, and `-e` where there is a short one. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What its value may be. @default - anything, or it has none */
  readonly choices: readonly string[];
  readonly value: 'none' | 'file' | 'folder' | 'text';
}

/** Every command of a tree with what may follow it, the shortest path first. */
export function completionNodes(program: Command): CompletionNode[] {
  const nodes: CompletionNode[] = [];
  const visit = (command: Command, path: readonly string[]) => {
    const help = command.createHelp();
    const commands = help.visibleCommands(command);
    nodes.push({
      path: path.join(' '),
      commands: commands.map((inner) => ({ name: inner.name(), description: inner.description() })),
      options: help.visibleOptions(command).map(completedOption),
    });
    for (const inner of command.commands) visit(inner, [...path, inner.name()]);
  };
  visit(program, []);
  return nodes;
}

function completedOption(option: Option): CompletedOption {
  const { short, long, flags, description, argChoices = [] } = option;
  const [, placeholder] = /[<[]([\w-]+)/.exec(flags) ?? [];
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description,
    choices: argChoices,
    value: valueKind(placeholder),
  };
}

function valueKind(placeholder: string | undefined): CompletedOption['value'] {
  if (placeholder === undefined) return 'none';
  return placeholder === 'file' || placeholder === 'folder' ? placeholder : 'text';
}
