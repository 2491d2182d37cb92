import { awsRequest } from '../lib/aws-request';
import { randomBase62 } from '../lib/base62';
import { dynamoCall } from '../lib/dynamo-call';
import { sendRequest } from '../lib/http-request';
import { invokeFunction } from '../lib/invoke-function';
import { type Log, stdoutLog } from '../lib/log';
import { PORTAL_PATHS, type PortalBffConfig } from './config';
import { optionalParts } from './optional-parts';
import type { PortalBffPorts, RelyingParty, SessionToken } from './ports';
import { unavailable } from './problem';
import { createSessionStore } from './session-store';

const ID_LENGTH = 16;
const MINT_TIMEOUT_MS = 5000;
/** An answer of an API is shown by a page; API Gateway passes on 6 MB at most (AWS Lambda quotas). */
const MAX_ANSWER_BYTES = 2_000_000;
const API_TIMEOUT_MS = 20_000;
const PASSED_HEADERS = ['content-type', 'etag', 'retry-after', 'x-request-id'];

/** Ports of the running function: DynamoDB, Secrets Manager, providers, the token endpoint, the APIs, standard output. */
export function awsPorts(config: PortalBffConfig, log: Log = stdoutLog()): PortalBffPorts {
  const { region, table, tokenEndpoint } = config;
  const parties = new Map<string, RelyingParty>();

  async function readSecret(name: string): Promise<string> {
    const input = { SecretId: name, VersionStage: 'AWSCURRENT' };
    const call = { service: 'secretsmanager', region, operation: 'GetSecretValue', input, idempotent: true } as const;
    const { SecretString: text } = (await awsRequest(call)) as { SecretString?: unknown };
    if (typeof text !== 'string') {
      throw new Error('secret holds no text');
    }
    return text;
  }

  return {
    clock: Date.now,
    newId: () => randomBase62(ID_LENGTH),
    store: createSessionStore(dynamoCall({ region }), table),
    relyingParty: (name) => {
      const provider = Object.hasOwn(config.providers, name) ? config.providers[name] : undefined;
      if (!provider) {
        throw new Error('a session names a provider that is not configured');
      }
      const party =
        parties.get(name) ??
        optionalParts.relyingParty().createRelyingParty({
          provider,
          redirectUri: `${config.origin}${PORTAL_PATHS.callback}/${name}`,
          readClient: () => readSecret(provider.clientSecret),
          clock: Date.now,
        });
      parties.set(name, party);
      return party;
    },
    mintToken: async ({ id, issuer, subject, authTime, acr, amr }, scopes) => {
      const session = { id, issuer, subject, authTime, acr, amr };
      const payload = { action: 'mintSessionToken', session, scopes };
      const call = { region, name: tokenEndpoint, payload, timeoutMs: MINT_TIMEOUT_MS };
      const minted = await invokeFunction(call).catch((cause: unknown) => {
        throw unavailable('the token endpoint', cause);
      });
      return sessionToken(minted);
    },
    send: async ({ method, url, headers, body }) => {
      const answer = await sendRequest({
        method: method as 'GET',
        url,
        headers,
        ...(body === undefined ? {} : { body }),
        timeoutMs: API_TIMEOUT_MS,
        maxBytes: MAX_ANSWER_BYTES,
        idempotent: method === 'GET',
      });
      const passed = PASSED_HEADERS.map((name) => [name, [answer.headers[name]].flat()[0]]);
      return { status: answer.status, headers: Object.fromEntries(passed), body: answer.body.toString('utf8') };
    },
    log,
  };
}

/** @throws {ProblemError} when the endpoint made none; what Lambda says of its error is not repeated */
function sessionToken(minted: unknown): SessionToken {
  const { access_token: accessToken, expires_in: seconds } = (minted ?? {}) as Record<string, unknown>;
  if (typeof accessToken !== 'string' || typeof seconds !== 'number') {
    throw unavailable('the token endpoint', new Error('the token endpoint minted no token'));
  }
  return { accessToken, expiresAt: Math.floor(Date.now() / 1000) + seconds };
}
