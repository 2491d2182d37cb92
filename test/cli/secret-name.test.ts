import { secretNameOf } from '../../cli/secret-name';

test.each([
  ['pepper', 'acme-prod-pepper'],
  ['signing-keys', 'acme-prod-signing-keys'],
  ['crm/token', 'acme-prod/crm/token'],
  ['acme-prod-pepper', 'acme-prod-pepper'],
  ['acme-prod/crm/token', 'acme-prod/crm/token'],
])('%s is %s', (text, name) => {
  expect(secretNameOf('acme-prod', text)).toBe(name);
});
