import { AUTHORIZER, Harness, type RequestOptions, VALID } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

describe('problems', () => {
  test.each<[string, number, string, string, string, RequestOptions]>([
    ['an unknown path', 404, 'not-found', 'GET', '/v1/nothing', {}],
    ['a path outside the base path', 404, 'not-found', 'GET', '/tokens', {}],
    ['another method', 404, 'not-found', 'DELETE', '/v1/tokens', {}],
    ['a method that HTTP forbids here', 404, 'not-found', 'TRACE', '/v1/tokens', {}],
    ['an unknown token', 404, 'not-found', 'GET', '/v1/tokens/AAAAAAAAAAAAAAAA', {}],
    ['malformed JSON', 400, 'malformed-json', 'POST', '/v1/tokens', { rawBody: '{"name":' }],
    ['no content type', 415, 'unsupported-media-type', 'POST', '/v1/tokens', { contentType: undefined, rawBody: '{}' }],
    [
      'another content type',
      415,
      'unsupported-media-type',
      'POST',
      '/v1/tokens',
      { contentType: 'text/plain', body: VALID },
    ],
    ['no body', 400, 'malformed-json', 'POST', '/v1/tokens', { contentType: 'application/json', rawBody: '' }],
    ['a list as body', 400, 'invalid-request', 'POST', '/v1/tokens', { body: [] }],
    ['null as body', 400, 'invalid-request', 'POST', '/v1/tokens', { body: null, rawBody: 'null' }],
    ['a scope that the caller lacks', 403, 'insufficient-scope', 'GET', '/v1/tokens', { scopes: 'tokens:write' }],
    ['a grant beyond the caller', 403, 'scope-not-held', 'POST', '/v1/tokens', { scopes: 'tokens:write', body: VALID }],
    ['no authorizer context', 500, 'internal', 'GET', '/v1/tokens', { authorizer: undefined }],
  ])('%s is answered with %i and problem details', async (_, status, kind, method, path, options) => {
    const reply = await service.request(method, path, options);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('application/problem+json');
    expect(reply.headers['cache-control']).toBe('no-store');
    expect(reply.body).toEqual({
      type: `urn:gatehouse:problem:${kind}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      ...('errors' in reply.body ? { errors: expect.any(Array) } : {}),
    });
  });

  test('a content type with parameters and another case is accepted', async () => {
    const reply = await service.issue({}, { contentType: 'Application/JSON; charset=utf-8' });
    expect(reply.status).toBe(201);
  });

  test('a wrong value is named with its place, what was found and what is allowed', async () => {
    const reply = await service.issue({ application: 'My App', cidrs: ['10.0.0.0/0'] });
    expect(reply.body.errors).toEqual([
      {
        pointer: '#/application',
        detail:
          'application is "My App", expected a lower-case letter, then at most 62 lower-case letters, digits or hyphens',
      },
      {
        pointer: '#/cidrs/0',
        detail: expect.stringMatching(/^cidrs\.0 is "10\.0\.0\.0\/0", expected an IPv4 or IPv6/),
      },
    ]);
  });

  test('an unknown member is named with the ones that are allowed', async () => {
    const reply = await service.request('PUT', '/v1/applications/partner', { body: { tier: 'gold', plan: 'x' } });
    expect(reply.body.detail).toBe('the body holds the unknown "plan", allowed are team, tier');
  });

  test.each(['application', 'tier', 'scopes', 'cidrs', 'name', 'description', 'team', 'tags', 'expiresAt'])(
    'a token pasted into %s is refused and not repeated',
    async (member) => {
      const { token } = (await service.issue()).body;
      const text = `see ${token}`;
      const forms: Record<string, unknown> = { scopes: [token], cidrs: [token], tags: { a: text }, description: text };
      const value = forms[member] ?? token;
      const reply = await service.issue({ [member]: value });
      expect(reply.status).toBe(400);
      expect(reply.text).not.toContain(token.slice(-38));
    },
  );

  test('a token pasted as the name of a member or tag is not repeated', async () => {
    const { token } = (await service.issue()).body;
    for (const body of [{ [token]: 1 }, { tags: { [token]: 1 } }]) {
      const reply = await service.issue(body);
      expect(reply.status).toBe(400);
      expect(reply.text).not.toContain(token.slice(-38));
    }
  });

  test('a pointer escapes its steps as RFC 6901 says', async () => {
    const reply = await service.issue({ tags: { 'a/b~c': 1 } });
    expect(reply.body.errors[0].pointer).toBe('#/tags/a~1b~0c');
  });
});

describe('an unexpected failure', () => {
  const FAILURE = new Error('table acme-dev-tokens in account 123456789012 refused');

  test('tells the caller nothing of it', async () => {
    service.overrides = { store: Object.assign(service.store, { getToken: () => Promise.reject(FAILURE) }) };
    const reply = await service.request('GET', '/v1/tokens/AAAAAAAAAAAAAAAA');
    expect(reply.body).toMatchObject({ status: 500, detail: expect.stringContaining('naming the request id') });
    expect(reply.text).not.toMatch(/acme-dev|123456789012|refused|\.ts|at /);
  });

  test('is logged with its reason and the request id', async () => {
    service.overrides = { store: Object.assign(service.store, { getToken: () => Promise.reject(FAILURE) }) };
    await service.request('GET', '/v1/tokens/AAAAAAAAAAAAAAAA');
    expect(service.events('token-service.error')).toEqual([
      {
        level: 'error',
        evt: 'token-service.error',
        fields: {
          errorName: 'Error',
          errorMessage: FAILURE.message,
          stack: expect.stringContaining('problems.test'),
          requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
        },
      },
    ]);
  });

  test('is logged without secrets', async () => {
    const { token } = (await service.issue()).body;
    const key = 'k3y'.repeat(14);
    const failure = new Error(`value ${token} or ${key} not accepted`);
    service.overrides = { store: Object.assign(service.store, { getToken: () => Promise.reject(failure) }) };
    await service.request('GET', '/v1/tokens/AAAAAAAAAAAAAAAA');
    expect(service.logText).toContain('not accepted');
    expect(service.logText).not.toContain(token.slice(-38));
    expect(service.logText).not.toContain(key);
  });

  test('of DynamoDB itself is a 500', async () => {
    service.table.client.destroy();
    await service.table.close();
    expect((await service.request('GET', '/v1/tokens')).status).toBe(500);
    expect((await service.issue()).status).toBe(500);
    service.table.close = async () => {};
  });
});

describe('the caller', () => {
  test.each<[string, unknown]>([
    ['is missing', undefined],
    ['is null', null],
    ['is no object', 'portal'],
    ['has no scopes', { ...AUTHORIZER, scopes: undefined }],
    ['has scopes that are no text', { ...AUTHORIZER, scopes: ['*'] }],
    ['has no principal', { ...AUTHORIZER, principal: undefined }],
    ['has an empty principal', { ...AUTHORIZER, principal: '' }],
    ['is of another authorizer', { principalId: 'portal', scopes: '*' }],
  ])('whose context %s may do nothing', async (_, authorizer) => {
    const reply = await service.issue({}, { authorizer });
    expect(reply.status).toBe(500);
    expect(await service.table.items()).toEqual([]);
  });

  test('with no scopes at all may do nothing', async () => {
    expect((await service.issue({}, { scopes: '' })).status).toBe(403);
  });

  test.each<[string, string, string, string]>([
    ['POST', '/v1/tokens', 'tokens:read', 'tokens:write'],
    ['GET', '/v1/tokens', 'tokens:write', 'tokens:read'],
    ['GET', '/v1/tokens/AAAAAAAAAAAAAAAA', 'tokens:write', 'tokens:read'],
    ['POST', '/v1/tokens/AAAAAAAAAAAAAAAA/revoke', 'tokens:read', 'tokens:write'],
    ['PUT', '/v1/applications/partner', 'tokens:read', 'tokens:write'],
  ])('of %s %s with %s is told that %s is needed, before anything is read', async (method, path, scopes, needed) => {
    const reply = await service.request(method, path, { scopes, rawBody: '{' });
    expect(reply.body).toMatchObject({ status: 403, detail: `the caller does not hold ${needed}` });
  });
});

describe('headers', () => {
  const replies = async () => [
    await service.issue(),
    await service.request('GET', '/v1/tokens'),
    await service.request('GET', '/v1/nothing'),
    await service.request('GET', '/v1/tokens', { authorizer: undefined }),
  ];

  test('forbid storing any answer', async () => {
    for (const { headers } of await replies()) {
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  test('allow the configured origin on every answer', async () => {
    service.options = { allowOrigin: 'https://dashboard.example.com' };
    for (const { headers } of await replies()) {
      expect(headers).toMatchObject({
        'access-control-allow-origin': 'https://dashboard.example.com',
        vary: 'Origin',
      });
    }
  });

  test.each([undefined, ''])('allow no origin when it is %j', async (allowOrigin) => {
    service.options = { allowOrigin };
    for (const { headers } of await replies()) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});
