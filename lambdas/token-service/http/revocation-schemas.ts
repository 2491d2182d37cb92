import { z } from '@hono/zod-openapi';
import { TOKEN_ID } from '../../lib/grammar';
import { NO_TOKEN_ID, REVOCATION_KINDS } from '../../lib/revocation';
import { SOURCE, SOURCES } from '../../lib/token-source';
import type { RevokeTokens } from '../domain/commands';
import type { RevocationPageView, RevocationView } from '../domain/views';
import { shapeOf } from './agreement';
import { closedObject, instant, lineOfText, time } from './common-schemas';

/** Kinds of which an entry may name the issuer. */
const KINDS_OF_ISSUER = ['jti', 'sub', 'kid', 'client', 'ancestor'];

const kind = z.enum(REVOCATION_KINDS).openapi({
  description:
    'token: an API token by its id, with what it issued; jti, sub, kid, issuer: access tokens by that claim or key; client: all tokens of an application, or with an issuer of its client; ancestor: what a token issued; source: access tokens of the platform itself by what they are derived from, token:<id>, client:<id> or session:<id>, or all that are derived for application:<name> or from token:*, client:* or session:*.',
});

/** Body of a request to revoke. */
export const RevokeRequest = closedObject(
  shapeOf<RevokeTokens>()({
    kind,
    value: lineOfText(512).openapi({ description: 'Exact value of what the kind names.' }),
    issuer: lineOfText(512).optional().openapi({
      description: 'Issuer of the access tokens. With jti, sub and kid it is needed where the platform trusts several.',
    }),
    issuedBefore: instant.optional().openapi({
      description: 'Only tokens issued before this time; all tokens, future ones too, when left out.',
    }),
    reason: lineOfText(256).optional().openapi({ description: 'Why, for people.' }),
  }),
)
  .refine(({ issuer, kind: of }) => issuer === undefined || KINDS_OF_ISSUER.includes(of), {
    path: ['issuer'],
    error: `expected an issuer with the kinds ${KINDS_OF_ISSUER.join(', ')} only`,
  })
  .refine(
    ({ kind: of, value, issuer }) =>
      !(of === 'token' || (of === 'ancestor' && issuer === undefined)) || TOKEN_ID.pattern.test(value),
    {
      path: ['value'],
      error: 'expected 16 letters or digits, the public id of a token',
    },
  )
  .refine(({ kind: of, value }) => !(of === 'jti' || of === 'ancestor') || value !== NO_TOKEN_ID, {
    path: ['value'],
    error: 'expected the id of a token; a token without one is revoked by its subject or client',
  })
  .refine(({ kind: of, value }) => of !== 'source' || SOURCE.pattern.test(value) || SOURCES.pattern.test(value), {
    path: ['value'],
    error: `expected ${SOURCE.allowed}, or for several ${SOURCES.allowed}`,
  })
  .openapi('RevokeRequest');

export const RevocationPath = z.object({
  revocationId: z.string().regex(TOKEN_ID.pattern, 'expected 16 letters or digits, the id of a revocation'),
});

/** A revocation in force. */
export const Revocation = z
  .object(
    shapeOf<RevocationView>()({
      id: z.string(),
      kind,
      value: z.string(),
      issuer: z.string().optional(),
      issuedBefore: time.optional(),
      until: time.openapi({ description: 'When it goes by itself: the last token that it means has expired by then.' }),
      createdAt: time,
      createdBy: z.string(),
      reason: z.string().optional(),
      effectiveWithinSeconds: z.int().min(0).max(2_147_483_647).optional().openapi({
        description: 'In the answer to a revocation: after so many seconds every API goes by it.',
      }),
    }),
  )
  .openapi('Revocation');

export const RevocationPage = z
  .object(shapeOf<RevocationPageView>()({ revocations: z.array(Revocation) }))
  .openapi('RevocationPage');
