import { readCredentials } from '../sandbox/aws/credentials';
import { loadConfig } from '../stacks/config';
import { CliError, EXIT } from './errors';
import { DEFAULT_STATE_FOLDER, findConfig } from './options';
import { plannedSecrets } from './planned-secrets';

/** Where a platform is: its names, and how its AWS account is reached. */
export interface PlatformTarget {
  /** `<prefix>-<environment>`, the first part of every resource name. */
  readonly namePrefix: string;
  /** Names of the secrets that the configuration has rotated. @default - none is known */
  readonly plannedSecrets?: readonly string[];
  readonly region: string;
  /** Endpoint in place of AWS, for the sandbox or an emulator. @default - AWS, or the `AWS_ENDPOINT_URL*` variables */
  readonly endpoint?: string | undefined;
  /** @default - the usual credential sources of the AWS SDK */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Options of every command that talks to a platform. */
export interface PlatformOptions {
  readonly config?: string;
  readonly environment: string;
  readonly endpointUrl?: string;
  /** State folder of the sandbox at `endpointUrl`. @default '.gatehouse' */
  readonly state?: string;
}

/**
 * The platform that the options name.
 *
 * @throws {CliError} for an environment that the configuration lacks
 * @throws {ConfigError} for a faulty configuration
 */
export function platformOf(options: PlatformOptions): PlatformTarget {
  const { config } = loadConfig(findConfig(options.config));
  const environment = config.environments[options.environment];
  if (environment === undefined) {
    const known = Object.keys(config.environments).join(', ');
    throw new CliError(`no environment ${options.environment}, there are ${known}`, EXIT.usage);
  }
  const endpoint = options.endpointUrl;
  return {
    namePrefix: `${config.prefix}-${options.environment}`,
    plannedSecrets: plannedSecrets(config, options.environment),
    region: environment.region ?? config.region,
    endpoint,
    ...(isLoopback(endpoint) && process.env.AWS_ACCESS_KEY_ID === undefined
      ? { credentials: sandboxCredentials(options.state ?? DEFAULT_STATE_FOLDER) }
      : {}),
  };
}

/** Those that the sandbox on this machine wrote when it started. */
function sandboxCredentials(state: string): { accessKeyId: string; secretAccessKey: string } {
  const found = readCredentials(state);
  if (found !== undefined) return found;
  throw new CliError(
    `no sandbox runs on the state folder ${state}: name its folder with --state, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
    EXIT.usage,
  );
}

/** What AWS SDK clients are made with. */
export function clientOptions(target: PlatformTarget) {
  const { region, endpoint, credentials } = target;
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/**
 * Sends a call to AWS.
 *
 * @throws {CliError} that says what was refused, with AWS's own words
 */
export async function callAws<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw refusedByAws(what, error);
  }
}

export function refusedByAws(what: string, error: unknown): CliError {
  const { name, message } = error as Error;
  const status = (error as { $response?: { statusCode?: number } }).$response?.statusCode;
  // The SDK could not read the answer: whoever answers is no AWS.
  if (name === 'SyntaxError' || /deserialization error/i.test(message)) {
    const answered = status === undefined ? 'answered' : `answered ${status}`;
    return new CliError(
      `cannot ${what}: the endpoint ${answered} with something that is not JSON, is it AWS?`,
      EXIT.failed,
      {
        cause: error,
      },
    );
  }
  const [line = ''] = message.split('\n');
  return new CliError(`cannot ${what}: ${name}: ${line}`, EXIT.failed, { cause: error });
}

function isLoopback(endpoint: string | undefined): boolean {
  return (
    endpoint !== undefined &&
    URL.canParse(endpoint) &&
    /^(127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(endpoint).hostname)
  );
}
