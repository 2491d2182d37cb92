import { recoveryKey } from '../../lambdas/lib/rotation-record';
import { applicationKey, TOKEN_INDEXES, TOKEN_TABLE_KEY, tokenKey } from '../../lambdas/lib/token-record';
import {
  type ClientSecretConfig,
  type GatewayKeyConfig,
  type PepperConfig,
  ROTATION_DEFAULTS,
  type SecretConfig,
  type SigningKeysConfig,
  type UpstreamTokenConfig,
} from '../../lambdas/rotation/config';
import { apiGatewayControlArn, type Location, literalArn } from '../support/arn';
import type { IGrantee } from '../support/grant';
import { kmsViaService } from '../support/iam';
import type { Names } from '../support/names';
import type { ITokenStore } from '../tokens/token-store';
import { type IRotationStore, onlyItems } from './rotation-store';

/** Settings of a kind; what is left out is what suits most secrets (`ROTATION_DEFAULTS`). Times are in seconds. */
type Settings<Config, Required extends keyof Config = never> = Partial<Omit<Config, 'kind' | 'tokenTable' | Required>> &
  Pick<Config, Required>;

export interface SigningKeysOptions extends Settings<SigningKeysConfig> {}

export interface PepperOptions extends Settings<PepperConfig> {
  /** Whose tokens are hashed with the pepper. */
  readonly tokenStore: ITokenStore;
}

export interface GatewayKeyOptions extends Settings<Omit<GatewayKeyConfig, 'namePrefix'>, 'application'> {
  /** Names of the platform, from which those of keys and usage plans are made. */
  readonly names: Names;
  readonly tokenStore: ITokenStore;
}

export interface UpstreamTokenOptions extends Settings<UpstreamTokenConfig, 'provider'> {}

export interface ClientSecretOptions extends Settings<ClientSecretConfig, 'provider'> {}

/** What a kind's statements are made for. */
export interface KindScope {
  readonly location: Location;
  readonly secretName: string;
  readonly store: IRotationStore;
}

type Grant = (grantee: IGrantee, scope: KindScope) => void;

/** Most steps wait for one target; that of API Gateway keys changes a record for each token of the application. */
const TIMEOUT_SECONDS = 120;
const MANY_RECORDS_TIMEOUT_SECONDS = 900;

/**
 * What a rotating secret holds: how it is rotated, and what its rotation function may do besides rotating it.
 *
 * @see docs/rotation.md
 */
export class RotationKind {
  /** Keys that sign access tokens, of which the public halves are published before they are used. */
  static signingKeys(options: SigningKeysOptions = {}): RotationKind {
    const config: SigningKeysConfig = { kind: 'signing-keys', ...ROTATION_DEFAULTS['signing-keys'], ...options };
    return new RotationKind(config, { irreplaceable: true });
  }

  /** Keys of the hashes of API tokens; a retired one stays for as long as a record needs it. */
  static pepper({ tokenStore, ...options }: PepperOptions): RotationKind {
    const tokenTable = tokenStore.tableName;
    const config: PepperConfig = { kind: 'pepper', ...ROTATION_DEFAULTS.pepper, ...options, tokenTable };
    return new RotationKind(config, {
      irreplaceable: true,
      grant: (grantee, { location }) => {
        grantee.addToRolePolicy({
          sid: 'SearchTokens',
          actions: ['dynamodb:Scan'],
          resources: [tokenStore.tableArn],
          // Neither names nor usage keys: only what says which pepper a token needs.
          conditions: {
            'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'entity', 'expiresAt', 'generations'] },
            StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
          },
        });
        grantTableKey(grantee, location, tokenStore, ['kms:Decrypt']);
      },
    });
  }

