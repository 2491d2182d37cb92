import { Harness } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

/** Issues tokens one second apart and gives their ids, oldest first. */
async function issueMany(count: number, application = 'dashboard'): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    service.now += 1000;
    ids.push((await service.issue({ application })).body.id);
  }
  return ids;
}

async function list(query: Record<string, string> = {}) {
  const reply = await service.request('GET', '/v1/tokens', { query });
  return { ...reply, ids: (reply.body.tokens ?? []).map((token: { id: string }) => token.id) as string[] };
}

/** Follows the cursors to the end. */
async function listAll(query: Record<string, string>): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(page.ids);
    cursor = page.body.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

describe('GET /tokens', () => {
  test('lists newest first', async () => {
    const ids = await issueMany(3);
    expect((await list()).ids).toEqual([...ids].reverse());
  });

  test('an empty table gives an empty page without a cursor', async () => {
    expect((await list()).body).toEqual({ tokens: [] });
  });

  test('shows the same of a token as reading it alone', async () => {
    await service.addTeams('t');
    const issued = await service.issue({ tags: { a: 'b' }, description: 'd', team: 't', cidrs: ['192.0.2.0/24'] });
    const { body } = await service.request('GET', `/v1/tokens/${issued.body.id}`);
    expect((await list()).body.tokens).toEqual([body]);
  });

  test('has pages of 20 when no limit is given', async () => {
    await issueMany(21);
    expect((await listAll({})).map((page) => page.length)).toEqual([20, 1]);
  });

  test('goes through all tokens page by page, each once', async () => {
    const ids = await issueMany(5);
    expect(await listAll({ limit: '2' })).toEqual([[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]);
  });

  test('a last page that is full has no cursor', async () => {
    await issueMany(4);
    expect((await listAll({ limit: '2' })).length).toBe(2);
  });

  test('loses none of the tokens of one second', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, async () => (await service.issue()).body.id as string));
    expect((await listAll({ limit: '2' })).flat().sort()).toEqual(ids.sort());
  });

  test('lists the tokens of one application only', async () => {
    const ids = await issueMany(2, 'partner');
    await issueMany(2, 'dashboard');
    expect((await list({ application: 'partner' })).ids).toEqual([...ids].reverse());
  });

  test("an application's own record is no token and takes no place on a page", async () => {
    const ids = await issueMany(2, 'partner');
    service.now += 1000;
    await service.request('PUT', '/v1/applications/partner', { body: { tier: 'gold' } });
    expect(await listAll({ application: 'partner', limit: '1' })).toEqual([[ids[1]], [ids[0]]]);
    expect((await list()).ids.length).toBe(2);
  });

  test('an application without tokens has an empty page', async () => {
    await issueMany(1);
    expect((await list({ application: 'nobody' })).body).toEqual({ tokens: [] });
  });

  test('takes a limit of 100', async () => {
    expect((await list({ limit: '100' })).status).toBe(200);
  });

  test.each(['0', '101', '-1', '1.5', '1e1', '', 'ten', '020'])('refuses the limit %j', async (limit) => {
    const { status, body } = await list({ limit });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { parameter: 'limit', detail: `limit is "${limit}", expected an integer from 1 to 100` },
    ]);
  });

  test('refuses a misspelt parameter instead of listing everything', async () => {
    expect((await list({ aplication: 'partner' })).body).toMatchObject({
      status: 400,
      detail:
        'the query holds the unknown "aplication", allowed are application, createdBy, cursor, expiresBefore, lastUsedBefore, limit, neverUsed, noNetworks, order, q, scope, sort, status, tag, team, tier',
    });
  });

  describe('cursor', () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

    test.each([
      ['no base64url', '!'],
      ['no JSON', Buffer.from('x').toString('base64url')],
      ['an object', encode({ id: 1 })],
      ['another version', encode([2, null, 1, 'AAAAAAAAAAAAAAAA'])],
      ['an id that is none', encode([1, null, 1, 'application#x'])],
      ['a time that is none', encode([1, null, '1', 'AAAAAAAAAAAAAAAA'])],
      ['more than it should hold', encode([1, null, 1, 'AAAAAAAAAAAAAAAA', 'x'])],
      ['another application', encode([1, 'partner', 1, 'AAAAAAAAAAAAAAAA'])],
      ['nothing', ''],
    ])('that is or holds %s is refused', async (_, cursor) => {
      const { status, body } = await list({ cursor });
      expect(status).toBe(400);
      expect(body.errors[0].parameter).toBe('cursor');
    });

    test('of a list of all tokens is refused for one application', async () => {
      await issueMany(2);
      const { body } = await list({ limit: '1' });
      expect((await list({ cursor: body.nextCursor, application: 'dashboard' })).status).toBe(400);
    });

    test('still works when the token it was written for is revoked', async () => {
      const ids = await issueMany(2);
      const { body } = await list({ limit: '1' });
      await service.request('POST', `/v1/tokens/${ids[1]}/revoke`);
      expect((await list({ limit: '1', cursor: body.nextCursor })).ids).toEqual([ids[0]]);
    });
  });
});

