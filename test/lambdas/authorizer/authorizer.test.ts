import { AuthorizerError } from '../../../lambdas/authorizer/reasons';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  compiled,
  ISSUER,
  issuerConfig,
  NOW,
  rsaKey,
} from './support/access-tokens';
import { apiHarness, eventFor, ROUTES, STAGE_ARN, verdictOf } from './support/harness';
import { scoped } from './support/routing';

const key = rsaKey('r1');

function last<T>(values: readonly T[]): T {
  const value = values.at(-1);
  if (value === undefined) {
    throw new Error('there is none');
  }
  return value;
}

describe('a good API token', () => {
  test('gets a policy for every route of its scopes, its context and its usage key', async () => {
    const { authorize, issue, ports } = apiHarness();
    const token = issue();
    const result = await authorize(eventFor(`Bearer ${token}`));
    expect(verdictOf(result, 'GET/v1/sales')).toBe('allow');
    expect(verdictOf(result, 'GET/v1/sales/emea')).toBe('allow');
    expect(verdictOf(result, 'GET/v1/sales/emea/admin')).toBe('explicit deny');
    expect(verdictOf(result, 'DELETE/v1/sales/emea')).toBe('explicit deny');
    expect(result).toMatchObject({
      principalId: `api_token|urn:gatehouse:platform:dev|${last(ports.decisions).tokenId}`,
      context: {
        tokenId: last(ports.decisions).tokenId,
        principal: `api_token|urn:gatehouse:platform:dev|${last(ports.decisions).tokenId}`,
        issuer: 'urn:gatehouse:platform:dev',
        application: 'homepage',
        team: 'web',
        environment: 'dev',
        scopes: 'sales:read',
        tier: 'gold',
        expiresAt: String(NOW + 3600),
        authMethod: 'api_token',
        secretGeneration: '1',
      },
      usageIdentifierKey: 'usage-key-value-0123456789',
    });
    expect(last(ports.decisions)).toMatchObject({ decision: 'allow', reason: 'ok', route: 'GET /v1/sales' });
  });

  test('may come behind two spaces (RFC 9110, 11.4), and with nothing else around it', async () => {
    const { authorize, issue } = apiHarness();
    const token = issue();
    await expect(authorize(eventFor(`Bearer  ${token}`))).resolves.toMatchObject({
      context: { application: 'homepage' },
    });
    for (const value of [`Bearer\t${token}`, `Bearer ${token} `, `Bearer ${token} x`, `Bearer ${token},x`]) {
      await expect(authorize(eventFor(value))).rejects.toThrow(/^Unauthorized$/);
    }
  });

  test('gets no usage key where its record has none', async () => {
    const { authorize, issue } = apiHarness();
    const result = await authorize(eventFor(`Bearer ${issue({ usageKey: undefined })}`));
    expect(result).not.toHaveProperty('usageIdentifierKey');
  });

  test('costs one read of the table, each time', async () => {
    const { authorize, issue, ports } = apiHarness();
    const event = eventFor(`Bearer ${issue()}`);
    await authorize(event);
    await authorize(event);
    expect(ports.reads.filter((key) => key.startsWith('token#'))).toHaveLength(2);
  });

  test('is refused as soon as its record says so', async () => {
    const { authorize, issue, ports } = apiHarness();
    const token = issue();
    await authorize(eventFor(`Bearer ${token}`));
    const [pk, item] = last([...ports.items]);
    ports.items.set(pk, { ...item, status: 'revoked' });
    await expect(authorize(eventFor(`Bearer ${token}`))).rejects.toThrow(/^Unauthorized$/);
  });

  test('is denied after its expiry by a policy from before', async () => {
    const { authorize, issue } = apiHarness();
    const result = await authorize(eventFor(`Bearer ${issue({ expiresAt: NOW + 10 })}`));
    expect(verdictOf(result, 'GET/v1/sales', { now: NOW + 9 })).toBe('allow');
    expect(verdictOf(result, 'GET/v1/sales', { now: NOW + 10 })).toBe('explicit deny');
  });
});

