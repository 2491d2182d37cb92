import { z } from '@hono/zod-openapi';
import { CLIENT_AUTH_METHODS, CLIENT_GRANTS } from '../../../lib/client-record';
import { ALGORITHMS, RESOURCE, SCOPE, TOKEN_ID } from '../../../lib/grammar';
import { isSafeLines, SAFE_TEXT_EXPECTED } from '../../../lib/text';
import { LONGEST_DERIVED_SECONDS } from '../../../lib/token-source';
import { NETWORK_EXPECTED, readNetwork } from '../../domain/cidr';
import type {
  AddClientKey,
  CreateClient,
  ListClients,
  RotateClient,
  UpdateClient,
  WrittenCertificate,
} from '../../domain/clients/client-commands';
import type {
  ChangedClientView,
  ClientKeyView,
  ClientPageView,
  ClientSecretView,
  ClientView,
  CreatedClientView,
  RotatedClientView,
} from '../../domain/clients/client-views';
import { MAX_OVERLAP_SECONDS } from '../../domain/token/generations';
import { shapeOf } from '../agreement';
import {
  application,
  closedObject,
  cursor,
  holdsNoToken,
  instant,
  limit,
  lineOfText,
  NO_TOKEN,
  nextCursor,
  team,
  time,
  version,
} from '../common-schemas';

const STATUSES = ['active', 'disabled', 'removed'] as const;

/** A client's tokens carry all scopes in one text, as those of the authorizer. */
const LONGEST_SCOPES = 2048;

const clientId = z.string().regex(TOKEN_ID.pattern, 'expected 16 letters or digits, the id of a client');

const authMethod = z.enum(CLIENT_AUTH_METHODS, { error: `expected one of ${CLIENT_AUTH_METHODS.join(', ')}` });
const authMethods = z
  .array(authMethod)
  .min(1)
  .max(CLIENT_AUTH_METHODS.length)
  .openapi({ description: 'Ways in which the client may authenticate.' });

const grants = z
  .array(z.enum(CLIENT_GRANTS, { error: `expected one of ${CLIENT_GRANTS.join(', ')}` }))
  .min(1)
  .max(CLIENT_GRANTS.length)
  .openapi({ description: 'Grants that the client may use.' });

const scopes = z
  .array(z.string().regex(SCOPE.pattern, `expected ${SCOPE.allowed}`))
  .min(1)
  .max(100)
  .refine((list) => list.join(' ').length <= LONGEST_SCOPES, {
    error: `expected at most ${LONGEST_SCOPES} characters in total`,
  })
  .openapi({ description: 'What the tokens of the client may have, never more than the caller may; no wildcards.' });

const description = z
  .string()
  .max(1024)
  .refine(isSafeLines, { error: `expected ${SAFE_TEXT_EXPECTED}` })
  .refine(holdsNoToken, { error: NO_TOKEN });

const resources = z
  .array(z.string().max(512).regex(RESOURCE.pattern, `expected ${RESOURCE.allowed}`))
  .min(1)
  .max(20)
  .openapi({ description: 'What the client may ask tokens for (RFC 8707); any of the platform when left out.' });

const cidrs = z
  .array(
    z
      .string()
      .max(49)
      .refine((text) => readNetwork(text) !== undefined, { error: `expected ${NETWORK_EXPECTED}` }),
  )
  .max(50)
  .openapi({ description: 'Networks that the client and its tokens may be used from; any when empty.' });

const jwk = z
  .record(z.string(), z.unknown())
  .openapi({ description: 'Public key as a JSON Web Key (RFC 7517); an RSA key names its algorithm with alg.' });

