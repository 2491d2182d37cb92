import type { IConstruct } from 'constructs';
import type { ApiDefinition } from '../api';
import { ConstructError } from '../support/errors';
import type { ITokenAuthorizer } from './token-authorizer';

/**
 * Checks that an authorizer goes by the definition that a gateway is made for. It answers 500 for an API that it does not know, and
 * what it decides is wrong where the two go by different facts.
 *
 * @throws {ConstructError} when the authorizer does not know the API, or by a definition that differs
 */
export function checkKnownApi(scope: IConstruct, { apis }: ITokenAuthorizer, api: ApiDefinition): void {
  const known = apis.find(({ id }) => id === api.id);
  if (known === undefined) {
    throw new ConstructError(
      `the authorizer does not know the API ${JSON.stringify(api.id)}, allowed are ${apis.map(({ id }) => JSON.stringify(id)).join(', ')}: give the same definition to both`,
      scope,
    );
  }
  const differences = known === api ? [] : known.differences(api);
  if (differences.length > 0) {
    throw new ConstructError(
      `the authorizer has another definition of the API ${JSON.stringify(api.id)}, which differs in ${differences.join(', ')}: give the same definition to both`,
      scope,
    );
  }
}
