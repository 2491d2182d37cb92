import { ApiDefinition } from '../../../constructs/api';
import { TokenAuthorizer } from '../../../constructs/authorizer';
import { RestGateway } from '../../../constructs/gateway';
import { Names } from '../../../constructs/support';
import { TokenStore } from '../../../constructs/tokens';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { apiOf, lambda, SCOPED } from '../gateway/fixture';

const LOCATION = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');

function authorizer(stack: ReturnType<typeof testStack>, apis: readonly ApiDefinition[]) {
  const tokenStore = new TokenStore(stack, 'Tokens', {
    ...LOCATION,
    names,
    brand: 'acme',
    tokenEnvironment: 'live',
  });
  return new TokenAuthorizer(stack, 'Authorizer', { ...LOCATION, names, apis, tokenStore });
}

/** Every object of a value, itself among them. */
function objectsOf(value: unknown): object[] {
  return typeof value === 'object' && value !== null ? [value, ...Object.values(value).flatMap(objectsOf)] : [];
}

const declared = (one: TokenAuthorizer) => JSON.parse(packagedFile(one, 'config.json')).apis.api;

describe('what a caller changes after a definition is made reaches no construct', () => {
  test('scopes that a route requires, between authorizer and gateway', () => {
    const scopes = ['things:admin'];
    const api = new ApiDefinition({
      id: 'api',
      routes: { 'GET /things': { backend: 'things', rule: { kind: 'scopes', anyOf: [scopes] } } },
    });
    const stack = testStack();
    const decides = authorizer(stack, [api]);
    scopes[0] = 'things:read';
    new RestGateway(stack, 'Gateway', {
      api,
      gatewayName: 'acme-prod-api',
      stageName: 'prod',
      integrations: { things: lambda('acme-prod-api-things') },
      authorizer: decides,
    });
    const rule = { kind: 'scopes', anyOf: [['things:admin']] };
    expect(declared(decides).routes).toEqual([{ key: 'GET /things', anyOf: rule.anyOf }]);
    Template.fromStack(stack).only('terraform_data', { input: { routes: { 'GET /things': rule } } });
  });

  test('networks, which were checked', () => {
    const cidrs = ['192.0.2.0/24'];
    const api = apiOf({ cidrs });
    cidrs[0] = '0.0.0.0/0';
    expect(declared(authorizer(testStack(), [api])).cidrs).toEqual(['192.0.2.0/24']);
  });

  test('origins, which were checked', () => {
    const allowOrigins = ['https://a.example'];
    const api = apiOf({ cors: { allowOrigins } });
    allowOrigins[0] = '*';
    expect(api.cors).toEqual({ allowOrigins: ['https://a.example'] });
  });

  test('the schemas of a document', () => {
    const schema = { type: 'object', required: ['name'] };
    const document = {
      openapi: '3.0.3',
      info: { title: 'Things', version: '1' },
      security: [],
      paths: {
        '/things': {
          post: {
            'x-gatehouse-public': 'why',
            requestBody: { required: true, content: { 'application/json': { schema } } },
            responses: { 200: { description: 'Done' } },
          },
        },
      },
    };
    const api = ApiDefinition.fromOpenApi({ document, source: 'things.json' }, { id: 'api', defaultBackend: 'things' });
    const before = JSON.stringify(api);
    schema.required.length = 0;
    expect(JSON.stringify(api)).toBe(before);
  });
});

test('nothing of a definition can be changed', () => {
  const api = new ApiDefinition({
    id: 'api',
    routes: { 'GET /things': SCOPED },
    shadow: { 'GET /things': SCOPED },
    senderConstraints: ['dpop'],
    cors: { allowOrigins: ['https://a.example'] },
    cidrs: ['192.0.2.0/24'],
    publicUrls: ['https://api.example'],
    binaryMediaTypes: ['image/png'],
    tokenService: { basePath: '/v1' },
    notes: [],
  });
  expect(objectsOf(api).filter((one) => !Object.isFrozen(one))).toEqual([]);
  expect(() => Object.assign(api, { resultCacheSeconds: 3600 })).toThrow(TypeError);
});

test('an authorizer learns of no further API', () => {
  const apis = [apiOf({ id: 'a' })];
  const decides = authorizer(testStack(), apis);
  const elsewhere = TokenAuthorizer.fromFunctionAttributes({ ...LOCATION, functionName: 'other', apis });
  apis.push(apiOf({ id: 'b' }));
  for (const { apis: known } of [decides, elsewhere]) {
    expect(known.map(({ id }) => id)).toEqual(['a']);
    expect(Object.isFrozen(known)).toBe(true);
  }
});
