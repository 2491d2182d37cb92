import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { Location } from './arn';
import { ConstructError } from './errors';
import type { Names } from './names';

/**
 * Checks the two parts that every name begins with.
 *
 * @throws {ConstructError} for an empty or over-long part, or characters that not every AWS name takes
 */
export function checkNames(scope: IConstruct, names: Names): void {
  if (!/^[a-z][a-z0-9-]{0,14}[a-z0-9]$/.test(names.prefix)) {
    throw new ConstructError(
      `names.prefix is ${JSON.stringify(names.prefix)}, allowed are 2 to 16 of a-z 0-9 -, beginning with a letter`,
      scope,
    );
  }
  if (!/^[a-z][a-z0-9-]{0,11}$/.test(names.environment)) {
    throw new ConstructError(
      `names.environment is ${JSON.stringify(names.environment)}, allowed are 1 to 12 of a-z 0-9 -, beginning with a letter`,
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
  if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
    throw new ConstructError(`account is ${JSON.stringify(account)}, allowed are 12 digits`, scope);
  }
  if (!Token.isUnresolved(region) && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new ConstructError(`region is ${JSON.stringify(region)}, allowed is a region such as "eu-central-1"`, scope);
  }
}

/**
 * Checks the brand of API tokens.
 *
 * @throws {ConstructError} unless it is 2 to 10 lower-case letters
 */
export function checkBrand(scope: IConstruct, brand: string): void {
  if (!/^[a-z]{2,10}$/.test(brand)) {
    throw new ConstructError(`brand is ${JSON.stringify(brand)}, allowed are 2 to 10 lower-case letters`, scope);
  }
}
