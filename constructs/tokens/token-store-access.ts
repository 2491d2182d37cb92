import { clientKey } from '../../lambdas/lib/client-record';
import type { TokenEnvironment } from '../../lambdas/lib/grammar';
import { onceKey } from '../../lambdas/lib/once-key';
import { REVOCATIONS_KEY } from '../../lambdas/lib/revocation';
import { personKey, teamKey } from '../../lambdas/lib/team-record';
import { applicationKey, jobKey, TOKEN_INDEXES, TOKEN_TABLE_KEY, tokenKey } from '../../lambdas/lib/token-record';
import { TOKEN_USE_ATTRIBUTES } from '../../lambdas/lib/usage/uses';
import { Grant, type IGrantee } from '../support/grant';
import { kmsViaService, type PolicyStatement } from '../support/iam';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';

/** Where tokens are kept, by what their table, key and pepper are referred to, and what the tokens begin with. */
export interface TokenStoreAttributes {
  /** Region of the table, the key and the secret. */
  readonly region: string;
  readonly tableName: string;
  readonly tableArn: string;
  /** ARN of the key that encrypts table and pepper; an alias is not enough, because policies name keys. */
  readonly keyArn: string;
  readonly pepperSecretName: string;
  /** ARN of the pepper's secret; it may end with `-??????` where its last characters are not known. */
  readonly pepperSecretArn: string;
  /** Brand of the API tokens in the store, the first word of each: 2 to 10 lower-case letters. */
  readonly brand: string;
  /** Environment word of the API tokens in the store, the second of each. */
  readonly tokenEnvironment: TokenEnvironment;
}

/** A token store, made here or elsewhere. */
export interface ITokenStore extends TokenStoreAttributes {
  /** Lets a role look tokens up and verify them: single items by key, and the pepper. It neither lists nor scans the table. */
  grantRead(grantee: IGrantee): Grant;
  /**
   * Lets a role read, list, add and change items, and read the pepper. Items are never deleted but by their time to live.
   */
  grantReadWrite(grantee: IGrantee): Grant;
  /**
   * Lets a role finish what crashed: empty the outboxes of items, and go on with jobs over tokens. It adds no item but pieces of jobs and the set of
   * revocations, and reads no pepper.
   */
  grantSweep(grantee: IGrantee): Grant;
  /** Lets a role note when tokens were used: it reads and writes these two attributes of tokens, and nothing else of them. */
  grantNoteUse(grantee: IGrantee): Grant;
  /**
   * Lets a role check tokens and clients by key, with the pepper, and note that an assertion or a proof was used. It changes no item, and reads
   * neither teams nor jobs.
   */
  grantCheckClients(grantee: IGrantee): Grant;
  /**
   * A metric of the table: `ConsumedReadCapacityUnits`, `ConsumedWriteCapacityUnits`, `ReadThrottleEvents` or `WriteThrottleEvents`. The
   * sum by default.
   *
   * @throws {MetricError} for another metric, an unknown statistic or period
   */
  metric(metricName: string, options?: MetricOptions): Metric;
  /** Reads of the table that DynamoDB throttled; API tokens are then refused with 500. The sum by default. */
  metricReadThrottles(options?: MetricOptions): Metric;
  /** Writes to the table that DynamoDB throttled. The sum by default. */
  metricWriteThrottles(options?: MetricOptions): Metric;
}

/** A store that was made elsewhere. All its attributes are given, so neither a data source nor remote state is needed. */
export class TokenStoreRef implements ITokenStore {
  readonly region: string;
  readonly tableName: string;
  readonly tableArn: string;
  readonly keyArn: string;
  readonly pepperSecretName: string;
  readonly pepperSecretArn: string;
  readonly brand: string;
  readonly tokenEnvironment: TokenEnvironment;

  constructor(attributes: TokenStoreAttributes) {
    this.region = attributes.region;
    this.tableName = attributes.tableName;
    this.tableArn = attributes.tableArn;
    this.keyArn = attributes.keyArn;
    this.pepperSecretName = attributes.pepperSecretName;
    this.pepperSecretArn = attributes.pepperSecretArn;
    this.brand = attributes.brand;
    this.tokenEnvironment = attributes.tokenEnvironment;
  }

  grantRead(grantee: IGrantee): Grant {
    return grantRead(grantee, this);
  }

  grantReadWrite(grantee: IGrantee): Grant {
    return grantReadWrite(grantee, this);
  }

  grantSweep(grantee: IGrantee): Grant {
    return grantSweep(grantee, this);
  }

  grantNoteUse(grantee: IGrantee): Grant {
    return grantNoteUse(grantee, this);
  }

  grantCheckClients(grantee: IGrantee): Grant {
    return grantCheckClients(grantee, this);
  }

  metric(metricName: string, options?: MetricOptions): Metric {
    return tableMetric(this.tableName, metricName, options);
  }

  metricReadThrottles(options?: MetricOptions): Metric {
    return tableMetric(this.tableName, 'ReadThrottleEvents', options);
  }

  metricWriteThrottles(options?: MetricOptions): Metric {
    return tableMetric(this.tableName, 'WriteThrottleEvents', options);
  }
}

/** Indexes that lists are read from; those of work that is left over are the sweeper's. */
const LISTS = Object.values(TOKEN_INDEXES).filter(
  (name) => name !== TOKEN_INDEXES.byOutbox && name !== TOKEN_INDEXES.openJobs,
);

/** Items that the token service reads and writes. */
const SERVICE_KEYS = [
  tokenKey('*'),
  clientKey('*'),
  applicationKey('*'),
  teamKey('*'),
  personKey('*'),
  jobKey('*'),
  onceKey('idempotency', '*'),
  REVOCATIONS_KEY,
];

