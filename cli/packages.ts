import { packagesFault } from '../sandbox/packages';
import { CliError } from './errors';

export { SANDBOX_PACKAGES } from '../sandbox/packages';

/** Clients of AWS, for the commands that reach a deployed platform. Optional peers of the kit, as the sandbox's packages are. */
export const AWS_CLIENTS: readonly string[] = ['@aws-sdk/client-lambda', '@aws-sdk/client-secrets-manager'];

/** @throws {CliError} that says what to install */
export function requirePackages(command: string, names: readonly string[]): void {
  const fault = packagesFault(command, names);
  if (fault !== undefined) {
    throw new CliError(fault);
  }
}
