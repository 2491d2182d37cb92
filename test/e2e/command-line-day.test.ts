import { setTimeout as pause } from 'node:timers/promises';
import { temporaryFolder } from '../support/temporary-folder';
import { ServedExample } from './command-line';
import { call, filesContaining } from './support';

/** One sandbox, and a process for each command. */
jest.setTimeout(180_000);

let served: ServedExample;
beforeAll(async () => {
  served = await ServedExample.in(temporaryFolder());
});
afterAll(() => served.stop());

/** Runs a command that has to succeed. */
async function gatehouse(line: string): Promise<string> {
  const { code, stdout, stderr } = await served.gatehouse(line.split(' '));
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

const json = async (line: string) => JSON.parse(await gatehouse(line));

async function statusWith(token: string, agent = 'day'): Promise<number> {
  return (await call(`${served.baseUrl}/v1/sales`, { token, headers: { 'User-Agent': agent } })).status;
}

/** Asks again until it is so; the last answer otherwise. */
async function until<T>(ask: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (isSo(answer) || attempt === 30) return answer;
    await pause(500);
  }
}

test('a day of a token: team, application, issue, use, rotate, who uses the old secret, end, revoke, and all of it in the trail', async () => {
  await gatehouse('team create payments --issuer https://login.example.com/ --owner u-17');
  await gatehouse('application register pay-ci --tier standard --team payments');
  const first = (
    await gatehouse('token create --name ci --application pay-ci --scope sales:read --expires-in 30d')
  ).trim();
  const [{ id }] = (await gatehouse('token list --application pay-ci'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(await statusWith(first)).toBe(200);

  const second = (await gatehouse(`token rotate ${id} --overlap 1h`)).trim();
  expect(second).not.toBe(first);
  expect([await statusWith(first, 'old-job/1'), await statusWith(second, 'new-job/2')]).toEqual([200, 200]);

  // Who uses the old one? The calls of both secrets are counted, with what made them.
  const usage = await until(
    () => json(`usage ${id} --last 1h`),
    ({ totals }) => totals?.calls === 3,
  );
  expect(usage.totals).toMatchObject({ calls: 3, s2xx: 3, routes: { 'homepage GET /v1/sales': 3 } });
  expect(usage.totals.secrets).toEqual([
    expect.objectContaining({ number: 1, lastUserAgent: 'old-job/1', lastAddress: '127.0.0.1' }),
    expect.objectContaining({ number: 2, lastUserAgent: 'new-job/2' }),
  ]);

  await gatehouse(`token end-grace ${id}`);
  expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);

  const revoked = await json(`token revoke ${id}`);
  expect(revoked).toMatchObject({ id, status: 'revoked', application: 'pay-ci', team: 'payments' });
  expect(await statusWith(second)).toBe(401);
  expect(await json(`token show ${id}`)).toMatchObject({ status: 'revoked' });

  const actionsOf = async (object: string) =>
    (await gatehouse(`trail list --object ${object}`))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).entry.action)
      .reverse();
  expect(await actionsOf(`token#${id}`)).toEqual(['token.issue', 'token.rotate', 'token.end-grace', 'token.revoke']);
  expect(await actionsOf('team#payments')).toContain('team.create');
  expect(await actionsOf('application#pay-ci')).toContain('application.register');

  // Neither secret lies anywhere in the sandbox's state: not in tables, logs, or the trail.
  expect(filesContaining(served.folder, [first.slice(-38), second.slice(-38)])).toEqual([]);
});

test('a token is changed by the version that was seen, paused, and used again', async () => {
  await gatehouse('application register day-ci --tier standard');
  const token = (
    await gatehouse('token create --name ci --application day-ci --scope sales:read,reports:read --tag a=b')
  ).trim();
  const [id] = (await gatehouse('token list --application day-ci --ids')).trim().split('\n');

  const changed = await json(`token update ${id} --scope sales:read --description nightly --clear tags`);
  expect(changed).toMatchObject({ scopes: ['sales:read'], description: 'nightly', version: 2 });
  expect(changed.tags).toBeUndefined();
  const late = await served.gatehouse(['token', 'update', String(id), '--name', 'late', '--if-version', '1']);
  expect([late.code, late.stderr]).toEqual([1, expect.stringMatching(/^gatehouse: cannot update the token .*version/)]);

  // The token has no scope of the token service, and is told who it is all the same.
  const self = () => call(`${served.baseUrl}/v1/tokens/self`, { token });
  expect(await self()).toMatchObject({ status: 200, body: { tokenId: id, scopes: ['sales:read'], token: { id } } });
  expect(await call(`${served.baseUrl}/v1/tokens/${id}`, { token })).toMatchObject({ status: 403 });

  await gatehouse(`token disable ${id}`);
  expect((await self()).status).toBe(401);
  expect([await statusWith(token), (await json(`token show ${id}`)).status]).toEqual([401, 'disabled']);
  await gatehouse(`token enable ${id}`);
  expect(
    await until(
      () => statusWith(token),
      (status) => status === 200,
    ),
  ).toBe(200);
});
