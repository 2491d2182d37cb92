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
import { Grant, type IGrantee } from '../support/grant';
import { kmsViaService, type PolicyStatement } from '../support/iam';
import type { ITokenStore } from '../tokens/token-store-access';
import type {
  ClientSecretOptions,
  GatewayKeyOptions,
  PepperOptions,
  SigningKeysOptions,
  UpstreamTokenOptions,
} from './rotation-kind-options';
import { type IRotationStore, onlyItems } from './rotation-store';

/** What a kind's statements are made for. */
export interface KindScope {
  readonly location: Location;
  readonly secretName: string;
  readonly store: IRotationStore;
}

/** What a rotation function may do besides rotating its secret. */
type Statements = (scope: KindScope) => readonly PolicyStatement[];

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
      statements: ({ location }) => [
        {
          sid: 'SearchTokens',
          actions: ['dynamodb:Scan'],
          resources: [tokenStore.tableArn],
          // Neither names nor usage keys: only what says which pepper a token needs.
          conditions: {
            'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'entity', 'expiresAt', 'generations'] },
            StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
          },
        },
        useTableKey(location, tokenStore, ['kms:Decrypt']),
      ],
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
      statements: ({ location }) => [
        ...changeKeys(location.region),
        ...changeRecords(tokenStore, config.application),
        useTableKey(location, tokenStore, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*']),
      ],
    });
  }

  /** A token of an upstream API, made and revoked by the calls that the provider's description names. */
  static upstreamToken(options: UpstreamTokenOptions): RotationKind {
    const config: UpstreamTokenConfig = { kind: 'upstream-token', ...ROTATION_DEFAULTS['upstream-token'], ...options };
    const { provider, recoveryKeyArn } = config;
    return new RotationKind(config, {
      statements: ({ location, secretName, store }) => [
        ...(provider.adminSecret === undefined ? [] : [readAdministratorSecret(location, provider.adminSecret)]),
        ...(recoveryKeyArn === undefined ? [] : keepSecondCopy(recoveryKeyArn, store, secretName)),
      ],
    });
  }

  /** The secret of an OAuth client at an identity provider that takes two at a time: an app client of Cognito. */
  static clientSecret(options: ClientSecretOptions): RotationKind {
    const config: ClientSecretConfig = { kind: 'client-secret', ...ROTATION_DEFAULTS['client-secret'], ...options };
    return new RotationKind(config, {
      statements: ({ location }) => [
        {
          sid: 'ChangeClientSecrets',
          actions: [
            'cognito-idp:AddUserPoolClientSecret',
            'cognito-idp:DeleteUserPoolClientSecret',
            'cognito-idp:ListUserPoolClientSecrets',
          ],
          resources: [literalArn(location, 'cognito-idp', `userpool/${config.provider.userPoolId}`)],
        },
      ],
    });
  }

  /** Time that a step may take, in seconds. */
  readonly timeoutSeconds: number;
  /** Whether the loss of the value is the loss of every token made with it, so that the secret is protected. */
  readonly irreplaceable: boolean;
  private readonly statements: Statements;

  private constructor(
    readonly config: SecretConfig,
    options: { readonly statements?: Statements; readonly timeoutSeconds?: number; readonly irreplaceable?: boolean },
  ) {
    this.statements = options.statements ?? (() => []);
    this.timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
    this.irreplaceable = options.irreplaceable ?? false;
  }

  /** Lets a rotation function do what this kind needs besides reading and writing its secret. */
  grant(grantee: IGrantee, scope: KindScope): Grant {
    return Grant.addToRole(grantee, ...this.statements(scope));
  }
}

/**
 * API Gateway has no ARN that names a key or a plan before it is made, so keys are bound by their path alone: the role can change
 * every key of the account and the Region. A condition on a tag would not hold it back. `aws:ResourceTag` works for a key, but not
 * for `/tags/<arn>`, where the right to tag is given: who may tag its own new key may tag any other, and then meets the condition.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
function changeKeys(region: string): PolicyStatement[] {
  const paths = (...names: string[]) => names.map((name) => apiGatewayControlArn(region, name));
  return [
    {
      sid: 'ReadUsageKeys',
      actions: ['apigateway:GET'],
      resources: paths('/apikeys', '/apikeys/*', '/usageplans', '/usageplans/*/keys/*', '/usageplans/*/usage'),
    },
    {
      sid: 'MakeUsageKeys',
      actions: ['apigateway:POST'],
      resources: paths('/apikeys', '/usageplans/*/keys'),
    },
    {
      sid: 'RetireUsageKeys',
      actions: ['apigateway:DELETE', 'apigateway:PATCH'],
      resources: paths('/apikeys/*'),
    },
  ];
}

/**
 * Of the token table: the usage key of one application, the keys of its tokens, and the change of usage keys. Which token is whose
 * does not show in its key, but nothing else of a record can be read or changed.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
function changeRecords({ tableArn }: ITokenStore, application: string): PolicyStatement[] {
  const only = (keys: readonly string[], ...attributes: readonly string[]) => ({
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': [TOKEN_TABLE_KEY, ...attributes] },
  });
  const selected = { StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } };
  return [
    {
      sid: 'ReadUsageKeyOfApplication',
      actions: ['dynamodb:GetItem'],
      resources: [tableArn],
      conditions: { ...only([applicationKey(application)], 'usageKey', 'usageKeyId'), ...selected },
    },
    {
      sid: 'FindTokensOfApplication',
      actions: ['dynamodb:Query'],
      resources: [`${tableArn}/index/${TOKEN_INDEXES.byApplication}`],
      conditions: { ...only([application], 'application', 'entity'), ...selected },
    },
    {
      sid: 'ChangeUsageKeys',
      actions: ['dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: {
        ...only([applicationKey(application), tokenKey('*')], 'usageKey', 'usageKeyId', 'version'),
        StringEqualsIfExists: { 'dynamodb:ReturnValues': 'NONE' },
      },
    },
  ];
}

function useTableKey({ region }: Location, { keyArn }: ITokenStore, actions: readonly string[]): PolicyStatement {
  return { sid: 'UseTableKey', actions, resources: [keyArn], conditions: kmsViaService(region, 'dynamodb') };
}

function readAdministratorSecret(location: Location, nameOrArn: string): PolicyStatement {
  return {
    sid: 'ReadAdministratorSecret',
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secretArnOf(location, nameOrArn)],
  };
}

function keepSecondCopy(keyArn: string, store: IRotationStore, secretName: string): PolicyStatement[] {
  return [
    { sid: 'EncryptSecondCopy', actions: ['kms:Decrypt', 'kms:Encrypt'], resources: [keyArn] },
    {
      sid: 'KeepSecondCopy',
      actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
      resources: [store.tableArn],
      conditions: onlyItems(recoveryKey(secretName)),
    },
  ];
}

/** An ARN as it is; a name with the six characters that AWS puts at its end. */
function secretArnOf(location: Location, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : literalArn(location, 'secretsmanager', `secret:${nameOrArn}-??????`);
}