/** Lets a role read single items by key, and the pepper. */
export function grantRead(grantee: IGrantee, store: TokenStoreAttributes): Grant {
  return Grant.addToRole(
    grantee,
    { sid: 'ReadTokens', actions: ['dynamodb:GetItem'], resources: [store.tableArn] },
    decrypt(store),
    readPepper(store),
  );
}

/** Lets a role read, list, add and change items, and read the pepper. */
export function grantReadWrite(grantee: IGrantee, store: TokenStoreAttributes): Grant {
  const { region, tableArn, keyArn } = store;
  return Grant.addToRole(
    grantee,
    {
      sid: 'ReadWriteTokens',
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': SERVICE_KEYS },
      },
    },
    {
      sid: 'ListTokens',
      actions: ['dynamodb:Query'],
      resources: LISTS.map((name) => `${tableArn}/index/${name}`),
    },
    decrypt(store),
    {
      sid: 'EncryptTokens',
      actions: ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: [keyArn],
      conditions: kmsViaService(region, 'dynamodb'),
    },
    readPepper(store),
  );
}

/** Items by which the token endpoint decides. */
const CHECKED_KEYS = [tokenKey('*'), applicationKey('*'), clientKey('*'), REVOCATIONS_KEY];

/** Items by which it knows that an assertion of a client, or a proof, was used before. */
const ONCE_KEYS = [onceKey('assertion', '*'), onceKey('dpop', '*')];

/** Lets a role read tokens, applications, clients and the set of revocations by key, and the pepper, and add what may be used once. */
export function grantCheckClients(grantee: IGrantee, store: TokenStoreAttributes): Grant {
  const { region, tableArn, keyArn } = store;
  return Grant.addToRole(
    grantee,
    {
      sid: 'ReadTokensAndClients',
      actions: ['dynamodb:GetItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': CHECKED_KEYS } },
    },
    {
      sid: 'NoteWhatWasUsed',
      actions: ['dynamodb:PutItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ONCE_KEYS } },
    },
    decrypt(store),
    {
      sid: 'EncryptWhatWasUsed',
      actions: ['kms:Encrypt', 'kms:GenerateDataKey*'],
      resources: [keyArn],
      conditions: kmsViaService(region, 'dynamodb'),
    },
    readPepper(store),
  );
}

/** Items whose outboxes are emptied: all that the token service changes. */
const SWEPT_KEYS = SERVICE_KEYS.filter((key) => key !== onceKey('idempotency', '*'));

/** Indexes by which work is found that is left over, and the tokens of jobs. */
const SWEPT_INDEXES = [
  TOKEN_INDEXES.byOutbox,
  TOKEN_INDEXES.openJobs,
  TOKEN_INDEXES.byCreated,
  TOKEN_INDEXES.byApplication,
  TOKEN_INDEXES.byTeam,
];

/** Lets a role finish what crashed. */
export function grantSweep(grantee: IGrantee, { region, tableArn, keyArn }: TokenStoreAttributes): Grant {
  return Grant.addToRole(
    grantee,
    {
      sid: 'FinishChanges',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': SWEPT_KEYS } },
    },
    {
      sid: 'AddPiecesAndRevocations',
      actions: ['dynamodb:PutItem'],
      resources: [tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [jobKey('*'), REVOCATIONS_KEY] } },
    },
    {
      sid: 'FindWork',
      actions: ['dynamodb:Query'],
      resources: SWEPT_INDEXES.map((name) => `${tableArn}/index/${name}`),
    },
    {
      sid: 'UseKeyOfTokens',
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: [keyArn],
      conditions: kmsViaService(region, 'dynamodb'),
    },
  );
}

/**
 * Lets a role read and write when tokens were used. A request that names no attributes would be one for all of them, so it has to name
 * them, and what a change answers is bounded too.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function grantNoteUse(grantee: IGrantee, { region, tableArn, keyArn }: TokenStoreAttributes): Grant {
  return Grant.addToRole(
    grantee,
    {
      sid: 'NoteTokenUse',
      actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
      resources: [tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': [TOKEN_TABLE_KEY, ...TOKEN_USE_ATTRIBUTES] },
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [tokenKey('*')] },
        Null: { 'dynamodb:Attributes': 'false' },
        StringEqualsIfExists: { 'dynamodb:ReturnValues': ['NONE', 'UPDATED_NEW', 'UPDATED_OLD'] },
      },
    },
    {
      sid: 'UseKeyOfTokens',
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: [keyArn],
      conditions: kmsViaService(region, 'dynamodb'),
    },
  );
}

/** A metric of a table, as DynamoDB publishes it by the table's name. */
export function tableMetric(tableName: string, metricName: string, options: MetricOptions = {}): Metric {
  const { statistic = 'Sum', periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
  return checkMetric({
    family: 'table',
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensions: { TableName: tableName },
    statistic,
    periodSeconds,
  });
}

function decrypt({ region, keyArn }: TokenStoreAttributes): PolicyStatement {
  return {
    sid: 'DecryptTokensAndPepper',
    actions: ['kms:Decrypt'],
    resources: [keyArn],
    conditions: kmsViaService(region, 'dynamodb', 'secretsmanager'),
  };
}

function readPepper({ pepperSecretArn }: TokenStoreAttributes): PolicyStatement {
  return { sid: 'ReadPepper', actions: ['secretsmanager:GetSecretValue'], resources: [pepperSecretArn] };
}
