import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { givenToken } from '../../../cli/token-service/credential';
import { temporaryFolder } from '../../support/temporary-folder';

function tokenFile(text: string, mode = 0o600): string {
  const file = join(temporaryFolder(), 'token');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test('a file wins over the environment, and its line end is none of the token', () => {
  expect(givenToken(tokenFile('from-file\n'), { GATEHOUSE_TOKEN: 'from-environment' })).toBe('from-file');
  expect(givenToken(undefined, { GATEHOUSE_TOKEN: 'from-environment' })).toBe('from-environment');
  expect(givenToken(undefined, {})).toBeUndefined();
});

test.each([0o644, 0o640, 0o604])('a file of the mode %o is refused with the way out', (mode) => {
  const file = tokenFile('secret-token', mode);
  expect(() => givenToken(file, {})).toThrow(
    `the token file ${file} may be read by others (mode ${mode.toString(8)}, allowed is 600): chmod 600 ${file}`,
  );
});

test('a file that is not there is named', () => {
  expect(() => givenToken('/nowhere/token', {})).toThrow('the token file /nowhere/token cannot be read (ENOENT)');
});

test.each(['', '  \n', 'two tokens', 'a\nb', 'a\r\nHost: elsewhere'])('%j is no token, and is not quoted', (text) => {
  const error = (() => {
    try {
      givenToken(undefined, { GATEHOUSE_TOKEN: text });
    } catch (thrown) {
      return thrown as Error;
    }
    return undefined;
  })();
  expect(error?.message).toMatch(
    /^the variable GATEHOUSE_TOKEN (is empty|holds \d+ characters that are no token), expected one token and nothing else$/,
  );
});
