import type { CanaryToken, Person, PlatformPolicy } from '../../lambdas/token-service/config';
import type { ApiDefinition } from '../api';
import type { IssuerOptions } from '../authorizer/issuer-options';
import type { Location } from '../support/arn';
import type { Names } from '../support/names';
import type { NodeFunctionOptions } from '../support/node-function-props';
import type { IAuditTrail } from '../trail/audit-trail-access';
import type { IUsageStore } from '../usage/usage-store';
import type { ITokenStore } from './token-store-access';

export interface TokenServiceProps extends NodeFunctionOptions, Location {
  /** Names of the platform. */
  readonly names: Names;
  /** Where tokens are kept; it says with which brand and environment word they are issued. */
  readonly tokenStore: ITokenStore;
  /** Where every change is told of, and read from. @default - there is no audit trail, and nothing that is done leaves an entry */
  readonly trail?: IAuditTrail;
  /** Every scope that a token may hold, `resource:action`, with its description. */
  readonly scopes: Readonly<Record<string, string>>;
  /**
   * Names of the tiers that an application may have.
   *
   * @default - no tiers: tokens are not metered
   */
  readonly tiers?: readonly string[];
  /**
   * The API that serves the routes: its definition has `tokenService`, with the path below which they are, and says which browser
   * application may call them.
   *
   * @default - no API serves them; the function is invoked directly
   */
  readonly api?: ApiDefinition;
  /**
   * Every API whose authorizer refuses what this service revokes: give the same list to both. The answer of a revocation then says how
   * soon it is in effect, and the gateways that keep results are told to drop them. Gateways are found by their names and stages, which
   * are `names.restApi(id)` and the environment, or what `gateways` says.
   *
   * @default - a revocation does not say how soon it is in effect, and ends no result that is kept
   */
  readonly apis?: readonly ApiDefinition[];
  /** Names and stages of the gateways of APIs that are not called by the kit's names, by the id of the API. @default - all are */
  readonly gateways?: Readonly<Record<string, GatewayName>>;
  /** How old the set of revocations may be that an authorizer uses, in seconds: the authorizer's value. @default 30 */
  readonly revocationRefreshSeconds?: number;
  /**
   * Tokens of revocation canaries, by the ids of the APIs: `{ shop: RevocationCanary.token(shop, 'GET /v1/orders') }`. A canary may have
   * such a token issued and ended, and nothing else of the service.
   *
   * @default - there is no canary
   */
  readonly canaries?: Readonly<Record<string, CanaryToken>>;
  /**
   * Whether a `TokenEndpoint` may have the service revoke what its clients give up, by an alias that does nothing else. It may be invoked with
   * `lambda:InvokeFunction` for the alias.
   *
   * @default false
   */
  readonly oauth?: boolean;
  /** Lifetime of a token whose request names none, in days, 1 to 3650. @default 90, or `maxLifetimeDays` if that is less */
  readonly defaultLifetimeDays?: number;
  /** Longest lifetime that a request may ask for, in days, 1 to 3650. @default 365 */
  readonly maxLifetimeDays?: number;
  /** How long the secret before a new one is accepted after a rotation that does not say, in seconds, 0 to 2592000. @default 86400 */
  readonly rotationOverlapSeconds?: number;
  /**
   * Issuers of the access tokens that the authorizer accepts: give the same list to both. A revocation of access tokens names one of
   * them; where there is only one, it need not. Revocations are kept for as long as a token of any of them is accepted.
   *
   * @default - a revocation may name any issuer, and is kept for as long as any issuer's tokens can be accepted: 2592300 seconds
   */
  readonly issuers?: readonly IssuerOptions[];
  /** People who may do everything for every team, by issuer and subject. @default - administrators alone, whose tokens a direct invocation makes */
  readonly operators?: readonly Person[];
  /** People who may read everything of every team. @default - nobody */
  readonly auditors?: readonly Person[];
  /** What every token has to meet beside the lifetimes. @default - every declared scope is allowed; teams choose no tier by themselves */
  readonly policy?: PlatformPolicy;
  /** Where calls are counted, to be read by those who may. @default - the service says that the numbers are unavailable */
  readonly usageStore?: IUsageStore;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/** By what a REST API is found, once it is deployed. */
export interface GatewayName {
  /** Name of the REST API. */
  readonly gatewayName: string;
  readonly stageName: string;
}
