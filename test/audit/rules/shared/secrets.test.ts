import { credentialKind, credentialShape } from '../../../../audit/rules/shared/secrets';

const PAD = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9nO2qR5tU8wX1zA4';

test.each([
  ['AKIAQWERTYUIOPASDFGH', 'an access key of AWS'],
  ['-----BEGIN EC PRIVATE KEY-----\nx', 'a private key'],
  [`acme_live_${PAD}`, 'an API token of this kit'],
  ['postgres://user:hunter2@db.example.com/x', 'a password in an address'],
  ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLW9mLTE2', 'a signed token (JWT)'],
])('%s is told by its form', (text, kind) => {
  expect(credentialShape(text)).toBe(kind);
});

test.each([
  ['DB_PASSWORD', 'x7Gh2kq9LmPz4'],
  ['clientSecret', 'x7Gh2kq9LmPz4'],
  ['api_key', '0f8fad5b-d9cb-469f-a165-70867728950e'],
])('%s with a random value is a credential', (name, text) => {
  expect(credentialKind(name, text)).toBe('a value under the name of a credential');
});

test.each([
  ['SECRET_ARN', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf'],
  ['PEPPER_SECRET', 'homepage-prod-pepper'],
  ['token', 'https://login.example.com/oauth2/v1/token'],
  ['password', '${var.password}'],
  ['password', 'short'],
  ['TABLE', 'x7Gh2kq9LmPz4'],
  ['hash_key', 'pk'],
  ['api_key_source', 'AUTHORIZER'],
])('%s = %s is none', (name, text) => {
  expect(credentialKind(name, text)).toBeUndefined();
});