  /** The API Gateway key of one application; the values in the application's and its tokens' records are changed. */
  static gatewayKey({ tokenStore, names, ...options }: GatewayKeyOptions): RotationKind {
    const config: GatewayKeyConfig = {
      kind: 'gateway-key',
      ...ROTATION_DEFAULTS['gateway-key'],
      ...options,
      tokenTable: tokenStore.tableName,
      namePrefix: names.base,
    };
    return new RotationKind(config, {
      timeoutSeconds: MANY_RECORDS_TIMEOUT_SECONDS,
      grant: (grantee, { location }) => {
        grantKeys(grantee, location.region);
        grantRecords(grantee, tokenStore, config.application);
        grantTableKey(grantee, location, tokenStore, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*']);
      },
    });
  }

  /** A token of an upstream API, made and revoked by the calls that the provider's description names. */
  static upstreamToken(options: UpstreamTokenOptions): RotationKind {
    const config: UpstreamTokenConfig = { kind: 'upstream-token', ...ROTATION_DEFAULTS['upstream-token'], ...options };
    const { provider, recoveryKeyArn } = config;
    return new RotationKind(config, {
      grant: (grantee, { location, secretName, store }) => {
        if (provider.adminSecret !== undefined) {
          grantee.addToRolePolicy({
            sid: 'ReadAdministratorSecret',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [secretArnOf(location, provider.adminSecret)],
          });
        }
        if (recoveryKeyArn !== undefined) {
          grantee.addToRolePolicy({
            sid: 'EncryptSecondCopy',
            actions: ['kms:Decrypt', 'kms:Encrypt'],
            resources: [recoveryKeyArn],
          });
          grantee.addToRolePolicy({
            sid: 'KeepSecondCopy',
            actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
            resources: [store.tableArn],
            conditions: onlyItems(recoveryKey(secretName)),
          });
        }
      },
    });
  }

  /** The secret of an OAuth client at an identity provider that takes two at a time: an app client of Cognito. */
  static clientSecret(options: ClientSecretOptions): RotationKind {
    const config: ClientSecretConfig = { kind: 'client-secret', ...ROTATION_DEFAULTS['client-secret'], ...options };
    return new RotationKind(config, {
      grant: (grantee, { location }) =>
        grantee.addToRolePolicy({
          sid: 'ChangeClientSecrets',
          actions: [
            'cognito-idp:AddUserPoolClientSecret',
            'cognito-idp:DeleteUserPoolClientSecret',
            'cognito-idp:ListUserPoolClientSecrets',
          ],
          resources: [literalArn(location, 'cognito-idp', `userpool/${config.provider.userPoolId}`)],
        }),
    });
  }

  /** Time that a step may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Whether the loss of the value is the loss of every token made with it, so that the secret is protected. */
  readonly irreplaceable: boolean;
  private readonly grantTo: Grant;

  private constructor(
    readonly config: SecretConfig,
    options: { readonly grant?: Grant; readonly timeoutSeconds?: number; readonly irreplaceable?: boolean },
  ) {
    this.grantTo = options.grant ?? (() => undefined);
    this.timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
    this.irreplaceable = options.irreplaceable ?? false;
  }

  /** Lets a rotation function do what this kind needs besides reading and writing its secret. */
  grant(grantee: IGrantee, scope: KindScope): void {
    this.grantTo(grantee, scope);
  }
}

/**
 * API Gateway has no ARN that names a key or a plan before it is made, so the paths are as narrow as they get.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
function grantKeys(grantee: IGrantee, region: string): void {
  const paths = (...names: string[]) => names.map((name) => apiGatewayControlArn(region, name));
  grantee.addToRolePolicy({
    sid: 'ReadUsageKeys',
    actions: ['apigateway:GET'],
    resources: paths('/apikeys', '/apikeys/*', '/usageplans', '/usageplans/*/keys/*', '/usageplans/*/usage'),
  });
  grantee.addToRolePolicy({
    sid: 'MakeUsageKeys',
    actions: ['apigateway:POST'],
    resources: paths('/apikeys', '/usageplans/*/keys'),
  });
  grantee.addToRolePolicy({
    sid: 'RetireUsageKeys',
    actions: ['apigateway:DELETE', 'apigateway:PATCH'],
    resources: paths('/apikeys/*'),
  });
}

/**
 * Of the token table: the usage key of one application, the keys of its tokens, and the change of usage keys. Which token is whose
 * does not show in its key, but nothing else of a record can be read or changed.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function grantRecords(grantee: IGrantee, { tableArn }: ITokenStore, application: string): void {
  const only = (keys: readonly string[], ...attributes: readonly string[]) => ({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': [TOKEN_TABLE_KEY, ...attributes] },
  });
  const selected = { StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } };
  grantee.addToRolePolicy({
    sid: 'ReadUsageKeyOfApplication',
    actions: ['dynamodb:GetItem'],
    resources: [tableArn],
    conditions: { ...only([applicationKey(application)], 'usageKey', 'usageKeyId'), ...selected },
  });
  grantee.addToRolePolicy({
    sid: 'FindTokensOfApplication',
    actions: ['dynamodb:Query'],
    resources: [`${tableArn}/index/${TOKEN_INDEXES.byApplication}`],
    conditions: { ...only([application], 'application', 'entity'), ...selected },
  });
  grantee.addToRolePolicy({
    sid: 'ChangeUsageKeys',
    actions: ['dynamodb:UpdateItem'],
    resources: [tableArn],
    conditions: {
      ...only([applicationKey(application), tokenKey('*')], 'usageKey', 'usageKeyId', 'version'),
      StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
    },
  });
}

function grantTableKey(grantee: IGrantee, { region }: Location, { keyArn }: ITokenStore, actions: string[]): void {
  grantee.addToRolePolicy({
    sid: 'UseTableKey',
    actions,
    resources: [keyArn],
    conditions: kmsViaService(region, 'dynamodb'),
  });
}

/** An ARN as it is; a name with the six characters that AWS puts at its end. */
function secretArnOf(location: Location, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : literalArn(location, 'secretsmanager', `secret:${nameOrArn}-??????`);
}
