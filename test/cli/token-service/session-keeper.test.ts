import { readSession } from '../../../cli/token-service/sandbox-session';
import { SessionKeeper } from '../../../cli/token-service/session-keeper';
import { temporaryFolder } from '../../support/temporary-folder';

const FACTS = { environment: 'dev', region: 'eu-west-1', awsEndpoint: 'http://127.0.0.1:2' };
const MINUTE = 60_000;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A keeper that gets these tokens, or fails with these errors. */
function keeperWith(...answers: readonly (string | Error)[]) {
  const folder = temporaryFolder();
  const left = [...answers];
  const keeper = new SessionKeeper(folder, FACTS, async () => {
    const answer = left.shift() ?? new Error('none is left');
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { keeper, token: () => readSession(folder)?.token, folder };
}

test('the token is replaced before its hour is over, again and again', async () => {
  const { keeper, token } = keeperWith('second', 'third');
  keeper.begin('http://127.0.0.1:1/v1', 'first');
  await jest.advanceTimersByTimeAsync(44 * MINUTE);
  expect(token()).toBe('first');
  await jest.advanceTimersByTimeAsync(2 * MINUTE);
  expect(token()).toBe('second');
  await jest.advanceTimersByTimeAsync(45 * MINUTE);
  expect(token()).toBe('third');
  keeper.end();
});

test('a token that is not issued is told, and tried again in a minute', async () => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { keeper, token } = keeperWith(new Error('the disk is full'), 'second');
  keeper.begin('http://127.0.0.1:1/v1', 'first');
  await jest.advanceTimersByTimeAsync(45 * MINUTE);
  expect([token(), stderr.mock.calls]).toEqual([
    'first',
    [['gatehouse: the administrator token of the command line was not replaced: the disk is full\n']],
  ]);
  await jest.advanceTimersByTimeAsync(MINUTE);
  expect(token()).toBe('second');
  stderr.mockRestore();
  keeper.end();
});

test('at the end the session is gone, and no other token comes', async () => {
  const { keeper, token } = keeperWith('second');
  keeper.begin('http://127.0.0.1:1/v1', 'first');
  keeper.end();
  await jest.advanceTimersByTimeAsync(90 * MINUTE);
  expect(token()).toBeUndefined();
});
