import type { Construct } from 'constructs';
import { writeJwksConfig } from '../../lambdas/jwks/config';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { ROTATION_DEFAULTS } from '../../lambdas/rotation/config';
import type { RouteDefinition } from '../api/route';
import type { Location } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { FunctionBase } from '../support/function-ref';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames } from '../support/platform-checks';
import type { IRotationStore } from './rotation-store';

export interface KeySetEndpointProps extends NodeFunctionOptions, Location {
  readonly names: Names;
  readonly store: IRotationStore;
  /** Name of the secret whose public keys are served. */
  readonly secretName: string;
  /**
   * How old a key set may be when a verifier gets it, in seconds, 10 or more: what the rotation of the secret counts on as
   * `publicationCacheSeconds`.
   *
   * @default 300
   */
  readonly publicationCacheSeconds?: number;
}

/** Path of the key set, where verifiers look for it (RFC 8615; OpenID Connect Discovery 1.0 leaves the name free). */
export const KEY_SET_PATH = '/.well-known/jwks.json';

/**
 * The function that serves the public keys of signing keys as a JSON Web Key Set (RFC 7517). It reads ids, times and public
 * keys; of the secret it knows the name only.
 */
export class KeySetEndpoint extends FunctionBase {
  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly function: NodeFunction;

  /** @throws {ConstructError} for a malformed location or cache time */
  constructor(scope: Construct, id: string, props: KeySetEndpointProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    const { names, region, store, secretName } = props;
    const { publicationCacheSeconds = ROTATION_DEFAULTS['signing-keys'].publicationCacheSeconds } = props;
    let config: string;
    try {
      config = writeJwksConfig({
        version: 1,
        region,
        rotationTable: store.tableName,
        secretName,
        publicationCacheSeconds,
      });
    } catch (error) {
      throw new ConstructError((error as Error).message, this);
    }
    this.function = new NodeFunction(this, 'Function', {
      ...props,
      functionName: names.keySet,
      description: `Gatehouse ${names.base}: serves the public keys of access tokens`,
      bundle: kitBundle('jwks'),
      files: { [CONFIG_FILE_NAME]: config },
    });
    store.grantRead(this.function, secretName);
    this.functionName = this.function.functionName;
    this.functionArn = this.function.functionArn;
    this.invokeArn = this.function.invokeArn;
  }
}

/** Route by which a gateway serves the key set; `backend` names the function among the gateway's integrations. */
export function keySetRoute(backend: string): RouteDefinition {
  return {
    method: 'GET',
    path: KEY_SET_PATH,
    rule: { kind: 'public', reason: 'whoever verifies access tokens needs the public keys first (RFC 7517)' },
    backend,
    operationId: 'getKeySet',
  };
}