describe('forbidden', () => {
  test('a route outside the scopes: the policy denies it and still allows the others', async () => {
    const { authorize, issue, ports } = apiHarness();
    const options = { method: 'DELETE', path: '/v1/sales/emea', resource: '/v1/sales/{region}' };
    const result = await authorize(eventFor(`Bearer ${issue()}`, options));
    expect(last(ports.decisions)).toMatchObject({ decision: 'deny', reason: 'scope_denied' });
    expect(verdictOf(result, 'DELETE/v1/sales/emea')).toBe('explicit deny');
    expect(verdictOf(result, 'GET/v1/sales')).toBe('allow');
  });

  test('the scopes that the route takes are for the gateway to name, where it keeps no results', async () => {
    const { authorize, issue } = apiHarness();
    const token = issue();
    const denied = await authorize(
      eventFor(`Bearer ${token}`, { path: '/v1/sales/emea/admin', resource: '/v1/sales/{region}/admin' }),
    );
    expect(denied.context.challenge).toBe('Bearer error="insufficient_scope", scope="sales:admin"');
    const allowed = await authorize(eventFor(`Bearer ${token}`));
    expect(allowed.context).not.toHaveProperty('challenge');
  });

  test('and the challenge says where the API names its authorization server, if it does', async () => {
    const resourceMetadata = 'https://id.example.com/.well-known/oauth-protected-resource/sales';
    const { authorize, issue } = apiHarness({ apis: { sales: { ...compiled(ROUTES), resourceMetadata } } });
    const options = { path: '/v1/sales/emea/admin', resource: '/v1/sales/{region}/admin' };
    const denied = await authorize(eventFor(`Bearer ${issue()}`, options));
    expect(denied.context.challenge).toBe(
      `Bearer error="insufficient_scope", scope="sales:admin", resource_metadata="${resourceMetadata}"`,
    );
  });

  test('and are not named where it keeps them, for every route', async () => {
    const apis = { sales: { ...compiled(ROUTES), resultCacheSeconds: 60 } };
    const { authorize, issue } = apiHarness({ apis });
    const denied = await authorize(eventFor(`Bearer ${issue({ scopes: ['x:y'] })}`));
    expect(denied.context).not.toHaveProperty('challenge');
  });

  test('a long list of scopes is not named', async () => {
    const scopes = Array.from({ length: 60 }, (_, index) => `resource-${index}:read`);
    const { authorize, issue } = apiHarness({ apis: { sales: compiled([scoped('GET /v1/sales', scopes.join('+'))]) } });
    const denied = await authorize(eventFor(`Bearer ${issue()}`));
    expect(denied.context.challenge).toBe('Bearer error="insufficient_scope"');
  });

  test('no route at all', async () => {
    const { authorize, issue } = apiHarness();
    const result = await authorize(eventFor(`Bearer ${issue({ scopes: ['other:read'] })}`));
    expect(result.policyDocument.Statement).toEqual([
      { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: [`${STAGE_ARN}/*`] },
    ]);
  });

  test('a token of another environment, everywhere', async () => {
    const { authorize, issue, ports } = apiHarness();
    const result = await authorize(eventFor(`Bearer ${issue({ environment: 'prod' })}`));
    expect(verdictOf(result, 'GET/v1/sales')).toBe('explicit deny');
    expect(last(ports.decisions)).toMatchObject({ decision: 'deny', reason: 'wrong_environment' });
  });

  test.each([
    ['IPv4', '198.51.100.7', ['192.0.2.0/24']],
    ['IPv6', '2001:db8:1::1', ['2001:db8:0:0:0:0:0:0/48']],
    ['IPv4 where only IPv6 is allowed', '192.0.2.1', ['2001:db8:0:0:0:0:0:0/32']],
  ])('another address, %s: the policy denies it and still allows the right one', async (_, sourceIp, cidrs) => {
    const { authorize, issue, ports } = apiHarness();
    const result = await authorize(eventFor(`Bearer ${issue({ cidrs })}`, { sourceIp }));
    expect(last(ports.decisions)).toMatchObject({ decision: 'deny', reason: 'source_address' });
    expect(verdictOf(result, 'GET/v1/sales', { sourceIp })).toBe('explicit deny');
    const [inside = ''] = (cidrs[0] ?? '').split('/');
    expect(verdictOf(result, 'GET/v1/sales', { sourceIp: inside })).toBe('allow');
  });

  test.each(['', 'unknown', '192.0.2.1, 10.0.0.1', 'fe80::1%eth0'])(
    'an address that is none, %j: denied whatever the gateway evaluates',
    async (sourceIp) => {
      const { authorize, issue } = apiHarness();
      const result = await authorize(eventFor(`Bearer ${issue({ cidrs: ['192.0.2.0/24'] })}`, { sourceIp }));
      expect(verdictOf(result, 'GET/v1/sales', { sourceIp: '192.0.2.1' })).toBe('explicit deny');
    },
  );

  test('a header that claims another address changes nothing', async () => {
    const { authorize, issue, ports } = apiHarness();
    const event = eventFor(`Bearer ${issue({ cidrs: ['192.0.2.0/24'] })}`, { sourceIp: '198.51.100.7' });
    await authorize({ ...event, headers: { ...event.headers, 'X-Forwarded-For': '192.0.2.1' } });
    expect(last(ports.decisions).reason).toBe('source_address');
  });
});

