import type { ClientAuthMethod, ClientGrant, ClientRecord } from '../../../lib/client-record';
import type { Algorithm } from '../../../lib/grammar';
import type { Jwk } from '../../../lib/signing-keys';
import type { TokenSettings } from '../settings';
import { isoTime, withoutAbsent } from '../views';
import type { WrittenCertificate } from './client-commands';

/** A secret of a client. The secret itself is never shown. */
export interface ClientSecretView {
  readonly number: number;
  readonly createdAt: string;
  /** When it is refused; absent for the newest. */
  readonly endsAt?: string | undefined;
}

/** A public key of a client. */
export interface ClientKeyView {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly createdAt: string;
  readonly jwk: Jwk;
}

/** A client as callers may see it. Times are RFC 3339. */
export interface ClientView {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly application: string;
  readonly team?: string | undefined;
  readonly environment: string;
  readonly status: ClientRecord['status'];
  readonly authMethods: ClientAuthMethod[];
  readonly grants: ClientGrant[];
  readonly scopes: string[];
  readonly resources?: string[] | undefined;
  readonly cidrs: string[];
  readonly secrets: ClientSecretView[];
  readonly keys: ClientKeyView[];
  readonly certificate?: WrittenCertificate | undefined;
  readonly dpopBoundAccessTokens?: boolean | undefined;
  readonly accessTokenSeconds?: number | undefined;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly removedAt?: string | undefined;
  readonly version: number;
}

/** A new client; the secret is shown here alone, and only where the client has one. */
export type CreatedClientView = ClientView & { readonly secret?: string | undefined };

/** A client after a change that has to reach every API. */
export type ChangedClientView = ClientView & {
  /**
   * Until when every API refuses what the client got before and may not have any more, in seconds from now on. The token endpoint goes by the
   * change at once.
   *
   * @default - the service was not told of the APIs
   */
  readonly effectiveWithinSeconds?: number | undefined;
};

/** A client with a new secret, which is shown here alone. */
export type RotatedClientView = ChangedClientView & { readonly secret?: string | undefined };

export interface ClientPageView {
  readonly clients: ClientView[];
  /** The page has ended because it had looked at as many clients as a page may; there may be more of them. */
  readonly partial?: boolean | undefined;
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

/** A client after a change, with the bound within which every API goes by it. */
export function changedClientView(
  client: ClientRecord,
  { revocationBounds }: Pick<TokenSettings, 'revocationBounds'>,
): ChangedClientView {
  const { setSeconds } = revocationBounds ?? {};
  return { ...clientView(client), ...(setSeconds === undefined ? {} : { effectiveWithinSeconds: setSeconds }) };
}

/** A client as callers may see it. Every member is named, so that nothing new in the record is shown by accident. */
export function clientView(client: ClientRecord): ClientView {
  const { resources, certificate, removedAt } = client;
  return withoutAbsent({
    id: client.id,
    name: client.name,
    description: client.description,
    application: client.application,
    team: client.team,
    environment: client.environment,
    status: client.status,
    authMethods: [...client.authMethods],
    grants: [...client.grants],
    scopes: [...client.scopes],
    resources: resources && [...resources],
    cidrs: [...client.cidrs],
    secrets: client.generations.map(({ number, createdAt, graceUntil }) =>
      withoutAbsent({
        number,
        createdAt: isoTime(createdAt),
        endsAt: graceUntil === undefined ? undefined : isoTime(graceUntil),
      }),
    ),
    keys: client.keys.map(({ kid, algorithm, createdAt, publicJwk }) => ({
      kid,
      algorithm,
      createdAt: isoTime(createdAt),
      jwk: publicJwk,
    })),
    certificate: certificate && { ...certificate },
    dpopBoundAccessTokens: client.dpopBoundAccessTokens,
    accessTokenSeconds: client.accessTokenSeconds,
    createdAt: isoTime(client.createdAt),
    createdBy: client.createdBy,
    removedAt: removedAt === undefined ? undefined : isoTime(removedAt),
    version: client.version,
  });
}
