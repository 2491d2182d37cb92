import type { IConstruct } from 'constructs';
import type { ApiDefinition } from '../api';
import { ConstructError } from '../support/errors';

/** What is said of one authorizer in an App, by the construct that makes it and by gateways of other stacks that refer to it. */
interface Said {
  made?: readonly ApiDefinition[];
  readonly referred: { readonly gateway: IConstruct; readonly api: ApiDefinition }[];
}

/** By the root of the App, then by the ARN of the function. */
const apps = new WeakMap<IConstruct, Map<string, Said>>();

/**
 * Notes the definitions that an authorizer is made with, and compares those of gateways that refer to it. A reference can say anything:
 * where the authorizer itself is in the App, what it says is checked, whichever of them comes first.
 *
 * @throws {ConstructError} as {@link checkDefinition} does
 */
export function noteAuthorizer(scope: IConstruct, functionArn: string, apis: readonly ApiDefinition[]): void {
  const said = saidOf(scope, functionArn);
  said.made = apis;
  for (const { gateway, api } of said.referred) {
    checkDefinition(gateway, apis, api);
  }
}

/**
 * Notes the definition by which a gateway refers to an authorizer of another stack, and compares that of the authorizer, if it is made.
 *
 * @throws {ConstructError} as {@link checkDefinition} does
 */
export function noteReference(gateway: IConstruct, functionArn: string, api: ApiDefinition): void {
  const said = saidOf(gateway, functionArn);
  said.referred.push({ gateway, api });
  if (said.made !== undefined) {
    checkDefinition(gateway, said.made, api);
  }
}

function saidOf(scope: IConstruct, functionArn: string): Said {
  const { root } = scope.node;
  const authorizers = apps.get(root) ?? new Map<string, Said>();
  apps.set(root, authorizers);
  const said = authorizers.get(functionArn) ?? { referred: [] };
  authorizers.set(functionArn, said);
  return said;
}

/**
 * Checks that the definitions of an authorizer hold that of a gateway.
 *
 * @throws {ConstructError} when the authorizer does not know the API, or by a definition that differs
 */
export function checkDefinition(scope: IConstruct, apis: readonly ApiDefinition[], api: ApiDefinition): void {
  const known = apis.find(({ id }) => id === api.id);
  if (known === undefined) {
    throw new ConstructError(
      `the authorizer does not know the API ${JSON.stringify(api.id)}, allowed are ${apis.map(({ id }) => JSON.stringify(id)).join(', ')}: give the same definition to both`,
      scope,
    );
  }
  const differences = known.differences(api);
  if (differences.length > 0) {
    throw new ConstructError(
      `the authorizer has another definition of the API ${JSON.stringify(api.id)}, which differs in ${differences.join(', ')}: give the same definition to both`,
      scope,
    );
  }
}