describe('unauthorized', () => {
  const { token: unknown } = generateApiToken('acme', 'test');
  test.each([
    ['no header', '', 'malformed'],
    ['another scheme', 'Basic dXNlcjpwYXNz', 'malformed'],
    ['no token', 'Bearer ', 'malformed'],
    ['garbage', 'Bearer garbage', 'malformed'],
    ['garbage with dots', 'Bearer a.b.c', 'malformed'],
    ['another brand', `Bearer ${generateApiToken('other', 'test').token}`, 'malformed'],
    ['an environment word that is not served', `Bearer ${generateApiToken('acme', 'live').token}`, 'malformed'],
    ['a wrong checksum', `Bearer ${unknown.slice(0, -1)}${unknown.endsWith('0') ? '1' : '0'}`, 'malformed'],
  ])('%s, without a read', async (_, authorization, reason) => {
    const { authorize, ports } = apiHarness();
    await expect(authorize(eventFor(authorization))).rejects.toThrow(/^Unauthorized$/);
    expect(ports.reads).toEqual([]);
    expect(last(ports.decisions)).toMatchObject({ decision: 'unauthorized', reason });
  });

  test('an unknown token costs one read in five seconds', async () => {
    const { authorize, ports } = apiHarness();
    for (const seconds of [0, 4.9, 5]) {
      ports.now = NOW + seconds;
      await expect(authorize(eventFor(`Bearer ${unknown}`))).rejects.toThrow(/^Unauthorized$/);
    }
    expect(ports.reads.filter((key) => key.startsWith('token#'))).toHaveLength(2);
    expect(last(ports.decisions)).toMatchObject({ reason: 'unknown_token', tokenId: unknown.slice(10, 26) });
  });

  test('no header at all', async () => {
    const { authorize, ports } = apiHarness();
    const { headers, multiValueHeaders, ...event } = eventFor('');
    await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/);
    expect(last(ports.decisions).reason).toBe('missing');
  });

  test('API tokens where the platform has none', async () => {
    const { apiTokens, ...config } = authorizerConfig([issuerConfig([key])]);
    const { authorize, issue } = apiHarness(config);
    const { authorize: without } = apiHarness({ ...config, apiTokens: undefined } as Partial<typeof config>);
    await expect(without(eventFor(`Bearer ${issue()}`))).rejects.toThrow(/^Unauthorized$/);
    await expect(authorize(eventFor(`Bearer ${issue()}`))).resolves.toBeDefined();
  });
});

