import { parseJwt, splitCompact } from '../../../../lambdas/authorizer/access-token/jwt';
import { segment } from '../support/access-tokens';

const HEADER = segment({ alg: 'RS256' });
const PAYLOAD = segment({ sub: 'user-1' });

describe('parseJwt', () => {
  it('reads header and payload', () => {
    expect(parseJwt(`${HEADER}.${PAYLOAD}.AAAA`)).toEqual({ header: { alg: 'RS256' }, payload: { sub: 'user-1' } });
  });

  it('keeps text outside ASCII', () => {
    expect(parseJwt(`${HEADER}.${segment({ sub: 'Zoë' })}.AAAA`)?.payload).toEqual({ sub: 'Zoë' });
  });

  it.each([
    ['header', `${segment([])}.${PAYLOAD}.AAAA`],
    ['payload', `${HEADER}.${segment('"text"')}.AAAA`],
    ['header with a member twice', `${segment('{"alg":"RS256","alg":"none"}')}.${PAYLOAD}.AAAA`],
    ['payload with a member twice', `${HEADER}.${segment('{"sub":"a","sub":"b"}')}.AAAA`],
    ['payload that is not UTF-8', `${HEADER}.${segment(Buffer.from('{"sub":"\xff"}', 'latin1'))}.AAAA`],
    ['header with a byte order mark', `${segment('\ufeff{}')}.${PAYLOAD}.AAAA`],
    ['payload with a byte order mark', `${HEADER}.${segment('\ufeff{}')}.AAAA`],
  ])('refuses a %s that is no strict object', (_what, token) => {
    expect(parseJwt(token)).toBeUndefined();
  });
});

describe('splitCompact', () => {
  it('gives the encoded segments', () => {
    expect(splitCompact('AAAA.BBBB.CCCC')).toEqual({ header: 'AAAA', payload: 'BBBB' });
  });

  it.each([
    'AAAA',
    'AAAA.AAAA',
    'AAAA.AAAA.AAAA.AAAA',
    'AAAA.AAAA.AAAA.AAAA.AAAA',
    '.AAAA.AAAA',
    'AAAA..AAAA',
    'AAAA.AAAA.',
  ])('refuses %s, which is not three segments', (token) => {
    expect(splitCompact(token)).toBeUndefined();
  });

  it.each([' AAAA', 'AAAA ', '\nAAAA', 'AAAA\n', 'AA AA', 'AA+A', 'AA/A', 'AA==', 'AAA=', 'AAAé', 'AA\u0000A'])(
    'refuses %j, which has a character outside base64url, in each segment',
    (text) => {
      expect([`${text}.AAAA.AAAA`, `AAAA.${text}.AAAA`, `AAAA.AAAA.${text}`].map(splitCompact)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );

  it('refuses a length that no bytes have', () => {
    expect(splitCompact('AAAA.AAAA.AAAAA')).toBeUndefined();
  });

  it('accepts exactly the texts that encoding gives, so that a token has one text', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const texts = [...alphabet].flatMap((last) => [`A${last}`, `AA${last}`, `AAA${last}`]);
    const canonical = texts.filter((text) => Buffer.from(text, 'base64url').toString('base64url') === text);

    expect(texts.filter((text) => splitCompact(`AAAA.AAAA.${text}`))).toEqual(canonical);
  });
});
