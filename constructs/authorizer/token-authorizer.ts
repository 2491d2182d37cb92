import type { Construct } from 'constructs';
import {
  type ApiDeclaration,
  routeWarnings,
  type SignatureEngineName,
  writeAuthorizerConfig,
} from '../../lambdas/authorizer/config';
import { parseCidr } from '../../lambdas/lib/cidr';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { parseOwnKeySetAddress } from '../../lambdas/lib/own-key-set';
import { type ApiDefinition, routeKey, TOKEN_SERVICE_BACKEND } from '../api';
import { RotationStore } from '../rotation/rotation-store';
import { type Location, literalArn } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { type FunctionAttributes, FunctionBase, FunctionRef, type IFunction } from '../support/function-ref';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import { checkInteger } from '../support/node-function-checks';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames, checkTokenFormat } from '../support/platform-checks';
import { TerraformData } from '../support/terraform-data';
import { warn } from '../support/warnings';
import type { TokenPlatform } from '../tokens/token-platform';
import type { ITokenStore } from '../tokens/token-store-access';
import { noteAuthorizer } from './app-definitions';
import { grantClientSecrets } from './introspection';
import { completeIssuer, type IssuerOptions, validateIssuers } from './issuer-options';
import { completeDpop, type DpopOptions, validateSenderConstraints } from './sender-constraints';

export interface TokenAuthorizerProps extends NodeFunctionOptions, Location {
  readonly names: Names;
  /** The APIs that are protected, each with an id of its own. */
  readonly apis: readonly ApiDefinition[];
  /**
   * Store of the API tokens that are accepted: those with its brand and its environment word.
   *
   * @default - API tokens are refused, and access tokens cannot be revoked, because revocations are kept in the token table: synthesis
   * warns of it. Then `issuers` must name one
   */
  readonly tokenStore?: ITokenStore;
  /** @default - access tokens are refused; then `tokenStore` must be given */
  readonly issuers?: readonly IssuerOptions[];
  /**
   * What checks the signatures of access tokens: the library `jose`, or the synchronous `verify` of `node:crypto`, which is
   * quicker, above all at a cold start. Both accept the same tokens.
   * @default "jose"
   */
  readonly engine?: SignatureEngineName;
  /** Which DPoP proofs are accepted, where an issuer has sender constraints. @default - see {@link DpopOptions} */
  readonly dpop?: DpopOptions;
  /**
   * How old the set of revocations may be that an API with `revocation` "bounded" uses, in seconds, 1 to 300; ten times as
   * old while the token table cannot be read.
   * @default 30
   */
  readonly revocationRefreshSeconds?: number;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/** A function that decides who may call the routes of some APIs. */
export interface ITokenAuthorizer extends IFunction {
  /** The APIs that it knows. A gateway refuses to be made for another, or for one that is defined otherwise. */
  readonly apis: readonly ApiDefinition[];
  /** What the token service has to agree with. @default - the authorizer is of another stack, and does not tell */
  readonly platform?: TokenPlatform;
}

/** A token authorizer of another stack. */
export interface TokenAuthorizerAttributes extends FunctionAttributes {
  /** The definitions that the authorizer is made with there. */
  readonly apis: readonly ApiDefinition[];
}

/** A token authorizer of another stack, referred to by its deterministic name. */
export class TokenAuthorizerRef extends FunctionRef implements ITokenAuthorizer {
  readonly apis: readonly ApiDefinition[];