describe('GET /tokens/{tokenId}', () => {
  test('shows the record without the token', async () => {
    const { body: issued } = await service.issue();
    const { status, body } = await service.request('GET', `/v1/tokens/${issued.id}`);
    const { token, ...record } = issued;
    expect(status).toBe(200);
    expect(body).toEqual(record);
  });

  test('answers 404 for an id that no token has', async () => {
    const { status, body } = await service.request('GET', '/v1/tokens/AAAAAAAAAAAAAAAA');
    expect(status).toBe(404);
    expect(body.type).toBe('urn:gatehouse:problem:not-found');
  });

  test('refuses what is no id', async () => {
    expect((await service.request('GET', '/v1/tokens/short')).body).toMatchObject({
      status: 400,
      errors: [{ parameter: 'tokenId', detail: expect.stringContaining('tokenId is "short", expected 16 letters') }],
    });
  });

  test('a whole token in place of its id is not repeated', async () => {
    const { body } = await service.issue();
    const reply = await service.request('GET', `/v1/tokens/${body.token}`);
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain(body.token.slice(-38));
  });
});

describe('status shown', () => {
  const statusOf = async (id: string) => (await service.request('GET', `/v1/tokens/${id}`)).body.status;

  test('is active until the second it expires, then expired', async () => {
    const { body } = await service.issue({ expiresInSeconds: 60 });
    service.now += 59_000;
    expect(await statusOf(body.id)).toBe('active');
    service.now += 1000;
    expect(await statusOf(body.id)).toBe('expired');
  });

  test('is not-yet-valid until the second it begins', async () => {
    const notBefore = new Date(service.now + 60_000).toISOString();
    const { body } = await service.issue({ notBefore });
    service.now += 59_000;
    expect(await statusOf(body.id)).toBe('not-yet-valid');
    service.now += 1000;
    expect(await statusOf(body.id)).toBe('active');
  });

  test('is revoked even after the token would have expired', async () => {
    const { body } = await service.issue({ expiresInSeconds: 60 });
    await service.request('POST', `/v1/tokens/${body.id}/revoke`);
    service.now += 120_000;
    expect(await statusOf(body.id)).toBe('revoked');
  });

  test('is disabled where an operator disabled the token', async () => {
    const { body } = await service.issue({ expiresInSeconds: 60 });
    await service.overwriteToken(body.id, { status: 'disabled' });
    expect(await statusOf(body.id)).toBe('disabled');
  });

  test('is derived in lists too', async () => {
    await service.issue({ expiresInSeconds: 60 });
    service.now += 60_000;
    const { body } = await service.request('GET', '/v1/tokens');
    expect(body.tokens[0].status).toBe('expired');
  });
});
