import Ajv from 'ajv';
import { openApiDocument } from '../../../lambdas/token-service/openapi';
import { VALID } from './support/harness';

interface Operation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { schema: object }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly securitySchemes: Readonly<Record<string, { type: string; flows: object }>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

const document = openApiDocument() as Document;

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ route: `${method.toUpperCase()} ${path}`, operation })),
);

/** Every object inside a JSON value. */
function* objectsIn(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) {
    yield value as Record<string, unknown>;
    for (const child of Object.values(value)) {
      yield* objectsIn(child);
    }
  }
}

test('has each route of the contract with the scope it needs', () => {
  const rules = operations.map(({ route, operation }) => [route, operation.operationId, operation.security]);
  expect(rules).toEqual([
    ['POST /tokens', 'issueToken', [{ token: ['tokens:write'] }]],
    ['GET /tokens', 'listTokens', [{ token: ['tokens:read'] }]],
    ['POST /token-validations', 'validateToken', [{ token: ['tokens:write'] }]],
    ['GET /tokens/self', 'getSelf', [{ token: [] }]],
    ['GET /tokens/{tokenId}', 'getToken', [{ token: ['tokens:read'] }]],
    ['PATCH /tokens/{tokenId}', 'updateToken', [{ token: ['tokens:write'] }]],
    ['POST /tokens/{tokenId}/revoke', 'revokeToken', [{ token: ['tokens:write'] }]],
    ['POST /tokens/{tokenId}/disable', 'disableToken', [{ token: ['tokens:write'] }]],
    ['POST /tokens/{tokenId}/enable', 'enableToken', [{ token: ['tokens:write'] }]],
    ['POST /tokens/{tokenId}/rotate', 'rotateToken', [{ token: ['tokens:write'] }]],
    ['POST /tokens/{tokenId}/end-grace', 'endGrace', [{ token: ['tokens:write'] }]],
    ['POST /clients', 'createClient', [{ token: ['tokens:write'] }]],
    ['GET /clients', 'listClients', [{ token: ['tokens:read'] }]],
    ['GET /clients/{clientId}', 'getClient', [{ token: ['tokens:read'] }]],
    ['PATCH /clients/{clientId}', 'updateClient', [{ token: ['tokens:write'] }]],
    ['DELETE /clients/{clientId}', 'removeClient', [{ token: ['tokens:write'] }]],
    ['POST /clients/{clientId}/disable', 'disableClient', [{ token: ['tokens:write'] }]],
    ['POST /clients/{clientId}/enable', 'enableClient', [{ token: ['tokens:write'] }]],
    ['POST /clients/{clientId}/rotate', 'rotateClient', [{ token: ['tokens:write'] }]],
    ['POST /clients/{clientId}/end-grace', 'endClientGrace', [{ token: ['tokens:write'] }]],
    ['POST /clients/{clientId}/keys', 'addClientKey', [{ token: ['tokens:write'] }]],
    ['DELETE /clients/{clientId}/keys/{kid}', 'removeClientKey', [{ token: ['tokens:write'] }]],
    ['GET /applications', 'listApplications', [{ token: ['tokens:read'] }]],
    ['PUT /applications/{application}', 'registerApplication', [{ token: ['tokens:write'] }]],
    ['GET /applications/{application}', 'getApplication', [{ token: ['tokens:read'] }]],
    ['PATCH /applications/{application}', 'updateApplication', [{ token: ['tokens:write'] }]],
    ['POST /teams', 'createTeam', [{ token: ['teams:write'] }]],
    ['GET /teams', 'listTeams', [{ token: ['tokens:read'] }]],
    ['GET /teams/{team}', 'getTeam', [{ token: ['tokens:read'] }]],
    ['PATCH /teams/{team}', 'updateTeam', [{ token: ['teams:write'] }]],
    ['POST /teams/{team}/members', 'addMember', [{ token: ['teams:write'] }]],
    ['PATCH /teams/{team}/members/{memberId}', 'changeMember', [{ token: ['teams:write'] }]],
    ['DELETE /teams/{team}/members/{memberId}', 'removeMember', [{ token: ['teams:write'] }]],
    ['GET /scopes', 'listScopes', [{ token: ['tokens:read'] }]],
    ['GET /tiers', 'listTiers', [{ token: ['tokens:read'] }]],
    ['GET /policy', 'getPolicy', [{ token: ['tokens:read'] }]],
    ['GET /openapi.json', 'getOpenApiDocument', [{ token: ['tokens:read'] }]],
    ['POST /revocations', 'revoke', [{ token: ['tokens:write'] }]],
    ['GET /revocations', 'listRevocations', [{ token: ['tokens:read'] }]],
    ['DELETE /revocations/{revocationId}', 'removeRevocation', [{ token: ['tokens:write'] }]],
    ['POST /usage/batch', 'readUsage', [{ token: ['tokens:read'] }]],
    ['GET /hygiene', 'readHygiene', [{ token: ['tokens:read'] }]],
    ['GET /trail', 'listTrail', [{ token: ['trail:read'] }]],
    ['GET /trail/{entryId}/proof', 'proveTrailEntry', [{ token: ['trail:read'] }]],
    ['POST /trail/export', 'exportTrail', [{ token: ['trail:read'] }]],
    ['POST /bulk', 'startBulk', [{ token: ['tokens:write'] }]],
    ['GET /bulk', 'listBulk', [{ token: ['tokens:read'] }]],
    ['GET /bulk/{jobId}', 'getBulk', [{ token: ['tokens:read'] }]],
  ]);
});

