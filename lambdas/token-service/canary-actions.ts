import { z } from '@hono/zod-openapi';
import type { Canaries } from './domain/canaries';

/** Answer to a direct invocation that starts a revocation canary. */
export interface StartedCanary {
  readonly token: string;
  readonly id: string;
  /** Tokens of runs before that had not been ended. */
  readonly ended: number;
}

/** Answer to a direct invocation that ends the token of a revocation canary. */
export interface EndedCanary {
  readonly id: string;
}

const CanaryAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('startCanary'), canary: z.string() }),
  z.strictObject({ action: z.literal('endCanary'), canary: z.string(), tokenId: z.string() }),
]);

/**
 * What whoever may invoke the function through its alias for canaries can do, and nothing else: an event that looks like a request of API
 * Gateway, or asks for an administrator's token, is refused there.
 *
 * @throws {Error} for any other event
 */
export async function canaryAction(event: unknown, canaries: Canaries): Promise<StartedCanary | EndedCanary> {
  const request = CanaryAction.safeParse(event);
  if (!request.success) {
    throw new Error('unsupported event, expected one of a revocation canary');
  }
  if (request.data.action === 'endCanary') {
    const { canary, tokenId } = request.data;
    await canaries.end(canary, tokenId);
    return { id: tokenId };
  }
  const { issued, ended } = await canaries.start(request.data.canary);
  return { token: issued.token, id: issued.id, ended };
}
