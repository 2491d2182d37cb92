import { type Command, Option } from 'commander';

/** Where a secret goes that is shown once. */
export interface SecretOptions {
  /** Name of a secret in Secrets Manager. @default - stdout */
  readonly intoSecret?: string;
}

/** Adds `--into-secret`. */
export function addSecretOptions(command: Command): Command {
  return command.addOption(
    new Option(
      '--into-secret <name>',
      'put the token into this existing secret of Secrets Manager, as its current version, and do not print it',
    ),
  );
}
