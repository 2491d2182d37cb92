import { type Caller, CallerError, protectedHandler, requireScopes, ScopeError } from '../../backend';

const CONTEXT = {
  tokenId: 't1',
  principal: 'api_token|urn:gatehouse:platform:dev|t1',
  issuer: 'urn:gatehouse:platform:dev',
  application: 'homepage',
  environment: 'dev',
  scopes: 'sales:read',
  issuedAt: '1800000000',
  expiresAt: '1800003600',
  authMethod: 'api_token',
};

const EVENT = { requestContext: { authorizer: CONTEXT } };
const OPEN = { requestContext: {} };

/** A wrapped handler that records its callers and what was refused. */
function backend(scopes?: string) {
  const callers: Caller[] = [];
  const refused: Error[] = [];
  const handler = protectedHandler(
    async (_event: unknown, caller, _context: unknown) => {
      callers.push(caller);
      return { statusCode: 200, headers: { 'x-own': 'yes' }, body: 'ok', isBase64Encoded: false };
    },
    { log: (error) => refused.push(error), ...(scopes === undefined ? {} : { scopes }) },
  );
  return { callers, refused, handler };
}

describe('protectedHandler', () => {
  test('gives the handler its caller and passes its answer on', async () => {
    const { handler, callers } = backend('sales:read');
    expect(await handler(EVENT, {})).toMatchObject({ statusCode: 200, body: 'ok', isBase64Encoded: false });
    expect(callers).toMatchObject([{ tokenId: 't1', scopes: ['sales:read'] }]);
  });

  test('tells the caller when its token ends', async () => {
    const { headers } = await backend().handler(EVENT, {});
    expect(headers).toEqual({ 'x-own': 'yes', 'x-token-expires-at': '2027-01-15T09:00:00Z' });
  });

  test('tells the caller to use the newer secret, while it uses an older one', async () => {
    const authorizer = { ...CONTEXT, graceUntil: '1800000000' };
    expect((await backend().handler({ requestContext: { authorizer } }, {})).headers).toMatchObject({
      'x-token-grace-until': '2027-01-15T08:00:00Z',
    });
  });

  test('a 403 tells it too, and a 500 does not', async () => {
    const refused = await backend('sales:write').handler(EVENT, {});
    expect(refused.headers).toMatchObject({
      'x-token-expires-at': '2027-01-15T09:00:00Z',
      'cache-control': 'no-store',
    });
    expect((await backend().handler(OPEN, {})).headers).not.toHaveProperty('x-token-expires-at');
  });

  test('an expiry beyond what a date can hold is left out', async () => {
    const authorizer = { ...CONTEXT, expiresAt: '999999999999999' };
    expect((await backend().handler({ requestContext: { authorizer } }, {})).headers).toEqual({ 'x-own': 'yes' });
  });

  test('without a context answers 500 and does not call the handler', async () => {
    const { handler, callers, refused } = backend();
    const answer = await handler(OPEN, {});
    expect(answer).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    });
    expect(JSON.parse(answer.body)).toEqual({
      type: 'urn:gatehouse:problem:internal',
      title: 'Internal error',
      status: 500,
      detail: 'the request could not be served',
    });
    expect(callers).toEqual([]);
    expect(refused).toEqual([expect.any(CallerError)]);
  });

  test('without the scope answers 403 and does not call the handler', async () => {
    const { handler, callers, refused } = backend('sales:write');
    const answer = await handler(EVENT, {});
    expect(JSON.parse(answer.body)).toMatchObject({
      type: 'urn:gatehouse:problem:insufficient-scope',
      status: 403,
      detail: 'the caller does not hold sales:write',
    });
    expect(callers).toEqual([]);
    expect(refused).toEqual([expect.any(ScopeError)]);
  });

  test('writes what was refused to standard error by default', async () => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    await protectedHandler(() => ({}))(OPEN, {});
    const [line] = log.mock.calls.map(([text]) => JSON.parse(String(text)));
    log.mockRestore();
    expect(line).toMatchObject({ level: 'error', evt: 'backend.refused' });
  });

  test('answers 403 when the handler itself requires a scope', async () => {
    const refused: Error[] = [];
    const handle = (_event: unknown, caller: Caller) => {
      requireScopes(caller, 'sales:write');
      return { statusCode: 204 };
    };
    const handler = protectedHandler(handle, { log: (error) => refused.push(error) });
    expect(await handler(EVENT, {})).toMatchObject({ statusCode: 403 });
    expect(refused).toEqual([expect.any(ScopeError)]);
  });

  test('lets errors of the handler pass', async () => {
    const handler = protectedHandler(() => Promise.reject(new RangeError('own')));
    await expect(handler(EVENT, {})).rejects.toThrow(RangeError);
  });
});