describe('failures are no answer, and nothing remembers them', () => {
  test('a table that cannot be read', async () => {
    const { authorize, issue, ports } = apiHarness();
    const token = issue();
    const readItem = jest.spyOn(ports, 'readItem').mockRejectedValueOnce(new Error('ThrottlingException'));
    await expect(authorize(eventFor(`Bearer ${token}`))).rejects.toThrow('token table cannot be read');
    expect(last(ports.decisions)).toMatchObject({ decision: 'error', reason: 'store_error' });
    await expect(authorize(eventFor(`Bearer ${token}`))).resolves.toBeDefined();
    expect(readItem.mock.calls.filter(([key]) => key.startsWith('token#'))).toHaveLength(2);
  });

  test('an error of another kind', async () => {
    const { authorize, issue, ports } = apiHarness();
    const token = issue({ cidrs: ['not a network'] });
    await expect(authorize(eventFor(`Bearer ${token}`))).rejects.not.toThrow('Unauthorized');
    expect(last(ports.decisions)).toMatchObject({ decision: 'error', reason: 'internal' });
  });

  test.each([
    ['an API that is not configured', { stageVariables: { gatehouseApi: 'other' } }],
    ['no stage variable', { stageVariables: null }],
    ['another type', { type: 'TOKEN' }],
    ['no request context', { requestContext: null }],
    ['no method ARN', { methodArn: undefined }],
    ['a method ARN of another stage', { methodArn: `${STAGE_ARN.replace('/dev', '/beta')}/GET/v1/sales` }],
  ])('%s', async (_, changes) => {
    const { authorize, issue, ports } = apiHarness();
    const event = { ...eventFor(`Bearer ${issue()}`), ...changes };
    await expect(authorize(event)).rejects.toThrow(AuthorizerError);
    expect(last(ports.decisions)).toMatchObject({ decision: 'error', reason: 'config_error' });
  });

  test('a route that is not configured', async () => {
    const { authorize, issue } = apiHarness();
    await expect(authorize(eventFor(`Bearer ${issue()}`, { path: '/v1/other' }))).rejects.toThrow(
      'route GET /v1/other of API sales is not configured',
    );
  });
});

describe('the request decides nothing that the gateway does not say', () => {
  test('a header that overrides the method plays no part', async () => {
    const { authorize, issue, ports } = apiHarness();
    const event = eventFor(`Bearer ${issue()}`);
    await authorize({ ...event, headers: { ...event.headers, 'X-HTTP-Method-Override': 'DELETE' } });
    expect(last(ports.decisions)).toMatchObject({ decision: 'allow', route: 'GET /v1/sales' });
  });

  test.each(['*', '?', '%2F', '..', 'emea/', 'emea/../admin'])(
    'a path with %s leaves the policy as it is',
    async (segment) => {
      const { authorize, issue } = apiHarness();
      const token = issue();
      const plain = await authorize(eventFor(`Bearer ${token}`));
      const odd = await authorize(
        eventFor(`Bearer ${token}`, { path: `/v1/sales/${segment}`, resource: '/v1/sales/{region}' }),
      );
      expect(odd.policyDocument).toEqual(plain.policyDocument);
    },
  );
});

