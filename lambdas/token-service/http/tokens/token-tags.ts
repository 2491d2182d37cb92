import type { Context, Next } from 'hono';
import { invalidRequest } from '../problems';
import type { Environment } from '../route';

/** The schema would leave the name out without a word, because no object can have it as an ordinary member. */
export async function refuseReservedTag(context: Context<Environment>, next: Next): Promise<void> {
  const body: unknown = await context.req.json().catch(() => undefined);
  const tags = (body as { readonly tags?: unknown } | null | undefined)?.tags;
  if (typeof tags === 'object' && tags !== null && Object.hasOwn(tags, '__proto__')) {
    throw invalidRequest([
      { pointer: '#/tags/__proto__', detail: 'tags.__proto__ is a reserved name, expected another' },
    ]);
  }
  await next();
}
