import { Argument, type Command } from 'commander';

const HELP = `
Examples:
  source <(gatehouse completion bash)
  source <(gatehouse completion zsh)
  gatehouse completion fish | source`;

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `gatehouse completion`: what a shell completes the commands with. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print the completion of these commands for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: (typeof SHELLS)[number]) => {
      const { completionNodes } = require('../completion/words') as typeof import('../completion/words');
      process.stdout.write(writerOf(shell)(completionNodes(program)));
    });
}

function writerOf(shell: (typeof SHELLS)[number]) {
  switch (shell) {
    case 'bash':
      return (require('../completion/bash') as typeof import('../completion/bash')).bashCompletion;
    case 'zsh':
      return (require('../completion/zsh') as typeof import('../completion/zsh')).zshCompletion;
    case 'fish':
      return (require('../completion/fish') as typeof import('../completion/fish')).fishCompletion;
  }
}
