import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';

export interface FakeKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

export interface FakeApiGatewayOptions {
  /** Tags of the usage plans, by the id of the plan. */
  readonly plans: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Names of the REST APIs, by their ids; they may change. @default - there is none */
  readonly restApis?: Record<string, string>;
  /** Largest page that is given, whatever is asked for. @default 500 */
  readonly pageSize?: number;
  /** Whether two keys may not have the same name, as some emulators have it. @default false, as in AWS */
  readonly uniqueNames?: boolean;
}

/** The part of API Gateway's control plane that makes keys, on loopback: values are unique, names are not. */
export interface FakeApiGateway {
  readonly endpoint: string;
  readonly client: APIGatewayClient;
  readonly keys: FakeKey[];
  /** Pairs `<plan id> <key id>`. */
  readonly attachments: Set<string>;
  readonly requests: string[];
  /** Requests to fail with status 500 before anything else is done: the beginning of `METHOD /path`. */
  failing: string | undefined;
  /** Called before each answer is sent. */
  beforeAnswer: (request: string) => Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly error?: string;
}

/** Tags of a usage plan, as the constructs set them. */
export function planTags(platform: string, api: string, tier: string): Record<string, string> {
  return { 'gatehouse:platform': platform, 'gatehouse:api': api, 'gatehouse:tier': tier };
}

export async function startFakeApiGateway(options: FakeApiGatewayOptions): Promise<FakeApiGateway> {
  const server = createServer(async (request, response) => {
    const name = `${request.method} ${(request.url ?? '').split('?')[0]}`;
    gateway.requests.push(name);
    const body = await bodyOf(request);
    const answer =
      gateway.failing !== undefined && name.startsWith(gateway.failing)
        ? fault(500, 'InternalFailure')
        : answerTo(gateway, options, request.method ?? '', new URL(request.url ?? '/', 'http://x'), body);
    await gateway.beforeAnswer(name);
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      ...(answer.error === undefined ? {} : { 'x-amzn-errortype': answer.error }),
    });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new APIGatewayClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const gateway: FakeApiGateway = {
    endpoint,
    client,
    keys: [],
    attachments: new Set(),
    requests: [],
    failing: undefined,
    beforeAnswer: async () => {},
    close: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gateway;
}

function answerTo(
  gateway: FakeApiGateway,
  options: FakeApiGatewayOptions,
  method: string,
  url: URL,
  body: Record<string, unknown>,
): Answer {
  const attach = /^\/usageplans\/([^/]+)\/keys$/.exec(url.pathname);
  if (method === 'POST' && url.pathname === '/apikeys') {
    return createKey(gateway, options, body);
  }
  if (method === 'GET' && url.pathname === '/apikeys') {
    const start = url.searchParams.get('name') ?? '';
    const withValues = url.searchParams.get('includeValues') === 'true';
    const found = gateway.keys.filter((key) => key.name.startsWith(start));
    return page(
      found.map(({ value, ...key }) => (withValues ? { ...key, value } : key)),
      url,
      options,
    );
  }
  if (method === 'GET' && url.pathname === '/usageplans') {
    return page(
      Object.entries(options.plans).map(([id, tags]) => ({ id, name: `plan ${id}`, tags })),
      url,
      options,
    );
  }
  if (method === 'GET' && url.pathname === '/restapis') {
    return page(
      Object.entries(options.restApis ?? {}).map(([id, name]) => ({ id, name })),
      url,
      options,
    );
  }
  const [, flushed] = /^\/restapis\/([^/]+)\/stages\/[^/]+\/cache\/authorizers$/.exec(url.pathname) ?? [];
  if (method === 'DELETE' && flushed !== undefined) {
    return options.restApis?.[flushed] === undefined ? fault(404, 'NotFoundException') : { status: 202, body: {} };
  }
  if (method === 'POST' && attach) {
    const pair = `${attach[1]} ${body.keyId}`;
    if (gateway.attachments.has(pair)) {
      return fault(409, 'ConflictException');
    }
    gateway.attachments.add(pair);
    return { status: 201, body: { id: body.keyId, type: body.keyType } };
  }
  const detach = /^\/usageplans\/([^/]+)\/keys\/([^/]+)$/.exec(url.pathname);
  if (method === 'DELETE' && detach && gateway.attachments.delete(`${detach[1]} ${detach[2]}`)) {
    return { status: 202, body: {} };
  }
  return fault(404, 'NotFoundException');
}

function createKey(gateway: FakeApiGateway, options: FakeApiGatewayOptions, body: Record<string, unknown>): Answer {
  const { name, value, enabled } = body as { name: string; value: string; enabled: boolean };
  const taken = gateway.keys.some((key) => key.value === value || (options.uniqueNames && key.name === name));
  if (taken) {
    return fault(409, 'ConflictException');
  }
  const key = { id: `key${gateway.keys.length + 1}`, name, value, enabled };
  gateway.keys.push(key);
  return { status: 201, body: key };
}

function page(items: readonly unknown[], url: URL, { pageSize = 500 }: FakeApiGatewayOptions): Answer {
  const start = Number(url.searchParams.get('position') ?? '0');
  const end = start + Math.min(pageSize, Number(url.searchParams.get('limit') ?? '25'));
  return {
    status: 200,
    body: { item: items.slice(start, end), ...(end < items.length ? { position: `${end}` } : {}) },
  };
}

function fault(status: number, error: string): Answer {
  return { status, error, body: { message: `${error} of the fake` } };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
