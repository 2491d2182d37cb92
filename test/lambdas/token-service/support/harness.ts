import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { generateApiToken } from '../../../../lambdas/lib/api-token';
import { randomBase62 } from '../../../../lambdas/lib/base62';
import { clientSecretBrand } from '../../../../lambdas/lib/grammar';
import { formatLogLine, type LogEntry } from '../../../../lambdas/lib/log';
import { memberIdOf, type TeamMember, type TeamRecord, teamKey } from '../../../../lambdas/lib/team-record';
import type { ApplicationRecord, TokenRecord } from '../../../../lambdas/lib/token-record';
import { ApiGatewayKeys } from '../../../../lambdas/token-service/aws/api-gateway-keys';
import { DynamoBulkIndex } from '../../../../lambdas/token-service/aws/dynamo-bulk';
import { DynamoClients } from '../../../../lambdas/token-service/aws/dynamo-clients';
import { DynamoItems } from '../../../../lambdas/token-service/aws/dynamo-items';
import { DynamoTokenStore } from '../../../../lambdas/token-service/aws/dynamo-store';
import { DynamoTeams } from '../../../../lambdas/token-service/aws/dynamo-teams';
import type { TokenServiceConfig } from '../../../../lambdas/token-service/config';
import type { TeamRole } from '../../../../lambdas/token-service/domain/authority/roles';
import type { TokenServicePorts } from '../../../../lambdas/token-service/domain/ports';
import { ROUTES } from '../../../../lambdas/token-service/http/subjects';
import {
  createTokenService,
  type Invocation,
  type TokenServiceOptions,
} from '../../../../lambdas/token-service/service';
import { type FakeApiGateway, type FakeApiGatewayOptions, planTags, startFakeApiGateway } from './fake-api-gateway';
import { startTokenTable, TABLE, type TokenTable } from './token-table';

export const CONFIG: TokenServiceConfig = {
  version: 1,
  environment: 'dev',
  region: 'eu-west-1',
  brand: 'acme',
  tokenEnvironment: 'test',
  table: TABLE,
  pepperSecret: 'acme-dev-pepper',
  basePath: '/v1',
  scopes: {
    'sales:read': 'Read sales',
    'sales:write': 'Write sales',
    'reports:read': 'Read reports',
    'tokens:read': 'Read tokens',
    'tokens:write': 'Issue tokens',
    'teams:write': 'Change teams',
    'trail:read': 'Read the audit trail',
  },
  tiers: ['free', 'gold'],
  namePrefix: 'acme-dev',
  defaultLifetimeSeconds: 90 * 86_400,
  maxLifetimeSeconds: 365 * 86_400,
  issuers: ['https://issuer.example.com/'],
  maxAccessTokenSeconds: 3600,
  metricsNamespace: 'Acme',
};

/** Context of the platform's authorizer. */
export const AUTHORIZER = {
  principalId: 'api_token|urn:gatehouse:platform:dev|administratorAAA',
  principal: 'api_token|urn:gatehouse:platform:dev|administratorAAA',
  issuer: 'urn:gatehouse:platform:dev',
  tokenId: 'administratorAAA',
  application: 'gatehouse-administration',
  environment: 'dev',
  scopes: '*',
  issuedAt: '1767222000',
  expiresAt: '1767229200',
  authMethod: 'api_token',
};

/** Record of the caller's token: an administrator's, as a direct invocation makes it. No table holds it. */
const ADMINISTRATOR: TokenRecord = {
  pk: `token#${AUTHORIZER.tokenId}`,
  entity: 'token',
  id: AUTHORIZER.tokenId,
  name: 'administrator',
  application: AUTHORIZER.application,
  environment: 'dev',
  scopes: ['*'],
  status: 'active',
  cidrs: [],
  createdAt: Number(AUTHORIZER.issuedAt),
  createdBy: 'direct-invocation',
  expiresAt: 4_000_000_000,
  generations: [],
  version: 1,
};

/** The token table with the administrator of the tests in it. */
export class StoreWithAdministrator extends DynamoTokenStore {
  override async getToken(id: string): Promise<TokenRecord | undefined> {
    return id === ADMINISTRATOR.id ? ADMINISTRATOR : super.getToken(id);
  }
}