  constructor({ apis, ...attributes }: TokenAuthorizerAttributes) {
    super(attributes);
    this.apis = Object.freeze([...apis]);
  }
}

/**
 * The function that decides who may call the routes of one or many gateways. It reads tokens and writes nothing. A
 * gateway construct makes the `aws_api_gateway_authorizer` that calls it, and the permission for that.
 */
export class TokenAuthorizer extends FunctionBase implements ITokenAuthorizer {
  /** Refers to an authorizer of another stack by its deterministic name. */
  static fromFunctionAttributes(attributes: TokenAuthorizerAttributes): TokenAuthorizerRef {
    return new TokenAuthorizerRef(attributes);
  }

  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly apis: readonly ApiDefinition[];
  readonly platform: TokenPlatform;
  /** The function with its role and its log group. */
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: TokenAuthorizerProps) {
    super(scope, id);
    validateAuthorizer(this, props);
    const { names, account, region, tokenStore, engine, issuers = [], revocationRefreshSeconds = 30 } = props;
    this.apis = Object.freeze([...props.apis].sort((a, b) => (a.id < b.id ? -1 : 1)));
    this.platform = { names, tokenStore, issuers };
    noteAuthorizer(this, literalArn(props, 'lambda', `function:${names.authorizer}`), this.apis);
    const dpop = completeDpop(issuers, this.apis, props.dpop);

    this.function = new NodeFunction(this, 'Function', {
      memoryMb: 512,
      ...props,
      functionName: names.authorizer,
      description: `Gatehouse ${names.base}: decides who may call which route`,
      bundle: kitBundle('authorizer'),
      files: {
        [CONFIG_FILE_NAME]: writeAuthorizerConfig({
          version: 1,
          environment: names.environment,
          region,
          ...(tokenStore === undefined
            ? {}
            : {
                apiTokens: {
                  brand: tokenStore.brand,
                  tokenEnvironments: [tokenStore.tokenEnvironment],
                  table: tokenStore.tableName,
                  pepperSecret: tokenStore.pepperSecretName,
                },
              }),
          ...(engine === undefined ? {} : { engine }),
          issuers: issuers.map(completeIssuer),
          ...(dpop === undefined ? {} : { dpop }),
          apis: Object.fromEntries(this.apis.map((api) => [api.id, declarationOf(api, issuers)])),
          // While the table cannot be read, the set that was read last is used for ten times as long.
          revocation: { refreshSeconds: revocationRefreshSeconds, maxAgeSeconds: 10 * revocationRefreshSeconds },
          metricsNamespace: props.metricsNamespace ?? 'Gatehouse',
        }),
      },
    });
    tokenStore?.grantRead(this.function);
    // The package is not in a plan: the audit compares this with what the gateways do, also of other stacks.
    new TerraformData(this, 'ProtectedApis', {
      input: { authorizer: names.authorizer, apis: relianceTable(props, this.apis) },
    });
    if (tokenStore === undefined) {
      warn(
        this,
        'the authorizer has no tokenStore: access tokens cannot be revoked, because revocations are kept in the token table. A token is accepted until it expires',
      );
    }
    for (const { id: api, rules, routes } of this.apis) {
      const own = routes.filter(({ backend }) => backend === TOKEN_SERVICE_BACKEND).map(routeKey);
      for (const warning of routeWarnings(rules, new Set(own))) {
        warn(this, `API ${api}: ${warning}`);
      }
    }
    grantOwnKeys(this.function, { account, region }, issuers);
    grantClientSecrets(
      this.function,
      { account, region },
      issuers.flatMap(({ introspection }) => introspection ?? []),
    );

    this.functionName = this.function.functionName;
    this.functionArn = this.function.functionArn;
    this.invokeArn = this.function.invokeArn;
  }
}

const ENGINES: readonly unknown[] = ['jose', 'node-crypto', undefined];

/** @throws {ConstructError} with the first fault; never quotes key material */
function validateAuthorizer(scope: Construct, props: TokenAuthorizerProps): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  const { tokenStore, issuers = [], apis } = props;
  if (tokenStore === undefined && issuers.length === 0) {
    throw new ConstructError(
      'the authorizer has neither tokenStore nor issuers, allowed is at least one of them',
      scope,
    );
  }
  if (tokenStore !== undefined) {
    checkTokenFormat(scope, tokenStore);
  }
  if (!ENGINES.includes(props.engine)) {
    throw new ConstructError(`engine is ${JSON.stringify(props.engine)}, allowed are "jose" and "node-crypto"`, scope);
  }
  validateIssuers(scope, issuers);
  if (apis.length === 0) {
    throw new ConstructError('apis is empty, allowed is at least one API', scope);
  }
  apis.forEach((api, index) => {
    if (apis.findIndex(({ id }) => id === api.id) < index) {
      throw new ConstructError(`apis has two definitions with the id ${JSON.stringify(api.id)}, allowed is one`, scope);
    }
    if (tokenStore === undefined) {
      checkWithoutTable(scope, api);
    }
  });
  validateSenderConstraints(scope, issuers, apis, props.dpop);
  checkOwnIssuer(scope, props);
  checkInteger(scope, 'revocationRefreshSeconds', props.revocationRefreshSeconds, 1, 300);
}

