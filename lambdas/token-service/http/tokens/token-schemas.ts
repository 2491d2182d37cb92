import { z } from '@hono/zod-openapi';
import { GRANTED_SCOPE, TOKEN_ID } from '../../../lib/grammar';
import { AUTH_METHODS } from '../../../lib/principal';
import { isSafeLines, isSafeText, SAFE_TEXT_EXPECTED } from '../../../lib/text';
import { NETWORK_EXPECTED, readNetwork } from '../../domain/cidr';
import type { IssueToken, ListTokens, RotateToken, UpdateToken } from '../../domain/commands';
import { RISK_CODES, type Risk } from '../../domain/policy/risks';
import { MAX_OVERLAP_SECONDS } from '../../domain/token/generations';
import type {
  AncestorView,
  BlockedView,
  SecretView,
  SelfView,
  ShownStatus,
  TokenPageView,
  TokenView,
} from '../../domain/views';
import { shapeOf } from '../agreement';
import {
  application,
  closedObject,
  holdsNoToken,
  instant,
  lineOfText,
  NO_TOKEN,
  team,
  tier,
  time,
  version,
} from '../common-schemas';

const CURSOR = /^[A-Za-z0-9_-]{1,1024}$/;

/** Longest lifetime that the schema lets through, in seconds; the configured limit is lower. Ten years. */
const LIFETIME_LIMIT_SECONDS = 3650 * 86_400;

/** The authorizer passes no longer text on to backends. */
const LONGEST_SCOPES = 2048;

const tokenId = z.string().regex(TOKEN_ID.pattern, 'expected 16 letters or digits, the public id of a token');

const scopes = z
  .array(z.string().regex(GRANTED_SCOPE.pattern, `expected ${GRANTED_SCOPE.allowed}`))
  .min(1)
  .max(100)
  .refine((list) => list.join(' ').length <= LONGEST_SCOPES, {
    error: `expected at most ${LONGEST_SCOPES} characters in total`,
  });

const description = z
  .string()
  .max(1024)
  .refine(isSafeLines, { error: `expected ${SAFE_TEXT_EXPECTED}` })
  .refine(holdsNoToken, { error: NO_TOKEN });

const tags = z
  .record(
    z.string(),
    z
      .string()
      .max(256)
      .refine(isSafeText, { error: `expected ${SAFE_TEXT_EXPECTED}` })
      .refine(holdsNoToken, { error: NO_TOKEN }),
  )
  .refine(hasTagNames, { error: 'expected at most 50 tags with names of 1 to 128 characters' });

const cidrs = z
  .array(
    z
      .string()
      .max(49)
      .refine((text) => readNetwork(text) !== undefined, { error: `expected ${NETWORK_EXPECTED}` }),
  )
  .max(50);

/** Body of a request for a token. */
export const IssueTokenRequest = closedObject(
  shapeOf<IssueToken>()({
    name: lineOfText(128).openapi({ description: 'What the token is for, shown in lists.' }),
    application: application.openapi({ description: 'Application that the token belongs to.' }),
    scopes: scopes.openapi({ description: 'What the token may do; never more than the caller may.' }),
    tier: tier.optional().openapi({ description: "Usage plan; the application's own when left out." }),
    description: description.optional(),
    tags: tags.optional(),
    team: team.optional().openapi({ description: "The application's own when left out." }),
    cidrs: cidrs.optional().openapi({ description: 'Networks from which the token may be used; any when left out.' }),
    expiresInSeconds: z
      .int()
      .min(1)
      .max(LIFETIME_LIMIT_SECONDS)
      .optional()
      .openapi({ description: 'Lifetime. Give this or expiresAt, or neither for the default lifetime.' }),
    expiresAt: instant.optional().openapi({ description: 'End of the lifetime.' }),
    notBefore: instant.optional().openapi({ description: 'Beginning of the lifetime; at once when left out.' }),
  }),
).openapi('IssueTokenRequest');

/** Body of a change of a token. */
export const UpdateTokenRequest = closedObject(
  shapeOf<UpdateToken>()({
    name: lineOfText(128).optional(),
    description: description.nullable().optional().openapi({ description: 'null takes it away.' }),
    tags: tags.nullable().optional().openapi({ description: 'All tags that there are to be; null takes them away.' }),
    scopes: scopes
      .optional()
      .openapi({ description: 'All scopes that there are to be; what is new the caller has to hold.' }),
    cidrs: cidrs.optional().openapi({ description: 'All networks that there are to be; an empty list means any.' }),
    expiresAt: instant.optional(),
    notBefore: instant.nullable().optional().openapi({ description: 'null: the token is valid at once.' }),
  }),
).openapi('UpdateTokenRequest');

