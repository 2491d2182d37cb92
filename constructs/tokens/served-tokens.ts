import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { ApiDefinition } from '../api';
import type { ITokenAuthorizer } from '../authorizer';
import { longestLifeSeconds } from '../authorizer/issuer-options';
import { ConstructError } from '../support/errors';
import type { IFunction } from '../support/function-ref';
import type { TokenPlatform } from './token-platform';
import type { ITokenService } from './token-service';
import type { TokenStoreAttributes } from './token-store-access';

/**
 * Checks the token service that a gateway serves: that it goes by the API's definition, and that it issues and revokes what the
 * gateway's authorizer verifies. What one of another stack does not tell is not compared.
 *
 * @throws {ConstructError} with the first difference
 */
export function checkServedTokens(
  scope: IConstruct,
  api: ApiDefinition,
  service: IFunction | ITokenService,
  authorizer: ITokenAuthorizer | undefined,
): void {
  const named = JSON.stringify(api.id);
  if (!('api' in service)) {
    throw new ConstructError(
      `the integration "token-service" is some function, allowed is a TokenService, or TokenService.fromFunctionAttributes({ …, api }) for that of another stack: the API ${named} serves the token service`,
      scope,
    );
  }
  const known = service.api;
  if (known?.id !== api.id) {
    throw new ConstructError(
      `the token service ${known === undefined ? 'has no api' : `has the api ${JSON.stringify(known.id)}`}, allowed is the API ${named}, which serves it: give the same definition to both`,
      scope,
    );
  }
  const differences = known.differences(api);
  if (differences.length > 0) {
    throw new ConstructError(
      `the token service has another definition of the API ${named}, which differs in ${differences.join(', ')}: give the same definition to both`,
      scope,
    );
  }
  const fault =
    service.platform && authorizer?.platform ? platformFault(service.platform, authorizer.platform) : undefined;
  if (fault !== undefined) {
    throw new ConstructError(`the authorizer and the token service of the API ${named} ${fault}`, scope);
  }
}

/** In what a service and an authorizer differ, and what is allowed. */
function platformFault(service: TokenPlatform, authorizer: TokenPlatform): string | undefined {
  const [issuing, verifying] = [service.names, authorizer.names];
  if (issuing.base !== verifying.base || issuing.environment !== verifying.environment) {
    return `have different names, ${JSON.stringify(verifying.base)} and ${JSON.stringify(issuing.base)}, allowed are the same: a token is refused in another environment than its own`;
  }
  return storeFault(service.tokenStore, authorizer.tokenStore) ?? issuersFault(service.issuers, authorizer.issuers);
}

function storeFault(
  issuing: TokenStoreAttributes | undefined,
  verifying: TokenStoreAttributes | undefined,
): string | undefined {
  if (verifying === undefined) {
    return 'do not have the same tokenStore, which the authorizer lacks, allowed is the same for both: the authorizer refuses what the service issues, and accepts what it revokes';
  }
  const compared = ['tableName', 'pepperSecretName', 'brand', 'tokenEnvironment'] as const;
  const fact = compared.find((name) => {
    const [one, other] = [issuing?.[name], verifying[name]];
    // Two texts for a value that is known when the plan is applied may be the same value.
    return one !== other && !Token.isUnresolved(one) && !Token.isUnresolved(other);
  });
  return fact === undefined
    ? undefined
    : `have different token stores: ${fact} is ${JSON.stringify(verifying[fact])} and ${JSON.stringify(issuing?.[fact])}, allowed is the same store`;
}

/** A service that knows no issuer takes revocations for every one, and keeps them for the longest. */
function issuersFault(revoked: TokenPlatform['issuers'], accepted: TokenPlatform['issuers'] = []): string | undefined {
  if (revoked === undefined) {
    return undefined;
  }
  const list = (issuers: NonNullable<TokenPlatform['issuers']>) => issuers.map(({ issuer }) => issuer).sort();
  const [there, here] = [list(accepted), list(revoked)];
  if (there.join('\n') !== here.join('\n')) {
    return `have different issuers, ${JSON.stringify(there)} and ${JSON.stringify(here)}, allowed is the same list: a revocation names an issuer of the service`;
  }
  const [life, kept] = [longestLifeSeconds(accepted), longestLifeSeconds(revoked)];
  return life > kept
    ? `have different issuers: a token is accepted for ${life} s and its revocation is kept for ${kept} s, allowed is the same list`
    : undefined;
}
