import { z } from '@hono/zod-openapi';
import { TOKEN_ID } from '../lib/grammar';
import type { ClientRevocations } from './domain/revocation/client-revocations';

/** Answer to a direct invocation by the token endpoint. */
export interface RevokedForOAuth {
  readonly revoked: true;
}

const id = z.string().regex(TOKEN_ID.pattern);

const common = {
  by: z.string().regex(/^(token|client):[0-9A-Za-z]{16}$/),
  requestId: z.string().max(128),
  address: z.string().max(64).optional(),
};

const OAuthAction = z.strictObject({
  action: z.literal('revokeForOAuth'),
  revocation: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('token'), id, ...common }),
    z.strictObject({
      kind: z.literal('jti'),
      id,
      // The service goes by its own: the endpoint has no say in whose tokens are revoked.
      issuer: z.string(),
      expiresAt: z.int(),
      application: z.string().optional(),
      ...common,
    }),
  ]),
});

/**
 * What the token endpoint can do through its alias, and nothing else: it revokes what its clients gave up (RFC 7009). An event that looks like a request
 * of API Gateway, or asks for an administrator's token, is refused there.
 *
 * @throws {Error} for any other event; the message quotes nothing of it
 */
export async function oauthAction(event: unknown, revocations: ClientRevocations): Promise<RevokedForOAuth> {
  const request = OAuthAction.safeParse(event);
  if (!request.success) {
    throw new Error('unsupported event, expected one of the token endpoint');
  }
  await revocations.revoke(request.data.revocation);
  return { revoked: true };
}
