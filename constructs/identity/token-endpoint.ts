import type { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { defined } from '../../lambdas/lib/defined';
import { type Algorithm, DPOP_ALGORITHMS } from '../../lambdas/lib/grammar';
import type { SigningTiming } from '../../lambdas/lib/rotation-timing';
import { LONGEST_DERIVED_SECONDS } from '../../lambdas/lib/token-source';
import {
  type EndpointDpopConfig,
  OAUTH_PATHS,
  type ResourceSettings,
  TOKEN_ENDPOINT_METRICS,
  writeTokenEndpointConfig,
} from '../../lambdas/token-endpoint/config';
import { OAUTH_ALIAS } from '../../lambdas/token-service/config';
import type { IRotationStore, RotationKind } from '../rotation';
import { type Location, literalArn } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { FunctionBase } from '../support/function-ref';
import type { Grant, IGrantee } from '../support/grant';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import { checkInteger } from '../support/node-function-checks';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames } from '../support/platform-checks';
import { TerraformData } from '../support/terraform-data';
import type { ITokenStore } from '../tokens/token-store-access';

/** Which DPoP proofs (RFC 9449) the endpoint takes. */
export interface EndpointDpopOptions {
  /** Accepted JWS algorithms of proofs. @default ["ES256", "EdDSA", "PS256", "RS256"] */
  readonly algorithms?: readonly Algorithm[];
  /** How long after its `iat` a proof is accepted, in seconds, 1 to 300. @default 60 */
  readonly maxAgeSeconds?: number;
  /** Whether a proof must have a nonce of the endpoint (RFC 9449, 8). @default false */
  readonly requireNonce?: boolean;
}

/** A secret that functions may be let read: a `RotatingSecret`, or a reference to one of another stack. */
export interface IReadableSecret {
  readonly secretName: string;
  grantRead(grantee: IGrantee): Grant;
}

/** The keys that sign access tokens: the rotating secret, and the kind that it was made with, which says how it is timed. */
export interface EndpointSigningKeys {
  readonly secret: IReadableSecret;
  /** Of `RotationKind.signingKeys()`. */
  readonly kind: RotationKind;
}

export interface TokenEndpointProps extends NodeFunctionOptions, Location {
  /** Names of the platform. */
  readonly names: Names;
  /** Where tokens and clients are kept. */
  readonly tokenStore: ITokenStore;
  /** Where it stands which signing keys are published. */
  readonly rotationStore: IRotationStore;
  readonly signingKeys: EndpointSigningKeys;
  /** Address below which the endpoints are served, without a slash at its end: the `iss` claim, byte for byte. */
  readonly issuer: string;
  /** The `aud` claim of tokens that are asked for without a `resource`. @default - the issuer */
  readonly audience?: string;
  /** APIs for which tokens may be asked, by their absolute addresses (RFC 8707). @default - none: tokens are for the platform as a whole */
  readonly resources?: Readonly<Record<string, ResourceSettings>>;
  /** Every scope that the platform declares. */
  readonly scopes: readonly string[];
  /** @default - no token is bound to a key of its holder */
  readonly dpop?: EndpointDpopOptions;
  /**
   * Address of a domain with mutual TLS that leads to the same endpoints (RFC 8705, 5).
   * @default - no client authenticates by a certificate
   */
  readonly mtlsUrl?: string;
  /** Longest life of an access token that an API token was exchanged for, in seconds, 1 to 900. @default 900 */
  readonly exchangeSeconds?: number;
  /**
   * Whether `/oauth2/revoke` is served: the function then invokes the platform's token service, by the alias that revokes and does nothing
   * else. The service has to be made with `oauth`.
   * @default true
   */
  readonly revocation?: boolean;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/**
 * The function that gives access tokens to machines (OAuth 2.0): client credentials, the exchange of an API token, revocation, introspection,
 * metadata. It writes nothing but what may be used once. A gateway serves it with `oauthRoutes`; whoever holds `lambda:InvokeFunction` may have
 * it make the token of a person's session.
 *
 * @see docs/oauth.md
 */
export class TokenEndpoint extends FunctionBase {
  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  /** The function, with its role and log group. */
  readonly function: NodeFunction;
  /** The `iss` claim of its tokens. */
  readonly issuer: string;

  private readonly environment: string;
  private readonly metricsNamespace: string;