/** Every state, in the order of the document. */
const SHOWN_STATUSES = Object.keys({
  active: true,
  disabled: true,
  revoked: true,
  expired: true,
  'not-yet-valid': true,
  blocked: true,
} satisfies Record<ShownStatus, true>) as ShownStatus[];

const flag = z
  .string()
  .regex(/^(true|false)$/, 'expected true or false')
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean' });

function choice<const Names extends readonly [string, ...string[]]>(...names: Names) {
  return z.enum(names, { error: `expected ${names.join(' or ')}` });
}

/** Query of a list of tokens. */
export const ListTokensQuery = closedObject(
  shapeOf<ListTokens>()({
    application: application.optional().openapi({ description: 'Only the tokens of this application.' }),
    team: team.optional().openapi({ description: 'Only the tokens of this team.' }),
    q: lineOfText(200).optional().openapi({
      description:
        'Words, each of which name, description, application, id or tags hold; large and small letters are the same.',
    }),
    scope: z
      .string()
      .regex(GRANTED_SCOPE.pattern, `expected ${GRANTED_SCOPE.allowed}`)
      .optional()
      .openapi({ description: 'A scope that the tokens may use, by its name or by a wildcard.' }),
    tier: tier.optional(),
    status: z.enum(SHOWN_STATUSES, { error: `expected one of ${SHOWN_STATUSES.join(', ')}` }).optional(),
    createdBy: lineOfText(1024).optional().openapi({ description: 'Principal that issued the tokens.' }),
    tag: lineOfText(385).optional().openapi({ description: 'Name of a tag, or name=value.' }),
    expiresBefore: instant.optional(),
    lastUsedBefore: instant.optional().openapi({
      description: 'Only tokens that were not used since, those that never were among them.',
    }),
    neverUsed: flag.optional(),
    noNetworks: flag.optional().openapi({ description: 'Only tokens that may be used from any network.' }),
    sort: choice('created', 'expires')
      .optional()
      .openapi({ description: 'By expiry only with a team or an application.' }),
    order: choice('ascending', 'descending').optional(),
    limit: z
      .string()
      .regex(/^([1-9][0-9]?|100)$/, 'expected an integer from 1 to 100')
      .transform(Number)
      .optional()
      .openapi({ type: 'integer', minimum: 1, maximum: 100, default: 20, description: 'Tokens on one page.' }),
    cursor: z
      .string()
      .regex(CURSOR, 'expected the nextCursor of the page before')
      .optional()
      .openapi({ description: 'The nextCursor of the page before.' }),
  }),
);

export const TokenPath = z.object({ tokenId: tokenId.openapi({ description: 'Public id of the token.' }) });

/** A token that another was derived from. */
const Ancestor = z
  .object(
    shapeOf<AncestorView>()({
      principal: z.string(),
      tokenId: z.string().openapi({ description: 'Public id of an API token, jti of an access token.' }),
      administrator: z.boolean().optional().openapi({ description: 'What an administrator issues stands by itself.' }),
    }),
  )
  .openapi('Ancestor');

/** A secret generation of a token. */
const Secret = z
  .object(
    shapeOf<SecretView>()({
      number: z.int().min(1).max(2_147_483_647),
      createdAt: time,
      endsAt: time.openapi({ description: 'When it is refused; that of the newest is the end of the token.' }),
      overlapSeconds: z.int().min(0).max(2_147_483_647).optional().openapi({
        description: 'How long it is accepted after the first use of the newer secret, which has not come yet.',
      }),
      firstUsedAt: time.optional(),
      lastUsedAt: time.optional(),
      lastAddress: z.string().optional(),
      lastUserAgent: z.string().optional(),
    }),
  )
  .openapi('Secret');

/** Why a token is refused until it meets its policy again. */
const Blocked = z.object(shapeOf<BlockedView>()({ reasons: z.array(z.string()), since: time })).openapi('Blocked');

const tokenMembers = shapeOf<TokenView>()({
  id: tokenId,
  name: z.string(),
  description: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  application: z.string(),
  team: z.string().optional(),
  environment: z.string(),
  scopes: z.array(z.string()),
  tier: z.string().optional(),
  status: z.enum(SHOWN_STATUSES),
  cidrs: z.array(z.string()),
  createdAt: time,
  createdBy: z.string().openapi({ description: 'Principal that issued the token: method, issuer and subject.' }),
  ancestors: z.array(Ancestor).optional().openapi({
    description: 'What the token was derived from, the first one first.',
  }),
  notBefore: time.optional(),
  expiresAt: time,
  lastUsedAt: time.optional(),
  blocked: Blocked.optional(),
  secrets: z
    .array(Secret)
    .optional()
    .openapi({ description: 'The newest secret, and the one before it, which is accepted until it ends.' }),
  revokedAt: time.optional(),
  revokedBy: z.string().optional(),
  version,
});

