import { addressCheck } from '../../authorizer/event/source-address';
import type { ClientAuthMethod, ClientRecord } from '../../lib/client-record';
import type { TokenEndpointConfig } from '../config';
import { decode, type OAuthRequest } from '../http/event';
import { invalidClient, OAuthError } from '../oauth-error';
import { optionalParts } from '../optional-parts';
import type { Peppers } from '../peppers';
import type { TokenEndpointPorts } from '../ports';
import { ASSERTION_TYPE, type Assertion, assertionHash, isSignedBy, readAssertion } from './assertion';
import type { PresentedCertificate } from './certificate';
import { type Owner, readApplication, readClient } from './client-reader';
import { clientOfSecret, secretEnd } from './client-secret';

/** A client that has authenticated. */
export interface AuthenticatedClient {
  readonly client: ClientRecord;
  readonly method: ClientAuthMethod;
  /** What is registered of its application; `undefined` where nothing is. */
  readonly owner: Owner | undefined;
  /** When the secret ends by which it authenticated, epoch seconds: none of its tokens outlives it. @default - it has no secret */
  readonly secretEndsAt?: number;
  /** The certificate by which it authenticated: its tokens are bound to it (RFC 8705, 3). */
  readonly certificate?: PresentedCertificate;
}

/** How a request says who the client is; nothing of it is proved yet. */
type Credentials =
  | { readonly by: 'secret'; readonly method: ClientAuthMethod; readonly clientId: string; readonly secret: string }
  | { readonly by: 'assertion'; readonly assertion: Assertion }
  | { readonly by: 'certificate'; readonly clientId: string; readonly certificate: PresentedCertificate }
  | { readonly by: 'name'; readonly clientId: string };

/**
 * Authenticates the client of a request; `undefined` when the request names no client, or names one by a bare `client_id` without proof,
 * which `isHolder` takes for the name of whoever holds the token.
 */
export type Authenticate = (
  request: OAuthRequest,
  form: ReadonlyMap<string, string>,
  isHolder?: (clientId: string) => boolean,
) => Promise<AuthenticatedClient | undefined>;

const TLS_METHODS = ['tls_client_auth', 'self_signed_tls_client_auth'] as const;

const UNKNOWN = 'there is no such client, or it is not active';