test('names an OAuth 2 security scheme that lists every scope in use', () => {
  const { type, flows } = document.components.securitySchemes.token ?? {};
  const used = new Set(operations.flatMap(({ operation }) => operation.security.flatMap(({ token = [] }) => token)));
  expect(type).toBe('oauth2');
  const { clientCredentials } = flows as { clientCredentials: { scopes: Record<string, string> } };
  expect(Object.keys(clientCredentials.scopes).sort()).toEqual([...used].sort());
});

test('tells the gateway that no usage key is needed, and the backend', () => {
  for (const { operation } of operations) {
    expect(operation).toMatchObject({ 'x-gatehouse-api-key': false, 'x-gatehouse-backend': 'token-service' });
  }
});

test('is OpenAPI 3.0 and the same bytes every time', () => {
  expect(document.openapi).toBe('3.0.3');
  expect(JSON.stringify(openApiDocument())).toBe(JSON.stringify(document));
});

test('puts a base path before every route', () => {
  const { paths } = openApiDocument('/v1') as Document;
  expect(Object.keys(paths)).toEqual(Object.keys(document.paths).map((path) => `/v1${path}`));
});

test('declares every path parameter as required, and no query parameter', () => {
  for (const { route, operation } of operations) {
    const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operation.parameters ?? [];
    expect(parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name)).toEqual(
      inPath,
    );
    expect(parameters.map((parameter) => parameter.required)).toEqual(
      parameters.map(({ in: place }) => place === 'path'),
    );
  }
});

test('describes problems for every operation', () => {
  for (const { operation } of operations) {
    expect(operation.responses).toMatchObject({
      400: expect.anything(),
      403: expect.anything(),
      500: expect.anything(),
    });
  }
});

