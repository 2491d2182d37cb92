import { ApiDefinition } from '../../constructs/api';
import { type IssuerOptions, ownKeySetAddress } from '../../constructs/authorizer';
import { oauthRoutes } from '../../constructs/identity';
import { keySetRoute } from '../../constructs/rotation';
import { Names } from '../../constructs/support/names';
import { OAUTH_PATHS } from '../../lambdas/token-endpoint/config';
import { KEY_SET_BACKEND } from './documents';
import type { GatehouseConfig } from './types';

/** Name of the API that serves the OAuth endpoints of an environment, among the others. */
export const IDENTITY_API = 'identity';

/** Name of the function of the OAuth endpoints among its backends. */
export const TOKEN_ENDPOINT_BACKEND = 'token-endpoint';

/** Issuers of the access tokens that an environment accepts: those that the configuration names, and the environment's own. */
export function issuersOf(config: GatehouseConfig, environment: string): readonly IssuerOptions[] {
  const { issuers = config.issuers ?? [], identity } = config.environments[environment] ?? {};
  return identity === undefined ? issuers : [...issuers, ownIssuer(config, environment, identity)];
}

type Identity = NonNullable<GatehouseConfig['environments'][string]['identity']>;

function ownIssuer(config: GatehouseConfig, environment: string, identity: Identity): IssuerOptions {
  const { publicUrl, audience = publicUrl, dpop } = identity;
  const names = new Names(config.prefix, environment);
  const { region = config.region } = config.environments[environment] ?? {};
  return {
    issuer: publicUrl,
    ownIssuer: true,
    audience: [audience],
    jwksUri: ownKeySetAddress({ region, table: names.rotationTable, secretName: names.signingKeysSecret }),
    algorithms: ['ES256', 'RS256', 'EdDSA'],
    // By name, the platform's own among them: what is issued here is never wider than what it is derived from.
    scopes: Object.keys(config.scopes),
    ...(dpop === undefined ? {} : { senderConstraints: ['dpop'] }),
  };
}

/** Where it stands which authorization server an API trusts. @default - the environment has no identity, or tokens cannot be asked for the API alone */
export function resourceMetadataOf(config: GatehouseConfig, environment: string, api: string): string | undefined {
  const { identity } = config.environments[environment] ?? {};
  const { resource, publicUrls } = config.apis[api] ?? {};
  return identity === undefined || (resource ?? publicUrls) === undefined
    ? undefined
    : `${identity.publicUrl}${OAUTH_PATHS.resourceMetadata}/${api}`;
}

/** The API of the OAuth endpoints. Nobody needs a token for it: its callers authenticate to the function itself. */
export function identityApi({ publicUrl }: Identity): ApiDefinition {
  return new ApiDefinition({
    id: IDENTITY_API,
    usageKeys: false,
    publicUrls: [publicUrl],
    routes: [...oauthRoutes(TOKEN_ENDPOINT_BACKEND), keySetRoute(KEY_SET_BACKEND)],
  });
}

/** The first thing that is wrong with the identities of environments. */
export function identityFault({ apis, environments, rotation = {} }: GatehouseConfig): string | undefined {
  const places = new Map<string, string>();
  for (const [name, { identity }] of Object.entries(environments)) {
    const path = `/environments/${name}/identity`;
    if (identity === undefined) {
      continue;
    }
    if (rotation.signingKeys === undefined) {
      return `${path} needs /rotation/signingKeys, the keys that sign access tokens`;
    }
    const other = places.get(identity.publicUrl);
    if (other !== undefined) {
      return `${path}/publicUrl and ${other}/publicUrl are both ${JSON.stringify(identity.publicUrl)}, allowed is an issuer of its own for each environment`;
    }
    places.set(identity.publicUrl, path);
    const fault = resourceFault(apis, identity, path);
    if (fault !== undefined) {
      return fault;
    }
  }
  const { signingKeys } = rotation;
  const without = Object.keys(environments).find((name) => environments[name]?.identity === undefined);
  return signingKeys !== undefined && signingKeys.api === undefined && without !== undefined
    ? `/rotation/signingKeys lacks "api", which may only be left out where every environment has an identity: /environments/${without} has none`
    : undefined;
}

/** A token for one API may not be taken by another, or by all. */
function resourceFault(
  apis: GatehouseConfig['apis'],
  { publicUrl, audience = publicUrl }: Identity,
  path: string,
): string | undefined {
  const known = new Map([[audience, `the audience of ${path}`]]);
  for (const [name, { resource, publicUrls = [] }] of Object.entries(apis)) {
    const [own, place] = resource === undefined ? [publicUrls[0], 'publicUrls/0'] : [resource, 'resource'];
    if (own === undefined) {
      continue;
    }
    const other = known.get(own);
    if (other !== undefined) {
      return `/apis/${name}/${place} and ${other} are both ${JSON.stringify(own)}, allowed is a resource of its own for each API: a token for one would be taken by the other`;
    }
    known.set(own, `/apis/${name}/${place}`);
  }
  return undefined;
}
