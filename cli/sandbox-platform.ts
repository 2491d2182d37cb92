import { CliError, EXIT } from './errors';
import { DEFAULT_STATE_FOLDER } from './options';
import type { PlatformOptions } from './platform';
import { readSession } from './token-service/sandbox-session';

/**
 * The options of a command that reaches a platform through AWS, completed by the sandbox that runs on the state folder where no environment is
 * named. So a command without `-e` never reaches AWS.
 *
 * @param command whole name of the command
 * @throws {CliError} without an environment and a sandbox
 */
export function orSandbox<T extends Partial<PlatformOptions>>(options: T, command: string): T & PlatformOptions {
  const { environment, state = DEFAULT_STATE_FOLDER } = options;
  if (environment !== undefined) return { ...options, environment };
  const session = options.endpointUrl === undefined ? readSession(state) : undefined;
  if (session === undefined) {
    const why = options.endpointUrl === undefined ? `: no sandbox runs on the state folder ${state}` : '';
    throw new CliError(`${command} needs --environment <name>${why}`, EXIT.usage);
  }
  return {
    ...options,
    ...(options.config === undefined && session.config !== undefined ? { config: session.config } : {}),
    environment: session.environment,
    endpointUrl: session.awsEndpoint,
  };
}
