import type { IConstruct } from 'constructs';
import type { ApiDefinition } from '../api';
import { checkDefinition, noteReference } from './app-definitions';
import type { ITokenAuthorizer } from './token-authorizer';

/**
 * Checks that an authorizer goes by the definition that a gateway is made for. It answers 500 for an API that it does not know, and
 * what it decides is wrong where the two go by different facts. Of an authorizer of another stack it checks what the reference says, and
 * where that stack is in the same App what the authorizer itself says; of another App it cannot be told.
 *
 * @throws {ConstructError} when the authorizer does not know the API, or by a definition that differs
 */
export function checkKnownApi(scope: IConstruct, authorizer: ITokenAuthorizer, api: ApiDefinition): void {
  checkDefinition(scope, authorizer.apis, api);
  if (authorizer.platform === undefined) {
    noteReference(scope, authorizer.functionArn, api);
  }
}
