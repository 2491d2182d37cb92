import { alternativeNames } from '../../../lambdas/token-endpoint/clients/certificate';
import { parseDn, parsePrintedDn, sameDn } from '../../../lambdas/token-endpoint/clients/distinguished-name';

test.each([
  ['CN=a', 'CN=a'],
  ['C=DE\nO=b\nCN=a', 'CN=a,O=b,C=DE'],
  ['C=DE\nO=b\nCN=a', 'cn = a , o = b , c = DE'],
  ['O=a\\, b\nCN=c', 'CN=c,O=a\\2C b'],
  ['CN=a + UID=7', 'UID=7+CN=a'],
  ['emailAddress=a@b.example', '1.2.840.113549.1.9.1=a@b.example'],
  ['CN=\\ a', 'CN=\\ a'],
  ['CN=a\\\\', 'CN=a\\5C'],
  ['CN=\\"a\\"', 'CN=\\"a\\"'],
])('the names are the same: %p and %p', (printed, written) => {
  expect(sameDn(parsePrintedDn(printed), parseDn(written))).toBe(true);
});

test.each([
  ['C=DE\nCN=a', 'C=DE,CN=a'],
  ['CN=a', 'CN=A'],
  ['CN=a', 'CN=a,CN=a'],
  ['CN=a', 'OU=a'],
  ['CN=a\\,O=b', 'CN=a,O=b'],
  ['CN=a\nO=b', 'CN=a+O=b'],
  ['CN=a', 'CN=a;O=b'],
  ['CN=a', ''],
  ['CN=a', 'CN='],
  ['CN=a', 'CN=#0401'],
  ['CN=a', '=a'],
  ['', ''],
  ['CN=\\FF', 'CN=\\FF'],
])('the names are not the same: %p and %p', (printed, written) => {
  expect(sameDn(parsePrintedDn(printed), parseDn(written))).toBe(false);
});

test('alternative names are read as Node.js prints them, and a name with a border in it stays one', () => {
  expect(alternativeNames('DNS:a.example, URI:spiffe://b, IP Address:192.0.2.1')).toEqual([
    ['DNS', 'a.example'],
    ['URI', 'spiffe://b'],
    ['IP Address', '192.0.2.1'],
  ]);
  expect(alternativeNames('URI:"http://a/, DNS:b.example"')).toEqual([['URI', 'http://a/, DNS:b.example']]);
});

test.each(['', 'x', 'DNS:a, ', 'DNS:"a, DNS:b', ', DNS:a'])('what cannot be read names nobody: %p', (printed) => {
  expect(alternativeNames(printed).filter(([, name]) => name !== 'a')).toEqual([]);
});