describe('size of the answer', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => scoped(`GET /v1/r${index}/{id}`, 'sales:read'));

  test('a table with many routes of the same scopes gets prefixes', async () => {
    const { authorize, issue } = apiHarness({
      apis: {
        sales: compiled([...many(100), scoped('GET /v1/sales', 'sales:read'), scoped('GET /v2/admin', 'sales:admin')]),
      },
    });
    const result = await authorize(eventFor(`Bearer ${issue()}`));
    expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(7000);
    expect(verdictOf(result, 'GET/v1/r99/1')).toBe('allow');
    expect(verdictOf(result, 'GET/v2/admin')).toBe('explicit deny');
    expect(verdictOf(result, 'DELETE/v1/r7/1')).toBe('explicit deny');
  });

  test('a table that is too long for one policy gets an answer for each route, for any scopes', async () => {
    const withheld = Array.from({ length: 100 }, (_, index) => scoped(`GET /v1/r${index}/{id}/admin`, 'sales:admin'));
    const { authorize, issue } = apiHarness({ apis: { sales: compiled([...ROUTES, ...many(100), ...withheld]) } });
    for (const scopes of [['sales:read'], ['sales:admin'], ['*']]) {
      const event = eventFor(`Bearer ${issue({ scopes })}`, {
        path: '/v1/r7/1',
        resource: '/v1/r7/{id}',
        results: 'route',
      });
      const result = await authorize(event);
      expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(2000);
      expect(verdictOf(result, 'GET/v1/r7/1')).toBe(scopes[0] === 'sales:admin' ? 'explicit deny' : 'allow');
    }
  });

  test('networks count', async () => {
    const { authorize, issue } = apiHarness();
    const cidrs = Array.from({ length: 250 }, (_, index) => `10.0.${index}.0/24`);
    await expect(authorize(eventFor(`Bearer ${issue({ cidrs })}`))).rejects.toThrow('longer than 7000 bytes');
  });
});

describe('an access token', () => {
  test('gets a policy, and is remembered for five seconds', async () => {
    const { authorize, ports } = apiHarness({ issuers: [issuerConfig([key])] });
    const verifySignature = jest.spyOn(ports, 'verifySignature');
    const token = accessToken(key);
    const result = await authorize(bearerEvent(token));
    ports.now = NOW + 4.9;
    expect(await authorize(bearerEvent(token))).toBe(result);
    expect(last(ports.decisions)).toMatchObject({ decision: 'allow', cacheHit: true, tokenId: 'jti-1' });
    expect(verifySignature).toHaveBeenCalledTimes(1);
    ports.now = NOW + 5;
    await authorize(bearerEvent(token));
    expect(verifySignature).toHaveBeenCalledTimes(2);
    expect(result.context).toMatchObject({
      principal: `access_token|${ISSUER}|user-1`,
      issuer: ISSUER,
      application: 'reports',
      clientId: 'reports',
      authMethod: 'access_token',
    });
  });

  test('is remembered no longer than it is valid', async () => {
    const { authorize, ports } = apiHarness({ issuers: [issuerConfig([key], { leewaySeconds: 0 })] });
    const token = accessToken(key, { claims: { exp: NOW + 2 } });
    await authorize(bearerEvent(token));
    ports.now = NOW + 2;
    await expect(authorize(bearerEvent(token))).rejects.toThrow(/^Unauthorized$/);
  });

  test('that was remembered for one stage is judged anew for another', async () => {
    const { authorize } = apiHarness({ issuers: [issuerConfig([key])] });
    const event = bearerEvent(accessToken(key));
    await authorize(event);
    const beta = await authorize({
      ...event,
      methodArn: `${STAGE_ARN.replace('/dev', '/beta')}/GET/v1/sales`,
      requestContext: { ...event.requestContext, stage: 'beta' },
    });
    expect(JSON.stringify(beta.policyDocument)).not.toContain('/dev/');
  });

  test('has the usage key, the team and the tier of its registered application', async () => {
    const { authorize, ports } = apiHarness({ issuers: [issuerConfig([key])] });
    ports.items.set('application#reports', {
      pk: 'application#reports',
      entity: 'application',
      application: 'reports',
      team: 'data',
      tier: 'silver',
      usageKey: 'application-usage-key-1',
      createdAt: NOW,
      version: 1,
    });
    const result = await authorize(bearerEvent(accessToken(key)));
    expect(result).toMatchObject({
      usageIdentifierKey: 'application-usage-key-1',
      context: { team: 'data', tier: 'silver' },
    });
  });
});