/** Makes the authentication of clients. It rejects with an {@link OAuthError}: the same one for every reason that a client may not learn. */
export function createAuthentication(
  config: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  peppers: Peppers,
): Authenticate {
  const now = () => ports.clock() / 1000;

  function credentialsOf(request: OAuthRequest, form: ReadonlyMap<string, string>): Credentials | undefined {
    const authorization = request.header('authorization');
    const [secret, assertion, type] = ['client_secret', 'client_assertion', 'client_assertion_type'].map((name) =>
      form.get(name),
    );
    const kinds = [authorization, secret, assertion ?? type].filter((kind) => kind !== undefined);
    if (kinds.length > 1) {
      throw new OAuthError('invalid_request', 'the client authenticates in more than one way');
    }
    const clientId = form.get('client_id');
    if (authorization !== undefined) {
      return basicCredentials(authorization, clientId);
    }
    if (secret !== undefined) {
      if (clientId === undefined) {
        throw invalidClient('a secret comes without client_id');
      }
      return { by: 'secret', method: 'client_secret_post', clientId, secret };
    }
    if (assertion !== undefined || type !== undefined) {
      return { by: 'assertion', assertion: assertionOf(assertion, type, clientId) };
    }
    if (clientId === undefined) {
      return undefined;
    }
    const pem = config.mtlsUrl === undefined ? undefined : request.certificate;
    const certificate = pem === undefined ? undefined : optionalParts.certificate().readCertificate(pem, now());
    return certificate ? { by: 'certificate', clientId, certificate } : { by: 'name', clientId };
  }

  function assertionOf(text: string | undefined, type: string | undefined, clientId: string | undefined): Assertion {
    if (text === undefined || type !== ASSERTION_TYPE) {
      throw invalidClient('the assertion is missing, or of another type than that of a JWT');
    }
    const assertion = readAssertion(text, config.issuer, now());
    if (typeof assertion === 'string') {
      throw invalidClient(assertion);
    }
    if (clientId !== undefined && clientId !== assertion.clientId) {
      throw invalidClient('the assertion is of another client than client_id');
    }
    return assertion;
  }

  async function bySecret({ clientId, secret, method }: Extract<Credentials, { by: 'secret' }>) {
    // Garbage costs no read.
    if (clientOfSecret(secret, config) !== clientId) {
      throw invalidClient('the secret is none of this client');
    }
    const client = await readClient(ports, clientId);
    const endsAt = await secretEnd(secret, client, now(), peppers);
    if (endsAt === undefined || !client) {
      throw invalidClient(client ? 'the secret is wrong, or has ended' : UNKNOWN);
    }
    return { client: registered(client, [method]), method, secretEndsAt: endsAt };
  }

  async function byAssertion({ assertion }: Extract<Credentials, { by: 'assertion' }>) {
    const client = isClientId(assertion.clientId) ? await readClient(ports, assertion.clientId) : undefined;
    if (!client || !(await isSignedBy(assertion, client, ports))) {
      throw invalidClient(client ? 'the assertion has no good signature of a registered key' : UNKNOWN);
    }
    const known = registered(client, ['private_key_jwt']);
    // The last thing: nobody but the client itself can use up its assertion.
    if (!(await ports.useOnce('assertion', assertionHash(assertion), Math.ceil(assertion.expiresAt)))) {
      throw invalidClient('the assertion was used before');
    }
    return { client: known, method: 'private_key_jwt' as const };
  }

  async function byCertificate({ clientId, certificate }: Extract<Credentials, { by: 'certificate' }>) {
    const client = isClientId(clientId) ? await readClient(ports, clientId) : undefined;
    const method =
      client &&
      TLS_METHODS.find(
        (one) =>
          client.authMethods.includes(one) &&
          client.certificate !== undefined &&
          optionalParts.certificate().isCertificateOf(certificate, client.certificate, one),
      );
    if (!client || !method) {
      throw invalidClient(client ? 'the certificate is not that of the client' : UNKNOWN);
    }
    return { client: registered(client, [method]), method, certificate };
  }

  /** The client, if it may do anything, and by this method. */
  function registered(client: ClientRecord, methods: readonly ClientAuthMethod[]): ClientRecord {
    if (client.status !== 'active' || client.environment !== config.environment) {
      throw invalidClient(UNKNOWN);
    }
    if (!methods.some((method) => client.authMethods.includes(method))) {
      throw invalidClient('the client is not registered for this method');
    }
    return client;
  }

  return async (request, form, isHolder = () => false) => {
    const credentials = credentialsOf(request, form);
    if (credentials === undefined || (credentials.by === 'name' && isHolder(credentials.clientId))) {
      return undefined;
    }
    const found =
      credentials.by === 'secret'
        ? await bySecret(credentials)
        : credentials.by === 'assertion'
          ? await byAssertion(credentials)
          : credentials.by === 'certificate'
            ? await byCertificate(credentials)
            : undefined;
    if (!found) {
      throw invalidClient('the client names itself and proves nothing');
    }
    if (!isFrom(request.sourceIp, found.client.cidrs)) {
      throw invalidClient('the client calls from an address outside its networks');
    }
    const owner = await readApplication(ports, found.client.application);
    if (owner?.archivedAt !== undefined) {
      throw invalidClient('the application of the client is archived');
    }
    return { ...found, owner };
  };
}

/** Whether an address lies in networks; a malformed network lets nobody in. */
export function isFrom(address: string | undefined, cidrs: readonly string[]): boolean {
  try {
    return addressCheck(cidrs)(address);
  } catch {
    return false;
  }
}

/** Reads the header of RFC 6749, 2.3.1: id and secret are encoded as in a form, then joined, then encoded in base64 (RFC 7617). */
function basicCredentials(authorization: string, clientId: string | undefined): Credentials {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const at = pair.indexOf(':');
  const [id, secret] = at < 0 ? [] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
  if (!id || !secret) {
    throw invalidClient('the Authorization header is not one of the scheme Basic with an id and a secret');
  }
  if (clientId !== undefined && clientId !== id) {
    throw invalidClient('client_id is another one than that of the Authorization header');
  }
  return { by: 'secret', method: 'client_secret_basic', clientId: id, secret };
}

/** Whether a text has the form of a client id; for another nothing is read. */
function isClientId(text: string): boolean {
  return /^[0-9A-Za-z]{16}$/.test(text);
}
