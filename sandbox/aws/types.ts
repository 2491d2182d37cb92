import type { RotationRules } from '../../constructs/rotation/schedule';
import type { InvokeResult } from '../runtime/types';
import type { ApiKeyStore } from '../shared/usage-keys';
import type { SandboxCredentials } from './credentials';

export interface AttributeSpec {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface IndexSpec {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly projectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** With projection `INCLUDE` only. */
  readonly nonKeyAttributes?: readonly string[];
}

/** A planned DynamoDB table. */
export interface TableSpec {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  /** Exactly the key attributes of the table and its indexes, as DynamoDB demands. */
  readonly attributes: readonly AttributeSpec[];
  readonly globalSecondaryIndexes?: readonly IndexSpec[];
}

/** A planned secret; it has no value until somebody puts one. */
export interface SecretSpec {
  readonly name: string;
  /** @default what `secretArn` makes of region, account and name */
  readonly arn?: string;
  readonly description?: string;
  readonly kmsKeyId?: string;
  /** @default - not rotated, unless somebody calls RotateSecret */
  readonly rotation?: RotationSpec;
}

/** A planned rotation of a secret (`aws_secretsmanager_secret_rotation`). */
export interface RotationSpec {
  readonly lambdaArn: string;
  readonly rules: RotationRules;
  /** Whether a new or changed rotation begins at once; otherwise it is tested only. */
  readonly rotateImmediately: boolean;
}

/** What happens to a rotation, under the names of Secrets Manager's CloudTrail events. Never holds a value or an error's text. */
export interface RotationEvent {
  readonly event:
    | 'RotationStarted'
    | 'RotationSucceeded'
    | 'RotationFailed'
    | 'RotationAbandoned'
    | 'TestRotationStarted'
    | 'TestRotationSucceeded'
    | 'TestRotationFailed';
  readonly secretArn: string;
  readonly versionId: string;
  /** ISO 8601. */
  readonly time: string;
  /** The step that failed last, for a failure. */
  readonly step?: string;
}

/** An app client of a Cognito user pool. */
export interface UserPoolClientSpec {
  readonly userPoolId: string;
  readonly clientId: string;
}

/** A planned bucket of S3. */
export interface BucketSpec {
  readonly name: string;
  /** Days for which Object Lock keeps each object from its writing on. @default - no Object Lock, or none by default */
  readonly retentionDays?: number;
}

/** A planned key of KMS that signs, ECC_NIST_P256. */
export interface SigningKeySpec {
  readonly arn: string;
  /** Names with their `alias/`. */
  readonly aliases: readonly string[];
}

/** A planned usage plan. Everything but id and name is only given back by the read operations. */
export interface UsagePlanSpec {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly apiStages?: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  readonly tags?: Readonly<Record<string, string>>;
  readonly quota?: { readonly limit: number; readonly offset?: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' };
}

/** A planned REST API with its stage. */
export interface RestApiSpec {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
}

export interface LocalAwsOptions {
  /** Folder of everything that survives a restart. Made if absent, readable by its owner only. */
  readonly stateDir: string;
  readonly tables: readonly TableSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly usagePlans: readonly UsagePlanSpec[];
  /** @default - there is none */
  readonly restApis?: readonly RestApiSpec[];
  /** Drops the results of the authorizer that the gateway keeps for a stage. @default - nothing is kept */
  readonly flushAuthorizers?: (restApiId: string, stage: string) => void;
  /** @default - there is none */
  readonly buckets?: readonly BucketSpec[];
  /** @default - there is none */
  readonly signingKeys?: readonly SigningKeySpec[];
  /** @default - there is none */
  readonly userPoolClients?: readonly UserPoolClientSpec[];
  /** Runs a function by name, through an alias where there is one; rejects with `UnknownFunctionError` for a name it does not have. */
  readonly invoke: (functionName: string, event: unknown, qualifier?: string) => Promise<InvokeResult>;
  /** Runs a step of a rotation, by the name of the function. @default - as `invoke` */
  readonly rotate?: (functionName: string, event: unknown) => Promise<InvokeResult>;
  /**
   * Why Secrets Manager may not call a function for a secret, from the function's resource policy; `undefined` when it may.
   *
   * @default - it may call every function
   */
  readonly rotationRefusal?: (functionArn: string, secretArn: string) => string | undefined;
  /** Told of each rotation's beginning and end. */
  readonly onRotation?: (event: RotationEvent) => void;
  /** Epoch milliseconds: dates of secrets and keys, rotation schedules. @default Date.now */
  readonly clock?: () => number;
  /** Pauses before the whole rotation is tried again with the same token, in milliseconds. @default 1 s, 2 s, 5 s, 10 s */
  readonly rotationRetryDelaysMs?: readonly number[];
  /** Port on 127.0.0.1 of all services; DynamoDB has one of its own besides. @default 0, a free port */
  readonly port?: number;
  /** Told in a line of what went wrong on this machine, such as a full disk; the services go on. @default - nobody */
  readonly onTrouble?: (line: string) => void;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default '000000000000' */
  readonly accountId?: string;
}

/** The rotations of a sandbox. */
export interface RotationControl {
  /**
   * Applies the planned rotations, goes on with those that a stop interrupted, and honours schedules from now on. To be
   * called once the functions can be invoked.
   *
   * @throws Error for a planned rotation that Secrets Manager would refuse.
   */
  start(): void;
  /** Begins what is due by the clock now, without waiting for the next look at it. */
  poll(): void;
  /** Resolves when no rotation is under way. */
  idle(): Promise<void>;
}

export interface LocalAws {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Environment variables that point every AWS SDK and the command line here, with the credentials of this start. */
  readonly environment: Readonly<Record<string, string>>;
  /** The credentials of this start, which `environment` has too. */
  readonly credentials: SandboxCredentials;
  readonly apiKeys: ApiKeyStore;
  readonly rotations: RotationControl;
  /** Stops answering and closes the table store. */
  close(): Promise<void>;
}