const HOST = /^[A-Za-z0-9][A-Za-z0-9-]{0,62}(\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*$/;

/** What the certificate of a client has to be; that exactly one member says it the domain checks. */
const certificate = closedObject(
  shapeOf<WrittenCertificate>()({
    subjectDn: lineOfText(1024).optional().openapi({ description: 'Subject, as RFC 4514 writes it.' }),
    sanDns: z
      .string()
      .max(253)
      .regex(HOST, 'expected the name of a host, without a wildcard')
      .optional()
      .openapi({ description: 'A dNSName of the subject alternative names.' }),
    sanUri: z
      .string()
      .max(512)
      .regex(RESOURCE.pattern, `expected ${RESOURCE.allowed}`)
      .optional()
      .openapi({ description: 'A URI of the subject alternative names.' }),
    thumbprint: z
      .string()
      .regex(/^[A-Za-z0-9_-]{43}$/, 'expected the SHA-256 of the certificate, 43 characters of base64url')
      .optional()
      .openapi({ description: 'SHA-256 of a self-signed certificate in DER, base64url (x5t#S256).' }),
  }),
);

const dpopBoundAccessTokens = z
  .boolean()
  .openapi({ description: 'Whether tokens of the client are always bound to a key (RFC 9449, 5.2).' });

const accessTokenSeconds = z
  .int()
  .min(1)
  .max(LONGEST_DERIVED_SECONDS.client)
  .openapi({ description: 'Life of the tokens of the client; 600 when left out.' });

/** Body of a request for a client. */
export const CreateClientRequest = closedObject(
  shapeOf<CreateClient>()({
    name: lineOfText(128).openapi({ description: 'What the client is, shown in lists.' }),
    application: application.openapi({ description: 'Registered application that the client belongs to for good.' }),
    scopes,
    description: description.optional(),
    authMethods: authMethods.optional().openapi({ description: 'client_secret_basic when left out.' }),
    grants: grants.optional().openapi({ description: 'client_credentials when left out.' }),
    resources: resources.optional(),
    cidrs: cidrs.optional(),
    keys: z.array(jwk).max(100).optional().openapi({ description: 'Public keys, at most four.' }),
    certificate: certificate.optional(),
    dpopBoundAccessTokens: dpopBoundAccessTokens.optional(),
    accessTokenSeconds: accessTokenSeconds.optional(),
  }),
).openapi('CreateClientRequest');

/** Body of a change of a client. */
export const UpdateClientRequest = closedObject(
  shapeOf<UpdateClient>()({
    name: lineOfText(128).optional(),
    description: description.nullable().optional().openapi({ description: 'null takes it away.' }),
    scopes: scopes.optional(),
    authMethods: authMethods.optional(),
    grants: grants.optional(),
    resources: resources.nullable().optional().openapi({ description: 'null: any of the platform.' }),
    cidrs: cidrs.optional(),
    certificate: certificate.nullable().optional(),
    dpopBoundAccessTokens: dpopBoundAccessTokens.optional(),
    accessTokenSeconds: accessTokenSeconds.nullable().optional().openapi({ description: 'null: 600.' }),
  }),
).openapi('UpdateClientRequest');

/** Body of a rotation; all of it may be left out. */
export const RotateClientRequest = closedObject(
  shapeOf<RotateClient>()({
    overlapSeconds: z
      .int()
      .min(0)
      .max(MAX_OVERLAP_SECONDS)
      .optional()
      .openapi({ description: "How long the secret before is still accepted; the platform's when left out." }),
    replaceNewest: z
      .boolean()
      .optional()
      .openapi({ description: 'The newest secret was lost: it is replaced, an older one keeps its end.' }),
  }),
).openapi('RotateClientRequest');

/** Body of a request for another key. */
export const AddClientKeyRequest = closedObject(shapeOf<AddClientKey>()({ jwk })).openapi('AddClientKeyRequest');

/** Query of a list of clients. */
export const ListClientsQuery = closedObject(
  shapeOf<ListClients>()({
    application: application.optional().openapi({ description: 'Only the clients of this application.' }),
    team: team.optional().openapi({ description: 'Only the clients of this team.' }),
    q: lineOfText(200).optional().openapi({
      description: 'Words, each of which name, description, application or id hold.',
    }),
    scope: z
      .string()
      .regex(SCOPE.pattern, `expected ${SCOPE.allowed}`)
      .optional()
      .openapi({ description: 'A scope that tokens of the clients may have.' }),
    status: z.enum(STATUSES, { error: `expected one of ${STATUSES.join(', ')}` }).optional(),
    authMethod: authMethod.optional(),
    createdBy: lineOfText(1024).optional().openapi({ description: 'Principal that registered the clients.' }),
    noNetworks: z
      .string()
      .regex(/^(true|false)$/, 'expected true or false')
      .transform((text) => text === 'true')
      .optional()
      .openapi({ type: 'boolean', description: 'Only clients that may be used from any network.' }),
    secretBefore: instant.optional().openapi({ description: 'Only clients whose newest secret was made before.' }),
    limit,
    cursor,
  }),
);

export const ClientPath = z.object({ clientId: clientId.openapi({ description: 'Id of the client.' }) });

export const ClientKeyPath = z.object({
  ...ClientPath.shape,
  kid: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,128}$/, 'expected the kid of a key, 1 to 128 of A-Z a-z 0-9 . _ ~ -')
    .openapi({ description: 'Name of the key.' }),
});

