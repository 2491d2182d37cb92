import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { generateApiToken, hashApiToken } from '../../../../lambdas/lib/api-token';
import { randomBase62 } from '../../../../lambdas/lib/base62';
import type { ClientRecord } from '../../../../lambdas/lib/client-record';
import { clientSecretBrand } from '../../../../lambdas/lib/grammar';
import { formatLogLine, type LogEntry } from '../../../../lambdas/lib/log';
import type { RotationRecord } from '../../../../lambdas/lib/rotation-record';
import type { SigningKey } from '../../../../lambdas/lib/signing-keys';
import type { TokenRecord } from '../../../../lambdas/lib/token-record';
import { newSigningKey } from '../../../../lambdas/rotation/kinds/signing-keys';
import { awsPorts } from '../../../../lambdas/token-endpoint/aws-ports';
import type { TokenEndpointConfig } from '../../../../lambdas/token-endpoint/config';
import { createTokenEndpoint, type TokenEndpoint } from '../../../../lambdas/token-endpoint/endpoint';
import type { EndpointAnswer } from '../../../../lambdas/token-endpoint/http/answer';
import type { Revocation, TokenEndpointPorts } from '../../../../lambdas/token-endpoint/ports';
import { startTokenTable, TABLE, type TokenTable } from '../../token-service/support/token-table';
import { CONFIG } from './config';

/** The virtual present, in epoch seconds. */
export const NOW = 1_800_000_000;
export const ADDRESS = '192.0.2.7';
export const PEPPER_KEY = Buffer.alloc(32, 7);

const PEPPER = JSON.stringify({
  schema: 1,
  kind: 'pepper',
  generation: 1,
  basedOnVersionId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  payload: { next: null, current: { id: 'p1', key: PEPPER_KEY.toString('base64url') }, retired: [] },
});

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the form. */
  readonly body?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
  /** PEM of the certificate that the gateway took. */
  readonly certificate?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // Tests look into bodies of every shape.
  readonly body: ReturnType<typeof JSON.parse>;
}

export type Form = Readonly<Record<string, string | undefined>> | readonly (readonly [string, string])[];

/** The token endpoint over a real DynamoDB protocol, with a virtual clock, a signing key and a pepper. */
export class EndpointWorld {
  now = NOW;
  readonly logs: LogEntry[] = [];
  readonly warnings: string[] = [];
  readonly reads: string[] = [];
  readonly revocations: Revocation[] = [];
  /** In place of ports. */
  overrides: Partial<TokenEndpointPorts> = {};
  config: TokenEndpointConfig = CONFIG;
  private handler: TokenEndpoint | undefined;

  private constructor(
    readonly table: TokenTable,
    readonly keys: readonly SigningKey[],
  ) {}

  static async start(): Promise<EndpointWorld> {
    const [table, ...keys] = await Promise.all([startTokenTable(), newSigningKey('ES256'), newSigningKey('ES256')]);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = table.endpoint;
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    return new EndpointWorld(table, keys);
  }

  /** For `beforeEach`: everything but the table as at the start. */
  reset(): void {
    this.now = NOW;
    this.config = CONFIG;
    this.overrides = {};
    this.handler = undefined;
    for (const list of [this.logs, this.warnings, this.reads, this.revocations]) {
      list.length = 0;
    }
  }

  async close(): Promise<void> {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    await this.table.close();
  }

  /** The execution environment of the requests so far; a new one after `reset`. */
  shared(): TokenEndpoint {
    this.handler ??= this.newEndpoint();
    return this.handler;
  }

  /** A new execution environment. */
  newEndpoint(): TokenEndpoint {
    return createTokenEndpoint(this.config, { ...this.ports(), ...this.overrides });
  }

  ports(): TokenEndpointPorts {
    const real = awsPorts(this.config, (entry) => this.logs.push(entry));
    return {
      ...real,
      clock: () => this.now * 1000,
      readItem: (key) => {
        this.reads.push(key);
        return real.readItem(key);
      },
      readSecret: async (name) => (name === this.config.pepperSecret ? PEPPER : this.signingDocument()),
      readRotationRecord: async () => this.rotationRecord(),
      revoke: async (revocation) => {
        this.revocations.push(revocation);
      },
      warn: (event) => this.warnings.push(event),
    };
  }

  signingDocument(): string {
    const [current, next] = this.keys;
    const payload = { current, next, retired: [] };
    return JSON.stringify({ schema: 1, kind: 'signing-keys', generation: 1, basedOnVersionId: null, payload });
  }

