import { KeySetEndpoint, keySetRoute } from '../../../constructs/rotation';
import { build, location, names, roleStatements } from './fixture';

const props = { ...location, names, secretName: names.signingKeysSecret };

test('the function reads the record of the signing keys, and nothing else', () => {
  const template = build((stack, { store }) => {
    new KeySetEndpoint(stack, 'KeySet', { ...props, store });
  });
  const statements = roleStatements(template, 'acme-prod-jwks');
  expect(Object.keys(statements).sort()).toEqual(['ReadRotationRecord', 'SendTraces', 'WriteOwnLog']);
  expect(statements.ReadRotationRecord).toMatchObject({
    Action: 'dynamodb:GetItem',
    Resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-rotation',
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['rotation#acme-prod-signing-keys'] } },
  });
});

test('a cache time that is no use is refused with the path of the construct', () => {
  const wrong = () =>
    build((stack, { store }) => {
      new KeySetEndpoint(stack, 'KeySet', { ...props, store, publicationCacheSeconds: 5 });
    });
  expect(wrong).toThrow(/^test\/KeySet: publicationCacheSeconds is 5/);
});

test('the route is public, with its reason', () => {
  expect(keySetRoute('jwks')).toEqual({
    method: 'GET',
    path: '/.well-known/jwks.json',
    rule: { kind: 'public', reason: expect.stringMatching(/\S/) },
    backend: 'jwks',
    operationId: 'getKeySet',
  });
});