  /** @throws {ConstructError} for a malformed name, location, address or lifetime, and for keys of another kind */
  constructor(scope: Construct, id: string, props: TokenEndpointProps) {
    super(scope, id);
    checkNames(this, props.names);
    checkLocation(this, props);
    checkInteger(this, 'dpop.maxAgeSeconds', props.dpop?.maxAgeSeconds, 1, 300);
    const { names, region, tokenStore, rotationStore, signingKeys, issuer, mtlsUrl } = props;
    const { revocation = true, exchangeSeconds = LONGEST_DERIVED_SECONDS.token } = props;
    const dpop = props.dpop && completeDpop(props.dpop);
    this.issuer = issuer;
    this.environment = names.environment;
    this.metricsNamespace = props.metricsNamespace ?? 'Gatehouse';
    let config: string;
    try {
      config = writeTokenEndpointConfig({
        version: 1,
        environment: names.environment,
        region,
        issuer,
        audience: props.audience ?? issuer,
        brand: tokenStore.brand,
        tokenEnvironment: tokenStore.tokenEnvironment,
        table: tokenStore.tableName,
        pepperSecret: tokenStore.pepperSecretName,
        signingSecret: signingKeys.secret.secretName,
        rotationTable: rotationStore.tableName,
        timing: timingOf(signingKeys.kind),
        resources: sortByName(props.resources ?? {}),
        scopes: [...props.scopes].sort(),
        ...defined({ dpop, mtlsUrl }),
        exchangeSeconds,
        ...(revocation ? { tokenService: names.tokenService } : {}),
        metricsNamespace: this.metricsNamespace,
      });
    } catch (error) {
      throw new ConstructError((error as Error).message, this);
    }
    this.function = new NodeFunction(this, 'Function', {
      memoryMb: 512,
      ...props,
      functionName: names.tokenEndpoint,
      description: `Gatehouse ${names.base}: gives access tokens to machines`,
      bundle: kitBundle('token-endpoint'),
      files: { [CONFIG_FILE_NAME]: config },
    });
    tokenStore.grantCheckClients(this.function);
    rotationStore.grantRead(this.function, signingKeys.secret.secretName);
    signingKeys.secret.grantRead(this.function);
    if (revocation) {
      this.function.addToRolePolicy({
        sid: 'Revoke',
        actions: ['lambda:InvokeFunction'],
        resources: [literalArn(props, 'lambda', `function:${names.tokenService}:${OAUTH_ALIAS}`)],
      });
    }
    // The package is not in a plan: the audit judges what is said here (AUTHZ-021).
    new TerraformData(this, 'Settings', {
      input: {
        tokenEndpoint: names.tokenEndpoint,
        issuer,
        keySet: issuer + OAUTH_PATHS.keySet,
        exchangeSeconds,
        clientSeconds: LONGEST_DERIVED_SECONDS.client,
        ...(dpop && { proofSeconds: dpop.maxAgeSeconds }),
      },
    });
    this.functionName = this.function.functionName;
    this.functionArn = this.function.functionArn;
    this.invokeArn = this.function.invokeArn;
  }

  /** Access tokens that were issued. The sum by default. */
  metricIssued(options?: MetricOptions): Metric {
    return this.endpointMetric(TOKEN_ENDPOINT_METRICS.issued, 'Sum', options);
  }

  /** Requests that were refused: bad credentials, malformed requests. The sum by default. */
  metricRefused(options?: MetricOptions): Metric {
    return this.endpointMetric(TOKEN_ENDPOINT_METRICS.refused, 'Sum', options);
  }

  /** Requests that failed, because the table or a secret could not be read, or by a mistake of the function. The sum by default. */
  metricFailed(options?: MetricOptions): Metric {
    return this.endpointMetric(TOKEN_ENDPOINT_METRICS.failed, 'Sum', options);
  }

  /** Time until the answer, in milliseconds. The 99th percentile by default. */
  metricLatency(options?: MetricOptions): Metric {
    return this.endpointMetric(TOKEN_ENDPOINT_METRICS.latency, 'p99', options);
  }

  private endpointMetric(metricName: string, usual: string, options: MetricOptions = {}): Metric {
    const { statistic = usual, periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
    return checkMetric({
      family: 'token-endpoint',
      namespace: this.metricsNamespace,
      metricName,
      dimensions: { Service: 'token-endpoint', Stage: this.environment },
      statistic,
      periodSeconds,
    });
  }
}

/** @throws {Error} for keys of another kind */
function timingOf({ config }: RotationKind): SigningTiming {
  if (config.kind !== 'signing-keys') {
    throw new Error(`signingKeys.kind is ${JSON.stringify(config.kind)}, allowed is RotationKind.signingKeys()`);
  }
  const { writerCacheSeconds, publicationCacheSeconds, verifierCacheSeconds, skewSeconds } = config;
  const { maxTokenLifetimeSeconds, rollBackSeconds } = config;
  return {
    writerCacheSeconds,
    publicationCacheSeconds,
    verifierCacheSeconds,
    skewSeconds,
    maxTokenLifetimeSeconds,
    rollBackSeconds,
  };
}

function completeDpop(options: EndpointDpopOptions): EndpointDpopConfig {
  const { algorithms = DPOP_ALGORITHMS, maxAgeSeconds = 60, requireNonce = false } = options;
  return { algorithms, maxAgeSeconds, requireNonce };
}

/** Their order says nothing, and must not change the package. */
function sortByName<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
