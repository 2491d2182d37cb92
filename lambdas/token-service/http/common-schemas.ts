import { z } from '@hono/zod-openapi';
import { apiTokenPattern } from '../../lib/api-token';
import { APPLICATION, MEMBER_ID, TEAM, TIER } from '../../lib/grammar';
import { isSafeText, SAFE_TEXT_EXPECTED } from '../../lib/text';

/**
 * Parts of the shapes of requests and responses. The OpenAPI document is generated from them, so they use only what JSON Schema
 * draft 4 (API Gateway models) can say; finer rules are refinements, which stay out of the document.
 */

/** An object that refuses members it does not know, and says which it knows. */
export function closedObject<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `allowed are ${Object.keys(shape).sort().join(', ')}` : undefined,
  });
}

/** Text of one line: control characters would let a name forge lines in a terminal or a report. */
export function lineOfText(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine(isSafeText, { error: `expected ${SAFE_TEXT_EXPECTED}` })
    .refine(holdsNoToken, { error: NO_TOKEN });
}

const ANY_TOKEN = new RegExp(apiTokenPattern());
export const NO_TOKEN = 'expected text without a token';

/** Free text is shown in lists and logs, where a token pasted by mistake would stay for good. */
export function holdsNoToken(text: string): boolean {
  return !ANY_TOKEN.test(text);
}

export const application = z.string().regex(APPLICATION.pattern, `expected ${APPLICATION.allowed}`);

export const tier = z.string().regex(TIER.pattern, `expected the name of a tier: ${TIER.allowed}`);

export const team = lineOfText(64);

const dateTime = z.iso.datetime({ offset: true });

/** A date and time of RFC 3339, whose `T` and `Z` may be lower case (5.6). */
export const instant = z
  .string()
  .refine((text) => dateTime.safeParse(text.toUpperCase()).success, {
    error: 'expected a date and time as in RFC 3339',
  })
  .openapi({ format: 'date-time' });

export const time = z.string().openapi({ format: 'date-time' });

/** How many things a page of a list has, as the text of a query. */
export const limit = z
  .string()
  .regex(/^([1-9][0-9]?|100)$/, 'expected an integer from 1 to 100')
  .transform(Number)
  .optional()
  .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20, description: 'How many there are on one page.' });

/** The place where a list goes on. */
export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,1024}$/, 'expected the nextCursor of the page before')
  .optional()
  .openapi({ description: 'The nextCursor of the page before.' });

export const nextCursor = z.string().optional().openapi({ description: 'Absent on the last page.' });

/** Name of a team in a path, or of one that is to be made. */
export const teamName = z.string().regex(TEAM.pattern, `expected ${TEAM.allowed}`);

export const memberId = z.string().regex(MEMBER_ID.pattern, `expected ${MEMBER_ID.allowed}`);

export const version = z.int().min(1).max(2_147_483_647);

/** Problem details, RFC 9457. */
export const Problem = z
  .object({
    type: z.string().openapi({ description: 'Stable name of the kind of problem.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    requestId: z.string().optional(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().openapi({ description: 'Place in the request body, RFC 6901.' }),
          parameter: z.string().optional().openapi({ description: 'Path or query parameter.' }),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .openapi('Problem');

export type ProblemBody = z.infer<typeof Problem>;
