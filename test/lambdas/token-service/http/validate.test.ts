import { contextOfToken } from '../support/callers';
import { Harness, type RequestOptions, VALID } from '../support/harness';

let service: Harness;
beforeEach(async () => {
  service = await Harness.start();
});
afterEach(() => service.close());

const validate = (body: object = {}, options: RequestOptions = {}) =>
  service.request('POST', '/v1/token-validations', { body: { ...VALID, ...body }, ...options });
const pointers = (body: { faults: { pointer: string }[] }) => body.faults.map(({ pointer }) => pointer);

test('a request that would be accepted is valid, and nothing is written', async () => {
  const before = await service.table.items();
  const { status, body } = await validate(
    { tier: 'gold', description: 'd', cidrs: ['192.0.2.0/24'], expiresInSeconds: 60 },
    { headers: { 'Idempotency-Key': 'k' } },
  );
  expect([status, body]).toEqual([200, { valid: true, faults: [], risks: [] }]);
  expect(await service.table.items()).toEqual(before);
});

test('every fault is told at once, with the member that has it, in the words of the issue', async () => {
  const wrong = { scopes: ['sales:read', 'nothing:here'], tier: 'lead', expiresInSeconds: 366 * 86_400 };
  const { body } = await validate(wrong);
  expect(body.valid).toBe(false);
  expect(pointers(body)).toEqual(['#/scopes/1', '#/tier', '#/expiresInSeconds']);
  const issued = await service.issue(wrong);
  expect(body.faults.map(({ pointer, detail }: Record<string, string>) => ({ pointer, detail }))).toEqual(
    issued.body.errors,
  );
});

test('what is wider than the caller is told with the rest', async () => {
  const { body: issued } = await service.issue({ scopes: ['tokens:write', 'sales:read'], cidrs: ['10.0.0.0/8'] });
  const authorizer = contextOfToken(await service.storedToken(issued.id));
  const { body } = await validate(
    { scopes: ['sales:read', 'sales:write'], notBefore: '2020-01-01T00:00:00Z' },
    { authorizer },
  );
  expect(pointers(body)).toEqual(['#/notBefore', '#/scopes/1', '#/cidrs']);
});

test('another tier than that of the application is told before anything is written', async () => {
  await service.request('PUT', '/v1/applications/partner', { body: { tier: 'gold' } });
  const { body } = await validate({ application: 'partner', tier: 'free' });
  expect(pointers(body)).toEqual(['#/tier']);
});

test('a team that does not exist is a fault of the team', async () => {
  expect(pointers((await validate({ team: 'nobody' })).body)).toEqual(['#/team']);
});

test('risks are told of what is valid', async () => {
  const { body } = await validate({ scopes: ['sales:*'], expiresInSeconds: 200 * 86_400 });
  expect(body.valid).toBe(true);
  expect(body.risks.map(({ code }: { code: string }) => code)).toEqual([
    'wildcard-scope',
    'any-network',
    'long-lifetime',
    'no-description',
    'no-usage-plan',
  ]);
});

test('an application that is not registered has no usage plan, and one with a tier has', async () => {
  const body = { application: 'unknown', tier: undefined, description: 'd', cidrs: ['192.0.2.0/24'] };
  expect((await validate(body)).body.risks).toEqual([
    { code: 'no-usage-plan', text: expect.stringContaining('refuses each call of the token with 403') },
  ]);
  await service.request('PUT', '/v1/applications/unknown', { body: { tier: 'gold' } });
  expect((await validate(body)).body.risks).toEqual([]);
});

test('a body of another form is refused as an issue is', async () => {
  expect((await validate({ scopes: [] })).status).toBe(400);
});