/** The platform's own tokens end by the token table, and each resource leads to one API. */
function checkOwnIssuer(scope: Construct, { issuers = [], tokenStore, apis }: TokenAuthorizerProps): void {
  const own = issuers.find(({ ownIssuer }) => ownIssuer);
  if (own === undefined) {
    return;
  }
  if (tokenStore === undefined) {
    throw new ConstructError(
      `issuer ${JSON.stringify(own.issuer)} has ownIssuer true, allowed is that with tokenStore: what its tokens were derived from is revoked there`,
      scope,
    );
  }
  for (const [index, { id, resource }] of apis.entries()) {
    const other = apis.slice(0, index).find((before) => before.resource === resource);
    if (resource !== undefined && other !== undefined) {
      throw new ConstructError(
        `the APIs ${JSON.stringify(other.id)} and ${JSON.stringify(id)} have the same resource ${JSON.stringify(resource)}, allowed is another for each: a token for one would be taken by the other`,
        scope,
      );
    }
    if (resource !== undefined && own.audience?.includes(resource)) {
      throw new ConstructError(
        `resource of the API ${JSON.stringify(id)} is ${JSON.stringify(resource)}, which is the audience of the platform, allowed is another: a token for the API would be taken by all of them`,
        scope,
      );
    }
  }
}

/** The platform's own public keys may be read where they are kept. */
function grantOwnKeys(grantee: NodeFunction, location: Location, issuers: readonly IssuerOptions[]): void {
  for (const { jwksUri = '' } of issuers) {
    const place = parseOwnKeySetAddress(jwksUri);
    if (place !== undefined) {
      const store = RotationStore.fromTableAttributes({ ...location, region: place.region, tableName: place.table });
      store.grantRead(grantee, place.secretName);
    }
  }
}

/** Usage keys and revocations stand in the token table. */
function checkWithoutTable(scope: Construct, { id, usageKeys, revocation }: ApiDefinition): void {
  if (usageKeys) {
    throw new ConstructError(
      `usageKeys of the API ${JSON.stringify(id)} is true, allowed is false without tokenStore: usage keys are kept in the token table`,
      scope,
    );
  }
  if (revocation === 'strict') {
    throw new ConstructError(
      `revocation of the API ${JSON.stringify(id)} is "strict", allowed is "bounded" without tokenStore: revocations are kept in the token table`,
      scope,
    );
  }
}

/** What the function is told of an API. */
function declarationOf(api: ApiDefinition, issuers: readonly IssuerOptions[]): ApiDeclaration {
  const { rules, resultCacheSeconds, revocation, gateway, cidrs, publicUrls, shadow, resourceMetadata } = api;
  const resource = issuers.some(({ ownIssuer }) => ownIssuer) ? api.resource : undefined;
  return {
    routes: rules,
    resultCacheSeconds,
    ...(api.usageKeys ? { usageKeys: true } : {}),
    ...(shadow === undefined ? {} : { shadow }),
    ...(publicUrls === undefined ? {} : { publicUrls }),
    ...(resource === undefined ? {} : { resource }),
    ...(resourceMetadata === undefined ? {} : { resourceMetadata }),
    ...(gateway === 'http' ? { gateway } : {}),
    revocation,
    // As IAM conditions take networks.
    ...(cidrs === undefined ? {} : { cidrs: cidrs.map((cidr) => parseCidr(cidr)?.text ?? cidr) }),
  };
}

/** What the function relies on, by API: for how long a gateway may keep its answers, and why. */
function relianceTable({ tokenStore }: TokenAuthorizerProps, apis: readonly ApiDefinition[]) {
  return Object.fromEntries(
    apis.map(({ id, revocation, resultCacheSeconds, senderConstraints }) => [
      id,
      {
        revocation: tokenStore === undefined ? 'none' : revocation,
        resultCacheSeconds,
        senderConstraints: [...senderConstraints].sort(),
      },
    ]),
  );
}
