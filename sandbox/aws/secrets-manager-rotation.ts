import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ScheduleError } from '../../constructs/rotation/schedule';
import { defined } from '../../lambdas/lib/defined';
import { AwsError, parseInput } from './protocol';
import { configured, pendingToken, type RotationDriver } from './secret-rotation';
import type { Secret } from './secret-schema';
import type { SecretStore } from './secret-store';

const INVALID = 'InvalidParameterException';
const DAY_SECONDS = 86_400;

const secretId = z.string().min(1).max(2048);
const schemas = {
  RotateSecret: z.object({
    SecretId: secretId,
    ClientRequestToken: z.string().min(32).max(64).optional(),
    RotationLambdaARN: z.string().max(2048).optional(),
    RotationRules: z
      .object({
        AutomaticallyAfterDays: z.number().int().min(1).max(1000).optional(),
        ScheduleExpression: z.string().max(256).optional(),
        Duration: z
          .string()
          .regex(/^[0-9h]{2,3}$/)
          .optional(),
      })
      .optional(),
    RotateImmediately: z.boolean().default(true),
  }),
  CancelRotateSecret: z.object({ SecretId: secretId }),
  DeleteSecret: z.object({
    SecretId: secretId,
    RecoveryWindowInDays: z.number().int().min(7).max(30).optional(),
    ForceDeleteWithoutRecovery: z.boolean().default(false),
  }),
  RestoreSecret: z.object({ SecretId: secretId }),
};

/**
 * Sets up a rotation and begins it, or tests it with `RotateImmediately: false`.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export function rotateSecret(store: SecretStore, driver: RotationDriver, input: unknown): object {
  const request = parseInput(schemas.RotateSecret, input, INVALID);
  const secret = store.findLive(request.SecretId);
  const token = request.ClientRequestToken ?? randomUUID();
  const rotation = secret.rotation?.enabled ? secret.rotation : undefined;
  const lambdaArn = request.RotationLambdaARN ?? rotation?.lambdaArn;
  const changes = request.RotationLambdaARN !== undefined || request.RotationRules !== undefined;
  if (lambdaArn === undefined) {
    configured(secret);
  }
  const ready =
    changes && lambdaArn !== undefined
      ? configure(driver, secret, lambdaArn, rulesOf(request.RotationRules) ?? rotation?.rules)
      : secret;
  driver.begin(ready, token, !request.RotateImmediately);
  return { ...identity(secret), VersionId: token };
}

/** Turns the rotation off; what AWSPENDING points to stays as it is. */
export function cancelRotateSecret(store: SecretStore, input: unknown): object {
  const secret = store.findLive(parseInput(schemas.CancelRotateSecret, input, INVALID).SecretId);
  const { attempt: _cancelled, nextStartDate: _start, nextRotationDate: _next, ...rest } = configured(secret);
  const pending = pendingToken(secret);
  store.setRotation(secret, { ...rest, enabled: false });
  return { ...identity(secret), ...(pending === undefined ? {} : { VersionId: pending }) };
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
export function deleteSecret(store: SecretStore, input: unknown): object {
  const request = parseInput(schemas.DeleteSecret, input, INVALID);
  const secret = store.findLive(request.SecretId);
  const { RecoveryWindowInDays: days, ForceDeleteWithoutRecovery: force } = request;
  if (force && days !== undefined) {
    throw new AwsError(INVALID, "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
  }
  const date = store.now() + (force ? 0 : (days ?? 30) * DAY_SECONDS);
  store.setDeletion(secret, date);
  return { ...identity(secret), DeletionDate: date };
}

export function restoreSecret(store: SecretStore, input: unknown): object {
  const secret = store.find(parseInput(schemas.RestoreSecret, input, INVALID).SecretId);
  return identity(store.setDeletion(secret, undefined));
}

/** What DescribeSecret and ListSecrets say of a secret's rotation; nothing for one that never had any. */
export function rotationView({ rotation, deletionDate }: Secret): object {
  const rules = rotation?.rules;
  return {
    DeletedDate: deletionDate,
    ...(rotation && {
      RotationEnabled: rotation.enabled,
      LastRotatedDate: rotation.lastRotatedDate,
      // A rotation that is off reads back without its settings.
      ...(rotation.enabled && {
        RotationLambdaARN: rotation.lambdaArn,
        RotationRules: rules && {
          AutomaticallyAfterDays: rules.automaticallyAfterDays,
          ScheduleExpression: rules.scheduleExpression,
          Duration: rules.duration,
        },
        NextRotationDate: rotation.nextRotationDate,
      }),
    }),
  };
}

function configure(
  driver: RotationDriver,
  secret: Secret,
  lambdaArn: string,
  rules: Parameters<RotationDriver['configure']>[2],
): Secret {
  try {
    return driver.configure(secret, lambdaArn, rules, secret.rotation?.planned ?? false);
  } catch (error) {
    if (error instanceof ScheduleError) {
      throw new AwsError(INVALID, `RotationRules: ${error.message}`);
    }
    throw error;
  }
}

function rulesOf(rules: z.infer<typeof schemas.RotateSecret>['RotationRules']) {
  if (rules === undefined) {
    return undefined;
  }
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression, Duration: duration } = rules;
  return {
    ...defined({ automaticallyAfterDays: days, scheduleExpression: expression, duration }),
  };
}

function identity(secret: Secret): { ARN: string; Name: string } {
  return { ARN: secret.arn, Name: secret.name };
}
