import { documentChanges } from '../../../audit/change/document-changes';
import type { JsonObject } from '../../../audit/json';

const integration = (uri: string) => ({ type: 'aws_proxy', uri });
const document = (operation: JsonObject, extra: JsonObject = {}): string =>
  JSON.stringify({
    openapi: '3.0.1',
    info: { title: 'shop', version: '1' },
    paths: { '/orders': { get: { 'x-amazon-apigateway-integration': integration('arn:a'), ...operation } } },
    components: { securitySchemes: { tokens: { type: 'apiKey' } }, schemas: { Order: { type: 'object' } } },
    ...extra,
  });

test.each<[string, string, string[]]>([
  ['another layout', JSON.stringify(JSON.parse(document({})), null, 2), []],
  ['what people read', document({ summary: 'lists orders', tags: ['orders'] }, { info: { title: 'Shop' } }), []],
  [
    'another integration',
    document({ 'x-amazon-apigateway-integration': integration('arn:b') }),
    ['paths["/orders"].get.x-amazon-apigateway-integration'],
  ],
  ['a parameter that is asked for', document({ parameters: [{ name: 'q' }] }), ['paths["/orders"].get.parameters']],
  [
    'a new operation, and a new scheme that nothing uses yet',
    document(
      {},
      {
        paths: {
          '/orders': { get: { 'x-amazon-apigateway-integration': integration('arn:a') }, post: {} },
          '/returns': { get: {} },
        },
        components: {
          securitySchemes: { tokens: { type: 'apiKey' }, keys: {} },
          schemas: { Order: { type: 'object' } },
        },
      },
    ),
    [],
  ],
  [
    'another scheme',
    document(
      {},
      { components: { securitySchemes: { tokens: { type: 'oauth2' } }, schemas: { Order: { type: 'object' } } } },
    ),
    ['components.securitySchemes.tokens'],
  ],
  [
    'another source of keys',
    document({}, { 'x-amazon-apigateway-api-key-source': 'AUTHORIZER' }),
    ['x-amazon-apigateway-api-key-source'],
  ],
])('%s', (_, after, places) => {
  expect(documentChanges(document({}), after)).toEqual(places);
});

test('what is no document is compared as a whole by others', () => {
  expect(documentChanges(document({}), '{ broken: [')).toBeUndefined();
  expect(documentChanges(undefined, document({}))).toBeUndefined();
});