const Secret = z
  .object(
    shapeOf<ClientSecretView>()({
      number: z.int().min(1).max(2_147_483_647),
      createdAt: time,
      endsAt: time.optional().openapi({ description: 'When it is refused; absent for the newest.' }),
    }),
  )
  .openapi('ClientSecret');

const Key = z
  .object(
    shapeOf<ClientKeyView>()({
      kid: z.string(),
      algorithm: z.enum(ALGORITHMS),
      createdAt: time,
      jwk: z.record(z.string(), z.unknown()),
    }),
  )
  .openapi('ClientKey');

const client = shapeOf<ClientView>()({
  id: clientId,
  name: z.string(),
  description: z.string().optional(),
  application: z.string(),
  team: z.string().optional(),
  environment: z.string(),
  status: z.enum(STATUSES),
  authMethods: z.array(z.enum(CLIENT_AUTH_METHODS)),
  grants: z.array(z.enum(CLIENT_GRANTS)),
  scopes: z.array(z.string()),
  resources: z.array(z.string()).optional(),
  cidrs: z.array(z.string()),
  secrets: z.array(Secret).openapi({ description: 'The secrets themselves are never shown again.' }),
  keys: z.array(Key),
  certificate: certificate.optional(),
  dpopBoundAccessTokens: z.boolean().optional(),
  accessTokenSeconds: z.int().optional(),
  createdAt: time,
  createdBy: z.string(),
  removedAt: time.optional(),
  version,
});

/** A client as callers see it. */
export const Client = z.object(client).openapi('Client');

const secret = z.string().optional().openapi({
  description:
    'The secret, which is shown this once; absent where the client has none, or a repeated request has lost it.',
});

export const CreatedClient = z.object(shapeOf<CreatedClientView>()({ ...client, secret })).openapi('CreatedClient');

const changed = shapeOf<ChangedClientView>()({
  ...client,
  effectiveWithinSeconds: z.int().min(0).optional().openapi({
    description:
      'Until when every API refuses what the client got before and may not have any more. The token endpoint goes by the change at once.',
  }),
});

export const ChangedClient = z.object(changed).openapi('ChangedClient');

export const RotatedClient = z.object(shapeOf<RotatedClientView>()({ ...changed, secret })).openapi('RotatedClient');

/** A page of clients. */
export const ClientPage = z
  .object(
    shapeOf<ClientPageView>()({
      clients: z.array(Client),
      partial: z.boolean().optional().openapi({
        description: 'The page ended because it had looked at as many clients as a page may.',
      }),
      nextCursor,
    }),
  )
  .openapi('ClientPage');
