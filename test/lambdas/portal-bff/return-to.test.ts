import fc from 'fast-check';
import { returnPath } from '../../../lambdas/portal-bff/sign-in/return-to';

const ORIGIN = 'https://portal.example.com';

describe('A13: where a person is sent back to', () => {
  test.each(['/', '/tokens', '/tokens?team=a&q=b%20c', '/tokens/abc#usage', '/api/%7Eme'])('is %s', (path) => {
    expect(returnPath(path, ORIGIN)).toBe(path);
  });

  test.each([
    undefined,
    '',
    'tokens',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/%2f%2fevil.example',
    '/%2Fevil.example',
    '/%5cevil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%E0%A4',
    '/ä',
    '/auth/login',
    '/auth',
    '/AUTH/step-up',
    '/%61uth/login',
    '/x/../bff/logout',
    '/bff/session',
    `/${'a'.repeat(2048)}`,
  ])('is the beginning in place of %j', (wanted) => {
    expect(returnPath(wanted, ORIGIN)).toBe('/');
  });

  test('is a page of the portal for every text, as a browser reads it', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      '.',
      '..',
      '%2f',
      '%5c',
      '\t',
      '\n',
      '@',
      ':',
      'evil.example',
      'https:',
      'a',
      '?',
      '#',
      '\u0000',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), (pieces) => {
        const path = returnPath(pieces.join(''), ORIGIN);
        expect(path.startsWith('/')).toBe(true);
        expect(new URL(path, ORIGIN).origin).toBe(ORIGIN);
      }),
      { numRuns: process.env.GATEHOUSE_TEST_LONG ? 500_000 : 5000 },
    );
  });
});