describe('request bodies', () => {
  const bodies = operations.flatMap(({ operation }) => (operation.requestBody ? [operation.requestBody] : []));
  const schemaNamed = (name: string) => document.components.schemas[name] ?? {};

  test('are required but where everything has a default, and refer to a schema of the document that refers to no other', () => {
    expect(bodies.map((body) => [body.required, body.content['application/json']?.schema])).toEqual([
      [true, { $ref: '#/components/schemas/IssueTokenRequest' }],
      [true, { $ref: '#/components/schemas/IssueTokenRequest' }],
      [true, { $ref: '#/components/schemas/UpdateTokenRequest' }],
      [false, { $ref: '#/components/schemas/RotateTokenRequest' }],
      [true, { $ref: '#/components/schemas/CreateClientRequest' }],
      [true, { $ref: '#/components/schemas/UpdateClientRequest' }],
      [false, { $ref: '#/components/schemas/RotateClientRequest' }],
      [true, { $ref: '#/components/schemas/AddClientKeyRequest' }],
      [true, { $ref: '#/components/schemas/RegisterApplicationRequest' }],
      [true, { $ref: '#/components/schemas/UpdateApplicationRequest' }],
      [true, { $ref: '#/components/schemas/CreateTeamRequest' }],
      [true, { $ref: '#/components/schemas/UpdateTeamRequest' }],
      [true, { $ref: '#/components/schemas/AddMemberRequest' }],
      [true, { $ref: '#/components/schemas/ChangeMemberRequest' }],
      [true, { $ref: '#/components/schemas/RevokeRequest' }],
      [true, { $ref: '#/components/schemas/UsageBatchRequest' }],
      [true, { $ref: '#/components/schemas/ExportTrailRequest' }],
      [true, { $ref: '#/components/schemas/BulkRequest' }],
    ]);
    for (const body of bodies) {
      const { $ref = '' } = (body.content['application/json']?.schema ?? {}) as { readonly $ref?: string };
      const name = $ref.slice($ref.lastIndexOf('/') + 1);
      expect([...objectsIn(schemaNamed(name))].filter((object) => '$ref' in object)).toEqual([]);
    }
  });

  test('use only keywords of JSON Schema draft 4', () => {
    const allowed = new Set([
      'additionalProperties',
      'description',
      'format',
      'items',
      'maximum',
      'maxItems',
      'maxLength',
      'minimum',
      'minItems',
      'minLength',
      'pattern',
      'properties',
      'required',
      'type',
    ]);
    const keywordsOf = (schema: Record<string, unknown>): string[] => [
      ...Object.keys(schema),
      ...Object.values((schema.properties ?? {}) as object).flatMap(keywordsOf),
      ...[schema.items, schema.additionalProperties].flatMap((child) =>
        typeof child === 'object' && child !== null ? keywordsOf(child as Record<string, unknown>) : [],
      ),
    ];
    for (const name of ['IssueTokenRequest', 'RegisterApplicationRequest']) {
      const used = keywordsOf(schemaNamed(name) as Record<string, unknown>);
      expect(used.filter((keyword) => !allowed.has(keyword))).toEqual([]);
    }
  });

  test('accept what the service accepts and refuse unknown members', () => {
    const validate = new Ajv({ formats: { 'date-time': true } }).compile(schemaNamed('IssueTokenRequest'));
    expect(validate({ ...VALID, tags: { a: 'b' }, cidrs: [], expiresAt: '2026-02-01T00:00:00Z' })).toBe(true);
    expect(validate({ ...VALID, scopes: ['*', 'sales:*'], expiresInSeconds: 1 })).toBe(true);
    expect(validate({ ...VALID, status: 'active' })).toBe(false);
    expect(validate({ ...VALID, scopes: [] })).toBe(false);
    expect(validate({ ...VALID, application: 'A' })).toBe(false);
  });

  test('have patterns that need no flags', () => {
    const patterns = [...objectsIn(document.components.schemas)].flatMap(({ pattern }) =>
      typeof pattern === 'string' ? [pattern] : [],
    );
    expect(patterns.length).toBeGreaterThan(3);
    expect(patterns.filter((pattern) => !/^\^.*\$$/.test(pattern) || /\\p|\(\?/.test(pattern))).toEqual([]);
  });
});

test('asks for no member of a certificate: that exactly one says it the service checks', () => {
  const { properties } = document.components.schemas.CreateClientRequest as {
    properties: Record<string, { required?: readonly string[] }>;
  };
  expect(properties.certificate).toMatchObject({ type: 'object' });
  expect(properties.certificate?.required).toBeUndefined();
});
