import { isUtf8 } from 'node:buffer';
import type { BoundedResponse } from '../../lib/http-request';
import type { IssuerParts } from '../access-token/issuer-parts';
import { parseStrictObject } from '../access-token/strict-json';
import type { IntrospectionConfig, IssuerConfig } from '../config';
import type { AuthorizerPorts } from '../ports';
import { AuthorizerError } from '../reasons';
import { createClientSecret } from './client-secret';
import { readSignedAnswer } from './introspection-signature';

/** Asks an authorization server about a token; rejects with an {@link AuthorizerError} when it has no answer. */
export type IntrospectionClient = (token: string) => Promise<Readonly<Record<string, unknown>>>;

type Answer = Readonly<Record<string, unknown>>;

/** Answers are a few hundred bytes. */
const MAX_BYTES = 65_536;
const JSON_TYPE = 'application/json';
const SIGNED_TYPE = 'application/token-introspection+jwt';

/**
 * Makes a client of an introspection endpoint (RFC 7662, 2). Redirects are not followed: they would take the token and the
 * client's secret elsewhere. Whatever is not an answer is a failure of the server and never a bad token.
 *
 * @throws {AuthorizerError} when the address is not https
 * @throws {Error} when answers must be signed (RFC 9701), and the issuer has no keys
 */
export function createIntrospectionClient(
  issuer: IssuerConfig,
  introspection: IntrospectionConfig,
  ports: AuthorizerPorts,
  keysOf: IssuerParts['keysOf'],
): IntrospectionClient {
  const url = new URL(introspection.endpoint);
  if (url.protocol !== 'https:') {
    throw new AuthorizerError('config_error', `introspection endpoint ${url.origin} is not supported, expected https`);
  }
  const findKey = introspection.signedAnswers ? keysOf(issuer) : undefined;
  const secret = createClientSecret(introspection.clientSecretName, ports);

  function send(token: string, clientSecret: string): Promise<BoundedResponse> {
    const { clientId, clientAuthentication, timeoutMs } = introspection;
    const isBasic = clientAuthentication === 'client_secret_basic';
    const form = new URLSearchParams({
      token,
      token_type_hint: 'access_token',
      ...(!isBasic && { client_id: clientId, client_secret: clientSecret }),
    });
    return ports.send({
      url,
      method: 'POST',
      headers: {
        accept: findKey ? SIGNED_TYPE : JSON_TYPE,
        'content-type': 'application/x-www-form-urlencoded',
        ...(isBasic && { authorization: basic(clientId, clientSecret) }),
      },
      body: form.toString(),
      timeoutMs,
      maxBytes: MAX_BYTES,
      idempotent: true,
    });
  }

  async function ask(token: string): Promise<Answer> {
    const used = await secret.current();
    let response = await send(token, used);
    if (response.status === 401) {
      // The secret may have been rotated since it was read.
      const successor = await secret.successor(used);
      response = successor === undefined ? response : await send(token, successor);
    }
    if (response.status !== 200) {
      throw new Error(`status is ${response.status}, expected 200`);
    }
    return findKey
      ? readSignedAnswer(bodyOf(response, SIGNED_TYPE).trim(), issuer, introspection.clientId, ports, findKey)
      : readJson(bodyOf(response, JSON_TYPE));
  }

  return (token) =>
    ask(token).catch((cause: unknown) => {
      throw new AuthorizerError('store_error', `introspection at ${url.origin} failed`, cause);
    });
}

/** Name and password of a client, each encoded as in a form (RFC 6749, 2.3.1 and appendix B). */
function basic(clientId: string, clientSecret: string): string {
  const encoded = [clientId, clientSecret].map((text) =>
    new URLSearchParams({ a: text }).toString().slice('a='.length),
  );
  return `Basic ${Buffer.from(encoded.join(':')).toString('base64')}`;
}

/** The body, if it is text of the expected media type. */
function bodyOf({ body, headers }: BoundedResponse, expected: string): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== expected || !isUtf8(body)) {
    // The type is not quoted: it is whatever the server, or something in between, says.
    throw new Error(`body is not of type ${expected}`);
  }
  return body.toString();
}

function readJson(text: string): Answer {
  const answer = parseStrictObject(text);
  if (!answer) {
    throw new Error('body is not a JSON object with unique member names');
  }
  return answer;
}