/** A token as everybody may see it who may read tokens. */
export const Token = z.object(tokenMembers).openapi('Token');

/** Who calls. */
export const Self = z
  .object(
    shapeOf<SelfView>()({
      authMethod: z.enum(AUTH_METHODS),
      principal: z.string().openapi({ description: 'Method, issuer and subject together, unique among all callers.' }),
      issuer: z.string(),
      subject: z.string().openapi({ description: 'Subject of an access token, public id of an API token.' }),
      tokenId: z.string().openapi({ description: 'jti of an access token, public id of an API token.' }),
      clientId: z.string().optional(),
      application: z.string().optional(),
      team: z.string().optional(),
      tier: z.string().optional(),
      environment: z.string(),
      scopes: z.array(z.string()),
      issuedAt: time,
      expiresAt: time.openapi({
        description: 'When the credential is refused: an older secret of a token ends before the token.',
      }),
      secretNumber: z.int().min(1).max(2_147_483_647).optional().openapi({
        description: 'Number of the secret of the API token that was used.',
      }),
      token: Token.optional(),
    }),
  )
  .openapi('Self');

const effectiveWithinSeconds = z.int().min(0).max(2_147_483_647).optional();

/** A token after a change. */
export const ChangedToken = z
  .object({
    ...tokenMembers,
    effectiveWithinSeconds: effectiveWithinSeconds.openapi({
      description: 'Until when every API goes by the change, in seconds, whatever its gateway keeps.',
    }),
  })
  .openapi('ChangedToken');

/** A token with a new secret. */
export const RotatedToken = z
  .object({
    token: z.string().optional().openapi({
      description:
        'The token with its new secret. It is shown this once and kept nowhere; a repeated request leaves it out.',
    }),
    ...ChangedToken.shape,
  })
  .openapi('RotatedToken');

/** Body of a rotation. */
export const RotateTokenRequest = closedObject(
  shapeOf<RotateToken>()({
    overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).optional().openapi({
      description: 'How long the secret before is accepted, never past the end of the token; 0 ends it at once.',
    }),
    startsAtFirstUse: z.boolean().optional().openapi({
      description: 'The overlap begins with the first use of the new secret, and ends in 30 days at the latest.',
    }),
    replaceNewest: z
      .boolean()
      .optional()
      .openapi({ description: 'The newest secret was lost: it ends at once, and one before it keeps its end.' }),
  }),
).openapi('RotateTokenRequest');

/** A token that is revoked. */
export const RevokedToken = z
  .object({
    ...tokenMembers,
    effectiveWithinSeconds: z.int().min(0).max(2_147_483_647).optional().openapi({
      description:
        'Until when every API refuses the token, and what it issued, in seconds, whatever its gateway keeps.',
    }),
  })
  .openapi('RevokedToken');

/** The one response that holds the token itself. */
export const IssuedToken = z
  .object({
    token: z.string().optional().openapi({
      description: 'The token itself. It is shown this once and kept nowhere; a repeated request leaves it out.',
    }),
    ...tokenMembers,
  })
  .openapi('IssuedToken');

/** What is wrong with a request for a token, and what is risky about it. */
export const Validation = z
  .object({
    valid: z.boolean().openapi({ description: 'Whether the same request to POST /tokens would be accepted now.' }),
    faults: z.array(z.object({ pointer: z.string(), detail: z.string() })),
    risks: z.array(z.object(shapeOf<Risk>()({ code: z.enum(RISK_CODES), text: z.string() }))),
  })
  .openapi('Validation');

export const TokenPage = z
  .object(
    shapeOf<TokenPageView>()({
      tokens: z.array(Token),
      partial: z.boolean().optional().openapi({
        description:
          'The page ended because it had looked at 500 tokens, of which these are meant; go on with nextCursor.',
      }),
      nextCursor: z.string().optional().openapi({ description: 'Absent on the last page.' }),
    }),
  )
  .openapi('TokenPage');

function hasTagNames(tags: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(tags);
  return (
    names.length <= 50 &&
    names.every((name) => name.length > 0 && name.length <= 128 && isSafeText(name) && holdsNoToken(name))
  );
}
