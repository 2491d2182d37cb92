import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import {
  ACCOUNT,
  BRAND,
  clientSecretBrand,
  ENVIRONMENT,
  PREFIX,
  REGION,
  TOKEN_ENVIRONMENTS,
} from '../../lambdas/lib/grammar';
import type { Location } from './arn';
import { ConstructError } from './errors';
import type { Names } from './names';

/**
 * Checks the two parts that every name begins with.
 *
 * @throws {ConstructError} for an empty or over-long part, or characters that not every AWS name takes
 */
export function checkNames(scope: IConstruct, names: Names): void {
  if (!PREFIX.pattern.test(names.prefix)) {
    throw new ConstructError(`names.prefix is ${JSON.stringify(names.prefix)}, allowed are ${PREFIX.allowed}`, scope);
  }
  if (!ENVIRONMENT.pattern.test(names.environment)) {
    throw new ConstructError(
      `names.environment is ${JSON.stringify(names.environment)}, allowed are ${ENVIRONMENT.allowed}`,
      scope,
    );
  }
}

/**
 * Checks account and region, which become parts of literal ARNs.
 *
 * @throws {ConstructError} when one of them is known at synth and malformed
 */
export function checkLocation(scope: IConstruct, location: Location): void {
  const { account, region } = location;
  if (!Token.isUnresolved(account) && !ACCOUNT.pattern.test(account)) {
    throw new ConstructError(`account is ${JSON.stringify(account)}, allowed are ${ACCOUNT.allowed}`, scope);
  }
  if (!Token.isUnresolved(region) && !REGION.pattern.test(region)) {
    throw new ConstructError(`region is ${JSON.stringify(region)}, allowed is ${REGION.allowed}`, scope);
  }
}

/**
 * Checks the two words that the API tokens of a store begin with.
 *
 * @throws {ConstructError} for a brand that is not 2 to 10 lower-case letters, and an environment word that there is not
 */
export function checkTokenFormat(
  scope: IConstruct,
  format: { readonly brand: string; readonly tokenEnvironment: string },
): void {
  const { brand, tokenEnvironment } = format;
  if (!BRAND.pattern.test(brand)) {
    throw new ConstructError(`brand is ${JSON.stringify(brand)}, allowed are ${BRAND.allowed}`, scope);
  }
  if (clientSecretBrand(brand) === brand) {
    throw new ConstructError(
      `brand is ${JSON.stringify(brand)}, which secrets of OAuth clients would begin with too; allowed are brands of fewer letters, or with another ending than "cs"`,
      scope,
    );
  }
  if (!TOKEN_ENVIRONMENTS.some((word) => word === tokenEnvironment)) {
    throw new ConstructError(
      `tokenEnvironment is ${JSON.stringify(tokenEnvironment)}, allowed are ${TOKEN_ENVIRONMENTS.join(', ')}`,
      scope,
    );
  }
}
