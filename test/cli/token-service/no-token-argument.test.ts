import { withoutTokens } from '../../../cli/token-service/no-token-argument';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import { run } from '../run';

const { token, id } = generateApiToken('acme', 'live');
const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';

test.each([
  ['token', 'list', '--token', token],
  ['token', 'list', `--token=${token}`],
  ['token', 'revoke', token],
  ['token', 'create', '--description', `old one was ${token}`],
  ['audit', token],
  ['--debug', token],
])('a token among the words of gatehouse %s is refused, with its id and without its secret', async (...words) => {
  const { code, stdout, stderr } = await run(...words);
  expect([code, stdout]).toEqual([64, '']);
  expect(stderr).toContain('history of the shell');
  expect(stderr).not.toContain(token.slice(-38));
});

test('whoever wrote a token into a command is told how to revoke it', async () => {
  const { stderr } = await run('token', 'show', token);
  expect(stderr).toContain(`revoke it: gatehouse token revoke ${id}`);
});

test.each([
  ['token', 'list', '--token', 'whatever'],
  ['token', 'list', '--token=whatever'],
  ['token', 'list', JWT],
])('gatehouse %s %s … says where a token belongs', async (...words) => {
  const { code, stderr } = await run(...words);
  expect(code).toBe(64);
  expect(stderr).toMatch(
    /^gatehouse: a token is never an argument, .*: set GATEHOUSE_TOKEN, or name a file with --token-file\n$/,
  );
  expect(stderr).not.toContain('whatever');
});

test('tokens are taken out of a text', () => {
  expect(withoutTokens(`a ${token} b ${JWT} c`)).toBe('a [token] b [token] c');
});
