import { setTimeout } from 'node:timers/promises';
import { type AwsAccess, awsRequest } from './aws-request';

/** Calls an operation of DynamoDB, whose inputs and outputs have typed attributes. */
export type DynamoCall = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

export interface DynamoCallOptions {
  readonly region: string;
  /** @default - as the environment says */
  readonly access?: AwsAccess;
  /** Waits, in milliseconds. @default - by this machine's clock */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** What passes by itself. */
const PASSING = new Set([
  'InternalServerError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);
const ATTEMPTS = 7;
const FIRST_PAUSE_MS = 50;
const TIMEOUT_MS = 5000;

/**
 * DynamoDB by signed requests, repeated while it is throttled. A write may so be done twice: its condition has to hold for that.
 *
 * @throws {AwsRequestError} from each call that DynamoDB refuses
 */
export function dynamoCall({ region, access, wait = setTimeout }: DynamoCallOptions): DynamoCall {
  return async (operation, input) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await awsRequest({
          service: 'dynamodb',
          region,
          operation,
          input,
          timeoutMs: TIMEOUT_MS,
          idempotent: true,
          ...(access === undefined ? {} : { access }),
        });
        return answer as Record<string, unknown>;
      } catch (error) {
        if (attempt === ATTEMPTS || !PASSING.has(errorCodeOf(error) ?? '')) {
          throw error;
        }
        await wait(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  };
}

/** Name of the exception with which AWS refused a call, of a signed request as of an SDK client. */
export function errorCodeOf(error: unknown): string | undefined {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : undefined;
}

/** Whether the condition of a write refused it. */
export function isConditionRefused(error: unknown): boolean {
  return errorCodeOf(error) === 'ConditionalCheckFailedException';
}
