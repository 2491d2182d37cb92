import type { IssuerOptions } from '../../../constructs/authorizer';
import { GRANTED_SCOPE, SCOPE } from '../../../lambdas/lib/grammar';
import { choice, flag, integer, list, object, record, type Schema, text } from './build';
import { ENDPOINT, HTTPS_ADDRESS, KEY_ARN, OWN_APPLICATION, SECRET_NAME } from './grammar';

const introspection = object(
  "Asks the issuer's authorization server about tokens (RFC 7662).",
  {
    required: {
      endpoint: text('HTTPS address of the introspection endpoint.', ENDPOINT),
      clientId: text('Client by which the authorizer asks.'),
      clientSecretName: text('Name of a Secrets Manager secret; never the secret itself.', SECRET_NAME),
    },
    optional: {
      clientSecretKeyArn: text('KMS key that encrypts the secret of the client.', {
        ...KEY_ARN,
        absent: 'the AWS managed key',
      }),
      clientAuthentication: choice(
        'How the client proves itself to the endpoint.',
        ['client_secret_basic', 'client_secret_post'],
        { default: 'client_secret_basic' },
      ),
      tokenPattern: text('Regular expression of opaque tokens that are asked about.', { maxLength: 200 }),
      jwts: flag('Whether JWTs of the issuer are asked about too.'),
      signedAnswers: flag('Demands answers that are signed (RFC 9701).', { default: false }),
      cacheSeconds: integer('How long an answer is kept, in seconds.', { minimum: 0, maximum: 60, default: 30 }),
      timeoutMs: integer('Longest time to wait for an answer, in milliseconds.', {
        minimum: 100,
        maximum: 5000,
        default: 1500,
      }),
    },
  },
  { absent: 'tokens are verified with its keys alone' },
);

/** Applications by the client id of the issuer, or their names where client ids are the same. */
const applications: Schema<readonly string[] | Readonly<Record<string, string>>> = {
  description:
    'Applications that the issuer speaks for: their names where client ids are the same, or an application by client id. Default: none.',
  if: { type: 'array' },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: list('Names of applications.', text('Name of an application.', OWN_APPLICATION), { uniqueItems: true }),
  else: record(
    'Applications by client id.',
    { minLength: 1, maxLength: 512 },
    text('Name of an application.', OWN_APPLICATION),
  ),
};

type PublicKeys = NonNullable<IssuerOptions['jwks']>;

const jwks: Schema<PublicKeys> = {
  ...object('Public keys; with jwksUri a copy that serves until the first fetch.', {
    required: {
      keys: list(
        'Public keys as JWKs (RFC 7517).',
        { type: 'object', required: ['kty', 'kid'], not: { anyOf: [{ required: ['d'] }, { required: ['k'] }] } },
        { minItems: 1 },
      ),
    },
  }),
} as Schema<PublicKeys>;

export const issuer = object(
  'An issuer of access tokens.',
  {
    required: {
      issuer: text('Exact value of the iss claim.'),
    },
    optional: {
      profile: choice(
        'Whose form the access tokens have, see docs/identity-providers.md; each but the default has weaker guarantees.',
        ['rfc9068', 'cognito', 'auth0', 'okta', 'entra-id', 'keycloak', 'google'],
        { default: 'rfc9068' },
      ),
      audience: list(
        'Accepted values of the aud claim; with profile cognito only where clients ask for a resource.',
        text('An entry.'),
        { minItems: 1 },
      ),
      clients: list(
        'Client ids whose tokens are accepted; profile cognito demands it.',
        text('An entry.', { maxLength: 512 }),
        { minItems: 1, uniqueItems: true },
      ),
      scopeMap: record(
        'Scope here that each scope of the provider stands for, others are left out; profiles cognito and entra-id demand it.',
        undefined,
        text('One of them.', SCOPE),
        { minProperties: 1 },
      ),
      clientScopes: record(
        'Scopes by client id, for tokens that name none; profile google demands it.',
        undefined,
        list('One of them.', text('An entry.', SCOPE)),
        { minProperties: 1 },
      ),
      introspection,
      senderConstraints: list(
        'Constraints that the issuer\'s tokens may have: "dpop" (RFC 9449), "mtls" (RFC 8705). Bound tokens need an API with resultCacheSeconds 0.',
        choice('An entry.', ['dpop', 'mtls']),
        { uniqueItems: true },
      ),
      allowSeveralAudiences: flag('Whether aud may name others beside an accepted value.', { default: false }),
      scopes: list(
        'Scopes that the issuer may grant; without this every scope by its exact name, and no wildcard.',
        text('An entry.', GRANTED_SCOPE),
      ),
      applications,
      algorithms: list('Accepted JWS algorithms.', choice('An entry.', ['RS256', 'PS256', 'ES256', 'EdDSA']), {
        minItems: 1,
        uniqueItems: true,
        default: ['RS256', 'ES256'],
      }),
      jwks,
      jwksUri: text("HTTPS address of the issuer's key set.", HTTPS_ADDRESS),
      types: list('Accepted typ header values.', text('An entry.'), {
        minItems: 1,
        default: ['at+jwt', 'application/at+jwt'],
      }),
      maxLifetimeSeconds: integer('Longest accepted exp − iat in seconds.', {
        minimum: 60,
        maximum: 2592000,
        default: 86400,
      }),
      leewaySeconds: integer('Accepted clock difference in seconds, 0 to 300.', {
        minimum: 0,
        maximum: 300,
        default: 30,
      }),
    },
  },
  {
    anyOf: [{ required: ['jwks'] }, { required: ['jwksUri'] }, { required: ['introspection'] }],
    if: { properties: { profile: { const: 'cognito' } }, required: ['profile'] },
    else: { required: ['audience'] },
  },
);