/** 2026-01-01T00:00:00Z, in epoch milliseconds. */
export const NOW = Date.UTC(2026, 0, 1);

/** The issuer of access tokens that the platform of the tests trusts. */
export const ISSUER = 'https://issuer.example.com/';

/** Id of a person as a member of teams, by the subject at the trusted issuer. */
export function personId(subject: string): string {
  return memberIdOf(`access_token|${ISSUER}|${subject}`);
}

export const PEPPER = { id: 'p1', key: Buffer.alloc(32, 7) };

/** Body of a request that is accepted. */
export const VALID = { name: 'nightly import', application: 'dashboard', scopes: ['sales:read'] } as const;

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // Tests look into bodies of every shape.
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Scopes of the caller. @default "*" */
  readonly scopes?: string;
  /** In place of the whole authorizer context. */
  readonly authorizer?: unknown;
  readonly contentType?: string | undefined;
  /** Headers beside the content type. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the template of the path. */
  readonly resource?: string;
}

/** A token service over a real DynamoDB protocol and a local control plane. */
export class Harness {
  readonly logs: LogEntry[] = [];
  readonly replies: Reply[] = [];
  now = NOW;
  config = CONFIG;
  options: TokenServiceOptions = {};
  overrides: Partial<TokenServicePorts> = {};

  private constructor(
    readonly table: TokenTable,
    readonly gateway: FakeApiGateway,
  ) {}

  static async start(
    gateway: FakeApiGatewayOptions = {
      plans: { p1: planTags('acme-dev', 'home', 'free'), p2: planTags('acme-dev', 'home', 'gold') },
    },
  ): Promise<Harness> {
    return new Harness(await startTokenTable(), await startFakeApiGateway(gateway));
  }

  async close(): Promise<void> {
    await Promise.all([this.table.close(), this.gateway.close()]);
  }

  get store(): DynamoTokenStore {
    return new StoreWithAdministrator(this.table.client, TABLE);
  }

  get ports(): TokenServicePorts {
    const { namePrefix, brand, tokenEnvironment } = this.config;
    return {
      now: () => this.now,
      newToken: (id) => generateApiToken(brand, tokenEnvironment, id),
      newClientSecret: (id) => generateApiToken(clientSecretBrand(brand), tokenEnvironment, id),
      newId: () => randomBase62(16),
      newUsageKey: () => randomBase62(40),
      store: this.store,
      clients: new DynamoClients(this.table.client, TABLE),
      items: new DynamoItems(this.table.client, TABLE),
      teams: new DynamoTeams(this.table.client, TABLE),
      bulk: new DynamoBulkIndex(this.table.client, TABLE),
      pepper: async () => PEPPER,
      usageKeys: new ApiGatewayKeys(this.gateway.client, namePrefix),
      flushAuthorizerCaches: async () => ({ flushed: 0, failures: [] }),
      log: (entry) => this.logs.push(entry),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
      random: Math.random,
      ...this.overrides,
    };
  }

  invoke(event: unknown, invocation?: Invocation) {
    return createTokenService(this.config, this.ports, this.options)(event, invocation);
  }

  async request(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const result = await this.invoke(proxyEvent(method, path, options));
    if (!('statusCode' in result)) {
      throw new Error('the service answered as to a direct invocation');
    }
    const reply = {
      status: result.statusCode,
      headers: result.headers,
      text: result.body,
      body: result.body === '' || isLines(result.headers) ? undefined : JSON.parse(result.body),
    };
    this.replies.push(reply);
    return reply;
  }

  issue(body: object = {}, options: RequestOptions = {}): Promise<Reply> {
    return this.request('POST', '/v1/tokens', { body: { ...VALID, ...body }, ...options });
  }

