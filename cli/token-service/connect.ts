import { CliError, EXIT } from '../errors';
import { AWS_CLIENTS, requirePackages } from '../packages';
import type { PlatformTarget } from '../platform';
import { TokenService } from './client';
import { givenToken, TOKEN_VARIABLE } from './credential';
import type { ServiceOptions } from './options';
import { readSession, type SandboxSession } from './sandbox-session';

/** A platform's token service, and how its AWS account is reached. */
export interface Connection {
  readonly service: TokenService;
  /** What is called, for a person: `the sandbox (dev)`, or an address. */
  readonly place: string;
  /**
   * Where the platform's secrets are.
   *
   * @throws {CliError} where only the address of the token service is known
   */
  aws(): PlatformTarget;
}

/**
 * Finds the token service that the options name, and the credential for it.
 *
 * @param command whole name of the command, which the audit trail tells of a token that is issued for it
 * @throws {CliError} where there is no platform or no credential
 */
export async function connect(options: ServiceOptions, command: string): Promise<Connection> {
  const given = givenToken(options.tokenFile, process.env);
  if (options.url !== undefined) return connectTo(options.url, given, options);
  if (options.environment !== undefined) return connectToDeployed(options.environment, given, options, command);
  const session = readSession(options.state);
  if (session !== undefined) return connectToSandbox(session, given, options);
  throw new CliError(
    `no platform is named, and no sandbox with a token service runs on the state folder ${options.state}: name an environment with -e or an address with --url, or start one with gatehouse start`,
    EXIT.usage,
  );
}

function connectTo(url: string, given: string | undefined, options: ServiceOptions): Connection {
  // The administrator token of a sandbox goes to that sandbox alone.
  const session = readSession(options.state);
  const token = given ?? (session !== undefined && isSame(session.url, url) ? session.token : undefined);
  if (token === undefined) {
    throw new CliError(`no token for ${url}: set ${TOKEN_VARIABLE}, or name a file with --token-file`, EXIT.usage);
  }
  const { environment } = options;
  return {
    service: new TokenService(url, token),
    place: url,
    aws: () => {
      if (environment !== undefined) return platform({ ...options, environment });
      if (session !== undefined && isSame(session.url, url)) return sandboxTarget(session, options);
      throw new CliError('name the environment of the configuration with -e, to know its AWS account', EXIT.usage);
    },
  };
}

async function connectToDeployed(
  environment: string,
  given: string | undefined,
  options: ServiceOptions,
  command: string,
): Promise<Connection> {
  const session = options.endpointUrl === undefined ? undefined : readSession(options.state);
  if (session !== undefined && isSame(session.awsEndpoint, options.endpointUrl ?? '')) {
    if (session.environment === environment) return connectToSandbox(session, given, options);
    throw new CliError(`the sandbox serves the environment ${session.environment}, not ${environment}`, EXIT.usage);
  }
  if (options.endpointUrl !== undefined) {
    throw new CliError(
      `the address of the token service cannot be found through the endpoint ${options.endpointUrl}: name it with --url`,
      EXIT.usage,
    );
  }
  if (given === undefined) requirePackages(`gatehouse ${command} with AWS credentials`, AWS_CLIENTS);
  const { deployedUrl, tokenByAws, tokenServiceOf } = require('./deployed') as typeof import('./deployed');
  const target = platform({ ...options, environment });
  const url = await deployedUrl(target, environment, tokenServiceOf(options.config));
  const token = given ?? (await tokenByAws(target, `gatehouse ${command}`));
  return { service: new TokenService(url, token), place: url, aws: () => target };
}

const REFUSED_SESSION =
  "the sandbox's own administrator token is refused: was it revoked? Restart gatehouse start, which issues another";

function connectToSandbox(session: SandboxSession, given: string | undefined, options: ServiceOptions): Connection {
  return {
    service:
      given === undefined
        ? new TokenService(session.url, session.token, undefined, REFUSED_SESSION)
        : new TokenService(session.url, given),
    place: `the sandbox (${session.environment})`,
    aws: () => sandboxTarget(session, options),
  };
}

function sandboxTarget(session: SandboxSession, options: ServiceOptions): PlatformTarget {
  const { readCredentials } =
    require('../../sandbox/aws/credentials') as typeof import('../../sandbox/aws/credentials');
  const credentials = readCredentials(options.state);
  if (credentials === undefined) {
    throw new CliError(`the sandbox of the state folder ${options.state} has stopped`, EXIT.usage);
  }
  // No name of this configuration is needed: what is addressed here is named in whole.
  return { namePrefix: '', region: session.region, endpoint: session.awsEndpoint, credentials };
}

function platform(options: ServiceOptions & { readonly environment: string }): PlatformTarget {
  const { platformOf } = require('../platform') as typeof import('../platform');
  return platformOf(options);
}

function isSame(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}
