import { z } from 'zod';
import { secretVersionSchema } from './secret-versions';

/** What a rotation is doing; on the disk, so that a restart goes on with the same token. */
const attemptSchema = z.object({
  /** The ClientRequestToken. */
  token: z.string(),
  /** A test calls the function's `testSecret` alone, as after RotateSecret without RotateImmediately. */
  test: z.boolean(),
  /** A value was put as AWSCURRENT by somebody else meanwhile. */
  overtaken: z.boolean(),
});

const rotationSchema = z.object({
  enabled: z.boolean(),
  lambdaArn: z.string(),
  /** Configured by the plan, and therefore cancelled when the plan no longer has it. */
  planned: z.boolean(),
  rules: z
    .object({
      scheduleExpression: z.string().optional(),
      automaticallyAfterDays: z.number().int().optional(),
      duration: z.string().optional(),
    })
    .optional(),
  /** Epoch seconds, like every date here. */
  lastRotatedDate: z.number().optional(),
  /** What DescribeSecret shows: the end of the next window; in the past when rotations have failed. */
  nextRotationDate: z.number().optional(),
  /** When the next rotation begins. */
  nextStartDate: z.number().optional(),
  attempt: attemptSchema.optional(),
});

const secretSchema = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  createdDate: z.number(),
  lastChangedDate: z.number(),
  /** The date on which a secret that was deleted goes for good. */
  deletionDate: z.number().optional(),
  /** JSON, given back and not evaluated. */
  resourcePolicy: z.string().optional(),
  rotation: rotationSchema.optional(),
  versions: z.array(secretVersionSchema),
});

export const secretsDocumentSchema = z.object({ schema: z.literal(1), secrets: z.array(secretSchema) });

export type Secret = z.infer<typeof secretSchema>;
export type Rotation = z.infer<typeof rotationSchema>;
export type RotationAttempt = z.infer<typeof attemptSchema>;
