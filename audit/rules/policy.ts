import { AuditError } from '../errors';
import { isObject, type Json } from '../json';

/** Exit code of a policy that cannot be used: the same as of any other wrong argument. */
const USAGE = 64;

/** Settings that had another name before, so that an old policy file is told the new one. */
const RENAMED: Readonly<Record<string, keyof RulePolicy>> = { authorizerTtlSeconds: 'resultCacheSeconds' };

/**
 * What an organisation asks of its plans beyond what is right everywhere: limits, and rules that are asked only on demand.
 * Every member has a default, so that a policy names only what differs.
 */
export interface RulePolicy {
  /** Longest time in seconds for which API Gateway may keep an authorizer result (AUTHZ-007). @default 300 */
  readonly resultCacheSeconds: number;
  /** Days for which access logs are kept at least. @default 365 */
  readonly accessLogRetentionDays: number;
  /** Days for which all other logs are kept at least, and access logs of relaxed environments. @default 30 */
  readonly logRetentionDays: number;
  /** Days after which a secret is rotated at the latest. @default 90 */
  readonly rotationDays: number;
  /** Days for which a deleted secret or key can be brought back at least. @default 7 */
  readonly recoveryDays: number;
  /** Tags that resources carry. @default - none in particular, but at least one */
  readonly requiredTags: readonly string[];
  /**
   * Values of the tag `environment` for which nothing has to outlive a mistake: no deletion protection, shorter access logs.
   *
   * @default ["dev", "development", "sandbox", "test"]
   */
  readonly relaxedEnvironments: readonly string[];
  /** Fields that the access log has, as variables of `$context`. @default - who, what, when and the answer */
  readonly accessLogFields: readonly string[];
  /** Runtimes of Lambda that no longer get security updates. @default - those of the table of AWS that this version knows */
  readonly deprecatedRuntimes: readonly string[];
  /**
   * Whether a plan that changes a route, or what stands behind one, fails (exit code 1), though no finding says that it is weaker.
   *
   * @default false
   */
  readonly changed: boolean;
  /** Whether public stages need a web ACL (EDGE-001). @default false */
  readonly webAcl: boolean;
  /** Whether custom domain names need mutual TLS (EDGE-004). @default false */
  readonly mutualTls: boolean;
  /** Whether tables, secrets, queues and topics need a key of the customer (DATA-002), and logs too (LOG-006). @default false */
  readonly customerKeys: boolean;
  /** Whether stages write execution logs (LOG-008). @default false */
  readonly executionLog: boolean;
  /** Whether authorizer functions need reserved concurrency (LAM-002). @default false */
  readonly reservedConcurrency: boolean;
  /** Whether functions need code signing (LAM-005). @default false */
  readonly codeSigning: boolean;
  /** Whether functions run in a VPC (LAM-006). @default false */
  readonly vpc: boolean;
}

/** The policy that holds where nobody gave another. */
export const DEFAULT_RULE_POLICY: RulePolicy = {
  resultCacheSeconds: 300,
  accessLogRetentionDays: 365,
  logRetentionDays: 30,
  rotationDays: 90,
  recoveryDays: 7,
  requiredTags: [],
  relaxedEnvironments: ['dev', 'development', 'sandbox', 'test'],
  accessLogFields: ['requestId', 'requestTimeEpoch', 'httpMethod', 'resourcePath', 'status', 'identity.sourceIp'],
  // https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated, 2025-11
  deprecatedRuntimes: [
    'dotnet6',
    'dotnet7',
    'dotnet5.0',
    'dotnetcore1.0',
    'dotnetcore2.0',
    'dotnetcore2.1',
    'dotnetcore3.1',
    'go1.x',
    'java8',
    'nodejs',
    'nodejs4.3',
    'nodejs4.3-edge',
    'nodejs6.10',
    'nodejs8.10',
    'nodejs10.x',
    'nodejs12.x',
    'nodejs14.x',
    'nodejs16.x',
    'nodejs18.x',
    'provided',
    'python2.7',
    'python3.6',
    'python3.7',
    'python3.8',
    'ruby2.5',
    'ruby2.7',
  ],
  changed: false,
  webAcl: false,
  mutualTls: false,
  customerKeys: false,
  executionLog: false,
  reservedConcurrency: false,
  codeSigning: false,
  vpc: false,
};

/**
 * Reads a policy: an object with some of the members of {@link RulePolicy}.
 *
 * @param label name of the file in messages
 * @throws {AuditError} for an unknown or renamed member and for a value of the wrong kind, with exit code 64
 */
export function readRulePolicy(value: Json, label: string): RulePolicy {
  if (!isObject(value)) {
    throw new AuditError(`${label}: expected an object with the settings of the rules`, USAGE);
  }
  const defaults: Readonly<Record<string, unknown>> = { ...DEFAULT_RULE_POLICY };
  for (const [name, setting] of Object.entries(value)) {
    if (Object.hasOwn(RENAMED, name)) {
      throw new AuditError(`${label}: setting ${name} was renamed to ${RENAMED[name]}`, USAGE);
    }
    if (!Object.hasOwn(defaults, name)) {
      throw new AuditError(
        `${label}: unknown setting ${JSON.stringify(name)}, allowed are ${Object.keys(defaults).join(', ')}`,
        USAGE,
      );
    }
    const expected = kindOf(defaults[name]);
    if (kindOf(setting) !== expected) {
      throw new AuditError(`${label}: ${name} is ${JSON.stringify(setting)}, allowed is ${expected}`, USAGE);
    }
  }
  // Every member was checked against the kind of its default.
  return { ...DEFAULT_RULE_POLICY, ...(value as Partial<RulePolicy>) };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? 'a list of texts' : 'a list';
  }
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= 0 ? 'a whole number from 0' : 'a number';
  }
  return typeof value === 'boolean' ? 'true or false' : typeof value;
}