  /** Puts teams into the table past the service, with members by their subjects at the trusted issuer. */
  async addTeams(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.addTeam(name)));
  }

  /** Puts a team into the table past the service. */
  async addTeam(
    name: string,
    roles: Readonly<Record<string, TeamRole>> = {},
    own: Partial<TeamRecord> = {},
  ): Promise<void> {
    const members: Record<string, TeamMember> = {};
    for (const [subject, role] of Object.entries(roles)) {
      members[personId(subject)] = { issuer: ISSUER, subject, role, since: NOW / 1000, by: 'somebody' };
    }
    const owners = Object.keys(members).filter((id) => members[id]?.role === 'owner');
    const { teams } = this.ports;
    await teams.addTeam({
      pk: teamKey(name),
      entity: 'team',
      name,
      status: 'active',
      members,
      ...(owners.length === 0 ? {} : { owners: new Set(owners) }),
      createdAt: NOW / 1000,
      createdBy: 'somebody',
      version: 1,
      ...own,
    });
    await Promise.all(Object.keys(members).map((id) => teams.hintMember(id, { name, version: 1 })));
  }

  async storedToken(id: string): Promise<TokenRecord> {
    const token = await this.store.getToken(id);
    if (!token) {
      throw new Error(`no token ${id} in the table`);
    }
    return token;
  }

  /** Changes a record past the service; with `version` only where the record still has it. */
  async overwriteToken(id: string, change: Partial<TokenRecord>, version?: number): Promise<void> {
    await this.table.client.send(
      new PutCommand({
        TableName: TABLE,
        Item: { ...(await this.storedToken(id)), ...change },
        ...(version === undefined
          ? {}
          : {
              ConditionExpression: '#version = :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': version },
            }),
      }),
    );
  }

  async storedApplication(name: string): Promise<ApplicationRecord> {
    const application = await this.store.getApplication(name);
    if (!application) {
      throw new Error(`no application ${name} in the table`);
    }
    return application;
  }

  events(evt: string): LogEntry[] {
    return this.logs.filter((entry) => entry.evt === evt);
  }

  /** Everything that was logged, as it would reach CloudWatch. */
  get logText(): string {
    return this.logs.map((entry) => formatLogLine(entry, this.now)).join('\n');
  }
}

/** A proxy event as API Gateway sends it for a route of the token service. */
export function proxyEvent(method: string, path: string, options: RequestOptions = {}): object {
  const { template, parameters } = matched(path);
  const body = options.rawBody ?? (options.body === undefined ? null : JSON.stringify(options.body));
  const contentType = 'contentType' in options ? options.contentType : 'application/json';
  const headers: Record<string, string> = {
    Authorization: 'Bearer acme_test_canary',
    Host: 'api.example.com',
    ...options.headers,
  };
  if (body !== null && contentType !== undefined) {
    headers['Content-Type'] = contentType;
  }
  return {
    resource: options.resource ?? template,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, [text]])),
    queryStringParameters: options.query ?? null,
    multiValueQueryStringParameters: options.query
      ? Object.fromEntries(Object.entries(options.query).map(([name, text]) => [name, [text]]))
      : null,
    pathParameters: parameters,
    stageVariables: null,
    requestContext: {
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      httpMethod: method,
      stage: 'dev',
      ...('authorizer' in options
        ? options.authorizer === undefined
          ? {}
          : { authorizer: options.authorizer }
        : {
            authorizer: {
              ...AUTHORIZER,
              scopes: options.scopes ?? '*',
            },
          }),
    },
    body,
    isBase64Encoded: false,
  };
}

/** The template of a path below `/v1` and its parameters, as API Gateway finds them: a fixed segment before a parameter. */
function matched(path: string): { readonly template: string; readonly parameters: Record<string, string> | null } {
  const templates = [...new Set(ROUTES.map((route) => `/v1${route.path}`))].sort((one, other) =>
    one.replaceAll('{', '~') < other.replaceAll('{', '~') ? -1 : 1,
  );
  for (const template of templates) {
    const groups = new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (groups) {
      return { template, parameters: groups.groups === undefined ? null : { ...groups.groups } };
    }
  }
  return { template: path, parameters: null };
}

/** Whether a body is lines of JSON, which are no JSON together. */
function isLines(headers: Readonly<Record<string, unknown>>): boolean {
  return String(headers['content-type']).includes('ndjson');
}