  rotationRecord(): RotationRecord {
    return {
      pk: `rotation#${this.config.signingSecret}`,
      entity: 'rotation',
      secretName: this.config.signingSecret,
      credentials: this.keys.map(({ kid, publicJwk }) => ({ id: kid, addedAt: 1, publishedAt: 1, publicJwk })),
      version: 1,
    };
  }

  /** The public keys, as the key set has them. */
  keySet() {
    return { keys: this.keys.map(({ publicJwk }) => publicJwk) };
  }

  /** Sends a form. An execution environment is kept from one request to the next. */
  async send(form: Form, sent: Sent = {}, endpoint?: TokenEndpoint): Promise<Answer> {
    const answer = (await (endpoint ?? this.shared())(proxyEvent(form, sent))) as EndpointAnswer;
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: answer.headers['content-type'] === 'application/json' ? JSON.parse(answer.body) : undefined,
    };
  }

  /** Invokes the function directly. */
  invoke(event: unknown): Promise<ReturnType<typeof JSON.parse>> {
    return this.shared()(event);
  }

  /** Registers a client, and gives the text of its secret. */
  async client(changes: Partial<ClientRecord> = {}): Promise<{ readonly id: string; readonly secret: string }> {
    const { token: secret, id } = generateApiToken(clientSecretBrand(CONFIG.brand), CONFIG.tokenEnvironment);
    const record: ClientRecord = {
      pk: `client#${id}`,
      entity: 'client',
      id,
      name: 'nightly import',
      application: 'warehouse',
      environment: CONFIG.environment,
      status: 'active',
      authMethods: ['client_secret_basic', 'client_secret_post'],
      grants: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      scopes: ['sales:read', 'sales:write', 'stock:read'],
      generations: [{ number: 1, hash: this.hash(secret), pepperId: 'p1', createdAt: NOW - 100 }],
      keys: [],
      cidrs: [],
      createdAt: NOW - 100,
      createdBy: 'test',
      version: 1,
      ...changes,
    };
    await this.put(record);
    return { id, secret };
  }

  /** Issues an API token, and gives its text. */
  async token(changes: Partial<TokenRecord> = {}): Promise<{ readonly id: string; readonly token: string }> {
    const { token, id } = generateApiToken(CONFIG.brand, CONFIG.tokenEnvironment);
    const record: TokenRecord = {
      pk: `token#${id}`,
      entity: 'token',
      id,
      name: 'dashboard',
      application: 'warehouse',
      team: 'logistics',
      tier: 'gold',
      environment: CONFIG.environment,
      scopes: ['sales:read', 'sales:write'],
      status: 'active',
      cidrs: [],
      createdAt: NOW - 100,
      createdBy: 'test',
      expiresAt: NOW + 86_400,
      generations: [{ number: 1, hash: this.hash(token), pepperId: 'p1', createdAt: NOW - 100 }],
      version: 1,
      usageKey: 'usage-key-value-0123456789',
      ...changes,
    };
    await this.put(record);
    return { token, id };
  }

  hash(secret: string): string {
    return hashApiToken(PEPPER_KEY, secret);
  }

  async put(item: object): Promise<void> {
    await this.table.client.send(new PutCommand({ TableName: TABLE, Item: item }));
  }

  /** Items of what was used once. */
  async used(): Promise<readonly Record<string, unknown>[]> {
    return (await this.table.items()).filter(({ entity }) => entity === 'once');
  }

  /** Every log line as it is written. */
  get output(): string {
    return this.logs.map((entry) => formatLogLine(entry, this.now * 1000)).join('\n');
  }
}

/** Event of a REST API with a form as body. */
export function proxyEvent(form: Form, sent: Sent = {}): Record<string, unknown> {
  const { method = 'POST', path = '/oauth2/token', headers = {}, query, sourceIp = ADDRESS, certificate } = sent;
  const pairs = Array.isArray(form) ? form : Object.entries(form).filter(([, value]) => value !== undefined);
  const all: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded', ...headers };
  return {
    httpMethod: method,
    path,
    resource: path,
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: null,
    body: sent.body ?? new URLSearchParams(pairs as [string, string][]).toString(),
    isBase64Encoded: false,
    requestContext: {
      requestId: `request-${randomBase62(4)}`,
      resourcePath: path,
      identity: { sourceIp, ...(certificate !== undefined && { clientCert: { clientCertPem: certificate } }) },
    },
  };
}

/** Value of an Authorization header (RFC 6749, 2.3.1). */
export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

export const CREDENTIALS = { grant_type: 'client_credentials' };
export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** Form of an exchange. */
export function exchange(token: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { grant_type: EXCHANGE, subject_token: token, subject_token_type: ACCESS_TOKEN_TYPE, ...more };
}

/** The header of a token, unverified. */
export function headerOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
