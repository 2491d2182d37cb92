import type { InvokeResult } from '../runtime/types';

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
}

/** A planned usage plan. Everything but id and name is only given back by the read operations. */
export interface UsagePlanSpec {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly apiStages?: readonly { readonly apiId: string; readonly stage: string }[];
  readonly throttle?: { readonly rateLimit: number; readonly burstLimit: number };
  readonly quota?: { readonly limit: number; readonly offset?: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' };
}

/** What the gateway knows of a usage key. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly usagePlanIds: readonly string[];
}

/** The usage keys as the data plane sees them: in memory, current at once after a change. */
export interface ApiKeyStore {
  /** By the value that a caller or an authorizer presents. */
  findByValue(value: string): ApiKeyView | undefined;
}

export interface LocalAwsOptions {
  /** Folder of everything that survives a restart. Made if absent, readable by its owner only. */
  readonly stateDir: string;
  readonly tables: readonly TableSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly usagePlans: readonly UsagePlanSpec[];
  /** Runs a function by name; rejects with `UnknownFunctionError` for a name it does not have. */
  readonly invoke: (functionName: string, event: unknown) => Promise<InvokeResult>;
  /** Port on 127.0.0.1 of all services; DynamoDB has one of its own besides. @default 0, a free port */
  readonly port?: number;
  /** @default 'us-east-1' */
  readonly region?: string;
  /** @default '000000000000' */
  readonly accountId?: string;
}

export interface LocalAws {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Environment variables that point every AWS SDK and the command line here, dummy credentials included. */
  readonly environment: Readonly<Record<string, string>>;
  readonly apiKeys: ApiKeyStore;
  /** Stops answering and closes the table store. */
  close(): Promise<void>;
}
