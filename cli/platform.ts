import { loadConfig } from '../stacks/config';
import { CliError, EXIT } from './errors';
import { findConfig } from './options';

/** Where a platform is: its names, and how its AWS account is reached. */
export interface PlatformTarget {
  /** `<prefix>-<environment>`, the first part of every resource name. */
  readonly namePrefix: string;
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
    region: environment.region ?? config.region,
    endpoint,
    // The sandbox takes any credentials, and nobody has to set some for it.
    ...(isLoopback(endpoint) && process.env.AWS_ACCESS_KEY_ID === undefined
      ? { credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } }
      : {}),
  };
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
  return new CliError(`cannot ${what}: ${name}: ${message}`, EXIT.failed, { cause: error });
}

function isLoopback(endpoint: string | undefined): boolean {
  return endpoint !== undefined && URL.canParse(endpoint) && /^(127\.|localhost$)/.test(new URL(endpoint).hostname);
}
