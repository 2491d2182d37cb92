import type { RestApi } from '@aws-sdk/client-api-gateway';
import { loadConfig } from '../../stacks/config';
import { issueAdministratorToken } from '../bootstrap';
import { CliError, EXIT } from '../errors';
import { findConfig } from '../options';
import { requirePackages } from '../packages';
import { callAws, clientOptions, type PlatformTarget } from '../platform';

/** Lifetime of a token that is issued for one command, in seconds. It is not revoked afterwards. */
export const COMMAND_TOKEN_SECONDS = 300;

/** An API that serves the token service. */
export interface ServedBy {
  readonly api: string;
  readonly basePath: string;
  /** Its own addresses, where it has a custom domain. */
  readonly publicUrls: readonly string[];
}

/**
 * The API of a configuration that serves the token service.
 *
 * @throws {CliError} where none does
 */
export function tokenServiceOf(configFile: string | undefined): ServedBy {
  const file = findConfig(configFile);
  const { config } = loadConfig(file);
  for (const [api, { tokenService, publicUrls = [] }] of Object.entries(config.apis)) {
    if (tokenService !== undefined) return { api, basePath: tokenService.basePath, publicUrls };
  }
  throw new CliError(
    `no API of ${file} serves the token service: add "tokenService": { "basePath": "/gatehouse" } to an API, or name an address with --url`,
    EXIT.usage,
  );
}

/**
 * Address of the token service of a deployed platform: below the API's first public URL, else below its stage in API Gateway, found by the
 * name of the REST API. Needs `apigateway:GET` on `/restapis` for the latter.
 *
 * @throws {CliError} when API Gateway refuses, or has no such API or several
 */
export async function deployedUrl(
  target: PlatformTarget,
  environment: string,
  { api, basePath, publicUrls }: ServedBy,
): Promise<string> {
  const [own] = publicUrls;
  if (own !== undefined) return `${own.replace(/\/$/, '')}${basePath}`;
  const name = `${target.namePrefix}-${api}`;
  const found = (await restApis(target)).filter((entry) => entry.name === name);
  const [first, second] = found;
  if (first?.id === undefined || second !== undefined) {
    const count = first === undefined ? 'no REST API' : `${found.length} REST APIs`;
    throw new CliError(
      `API Gateway has ${count} of the name ${name} in ${target.region}: name the address of the token service with --url`,
    );
  }
  const suffix = target.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${first.id}.execute-api.${target.region}.${suffix}/${environment}${basePath}`;
}

async function restApis(target: PlatformTarget): Promise<RestApi[]> {
  requirePackages('finding the address of the token service', ['@aws-sdk/client-api-gateway']);
  const { APIGatewayClient, paginateGetRestApis } =
    require('@aws-sdk/client-api-gateway') as typeof import('@aws-sdk/client-api-gateway');
  const client = new APIGatewayClient(clientOptions(target));
  return callAws('list the REST APIs', async () => {
    const apis: RestApi[] = [];
    for await (const { items = [] } of paginateGetRestApis({ client, pageSize: 500 }, {})) apis.push(...items);
    return apis;
  });
}

/** An administrator token for one command, which its name tells of in the audit trail. */
export async function tokenByAws(target: PlatformTarget, command: string): Promise<string> {
  const { LambdaClient } = require('@aws-sdk/client-lambda') as typeof import('@aws-sdk/client-lambda');
  const { token } = await issueAdministratorToken(
    new LambdaClient(clientOptions(target)),
    `${target.namePrefix}-token-service`,
    { name: command, lifetimeSeconds: COMMAND_TOKEN_SECONDS },
  );
  return token;
}
