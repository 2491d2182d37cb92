import { readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  type CreateApiKeyCommandInput,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetDomainNamesCommand,
  GetUsageCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import type { LocalAws, UsagePlanSpec } from '../../../sandbox/aws';
import { AwsLab, clientConfig, errorOf } from './support';

const VALUE = 'A1'.repeat(20);
const PLANS: UsagePlanSpec[] = [
  {
    id: 'plan-bronze',
    name: 'gh-dev-sales-bronze',
    apiStages: [{ apiId: 'api1', stage: 'dev' }],
    throttle: { rateLimit: 5, burstLimit: 10 },
    quota: { limit: 1000, period: 'DAY' },
    tags: { 'gatehouse:tier': 'bronze' },
  },
  { id: 'plan-silver', name: 'gh-dev-sales-silver' },
  { id: 'plan-gold', name: 'gh-dev-sales-gold' },
];

let lab: AwsLab;
let aws: LocalAws;
let client: APIGatewayClient;

async function start(usagePlans = PLANS): Promise<void> {
  aws = await lab.start({ usagePlans });
  client = new APIGatewayClient(clientConfig(aws));
}

beforeEach(async () => {
  lab = new AwsLab();
  await start();
});
afterEach(async () => {
  client.destroy();
  await lab.dispose();
});

const create = (input: CreateApiKeyCommandInput = {}) =>
  client.send(new CreateApiKeyCommand({ name: 'gh-dev-app', value: VALUE, enabled: true, ...input }));
const attach = (keyId: string | undefined, usagePlanId = 'plan-bronze') =>
  client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));

describe('API keys', () => {
  test('a made key has the value given, and the gateway finds it at once', async () => {
    const key = await create();
    expect(key).toMatchObject({ name: 'gh-dev-app', value: VALUE, enabled: true, createdDate: expect.any(Date) });
    expect(aws.apiKeys.findByValue(VALUE)).toEqual({ id: key.id, name: 'gh-dev-app', enabled: true, usagePlanIds: [] });
  });

  test('another value is not found', async () => {
    await create();
    expect(aws.apiKeys.findByValue(VALUE.toLowerCase())).toBeUndefined();
  });

  test('a key without a value gets a random one', async () => {
    const keys = [await create({ value: undefined }), await create({ value: undefined })];
    for (const key of keys) expect(key.value).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(keys[0]?.value).not.toBe(keys[1]?.value);
  });

  test('a key is disabled unless asked otherwise, as on AWS', async () => {
    expect(await create({ enabled: undefined })).toMatchObject({ enabled: false });
  });

  test('a value that a key has already is a conflict, whatever the name', async () => {
    await create();
    expect(await errorOf(create({ name: 'other' }))).toEqual({
      name: 'ConflictException',
      message: 'API Key already exists',
      status: 409,
    });
  });

  test.each(['a'.repeat(19), 'a'.repeat(129), `${'a'.repeat(30)}-_`])(
    'value %s is refused without repeating it',
    async (value) => {
      const error = await errorOf(create({ value }));
      expect(error).toMatchObject({ name: 'BadRequestException', status: 400 });
      expect(error.message).not.toContain(value);
    },
  );

  test('a value is shown only when asked for', async () => {
    const { id } = await create();
    const get = async (includeValue: boolean) =>
      (await client.send(new GetApiKeyCommand({ apiKey: id, includeValue }))).value;
    expect([await get(false), await get(true)]).toEqual([undefined, VALUE]);
    const list = async (includeValues: boolean) =>
      (await client.send(new GetApiKeysCommand({ includeValues }))).items?.map((key) => key.value);
    expect([await list(false), await list(true)]).toEqual([[undefined], [VALUE]]);
  });

  test('nameQuery matches prefixes', async () => {
    for (const name of ['gh-dev-app', 'gh-dev-app-two', 'other-gh-dev-app']) await create({ name, value: undefined });
    const found = await client.send(new GetApiKeysCommand({ nameQuery: 'gh-dev-app' }));
    expect(found.items?.map((key) => key.name)).toEqual(['gh-dev-app', 'gh-dev-app-two']);
  });

  test('pages cover every key once, also when one goes away in between', async () => {
    const ids: (string | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) ids.push((await create({ name: `k${n}`, value: undefined })).id);
    const first = await client.send(new GetApiKeysCommand({ limit: 2 }));
    await client.send(new DeleteApiKeyCommand({ apiKey: ids[1] }));
    const second = await client.send(new GetApiKeysCommand({ limit: 2, position: first.position }));
    const third = await client.send(new GetApiKeysCommand({ limit: 2, position: second.position }));
    expect([first, second, third].map((one) => one.items?.map((key) => key.name))).toEqual([
      ['k0', 'k1'],
      ['k2', 'k3'],
      ['k4'],
    ]);
    expect(third.position).toBeUndefined();
  });

  test('a key can be disabled', async () => {
    const { id } = await create();
    const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: 'false' }];
    expect(await client.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations }))).toMatchObject({
      id,
      enabled: false,
    });
    expect(aws.apiKeys.findByValue(VALUE)).toMatchObject({ enabled: false });
  });

  test('another change is refused', async () => {
    const { id } = await create();
    const patchOperations = [{ op: 'replace' as const, path: '/value', value: 'B'.repeat(30) }];
    expect(await errorOf(client.send(new UpdateApiKeyCommand({ apiKey: id, patchOperations })))).toMatchObject({
      name: 'BadRequestException',
    });
  });

  test('a deleted key is gone', async () => {
    const { id } = await create();
    await client.send(new DeleteApiKeyCommand({ apiKey: id }));
    expect(aws.apiKeys.findByValue(VALUE)).toBeUndefined();
    const notFound = { name: 'NotFoundException', message: 'Invalid API Key identifier specified', status: 404 };
    expect(await errorOf(client.send(new GetApiKeyCommand({ apiKey: id })))).toEqual(notFound);
    expect(await errorOf(client.send(new DeleteApiKeyCommand({ apiKey: id })))).toEqual(notFound);
  });
});

describe('usage plans', () => {
  test('are those of the plan, in pages', async () => {
    const first = await client.send(new GetUsagePlansCommand({ limit: 2 }));
    const second = await client.send(new GetUsagePlansCommand({ limit: 2, position: first.position }));
    expect([first, second].map((one) => one.items?.map((plan) => plan.name))).toEqual([
      ['gh-dev-sales-bronze', 'gh-dev-sales-silver'],
      ['gh-dev-sales-gold'],
    ]);
    expect(first.items?.map((plan) => plan.tags)).toEqual([{ 'gatehouse:tier': 'bronze' }, undefined]);
    expect(second.position).toBeUndefined();
  });

  test('one plan is read by id', async () => {
    expect(await client.send(new GetUsagePlanCommand({ usagePlanId: 'plan-bronze' }))).toMatchObject(PLANS[0] ?? {});
    expect(await errorOf(client.send(new GetUsagePlanCommand({ usagePlanId: 'x' })))).toMatchObject({ status: 404 });
  });

  test('an attached key carries its plans, and the plan its keys', async () => {
    const { id } = await create();
    expect(await attach(id)).toMatchObject({ id, type: 'API_KEY', name: 'gh-dev-app', value: VALUE });
    await attach(id, 'plan-gold');
    expect(aws.apiKeys.findByValue(VALUE)?.usagePlanIds).toEqual(['plan-bronze', 'plan-gold']);
    const keys = await client.send(new GetUsagePlanKeysCommand({ usagePlanId: 'plan-gold' }));
    expect(keys.items).toMatchObject([{ id, name: 'gh-dev-app', type: 'API_KEY' }]);
    const plans = await client.send(new GetUsagePlansCommand({ keyId: id }));
    expect(plans.items?.map((plan) => plan.id)).toEqual(['plan-bronze', 'plan-gold']);
  });

  test('attaching twice is a conflict', async () => {
    const { id } = await create();
    await attach(id);
    expect(await errorOf(attach(id))).toMatchObject({ name: 'ConflictException', status: 409 });
  });

  test('an unknown plan and an unknown key are not found', async () => {
    const { id } = await create();
    expect(await errorOf(attach(id, 'plan-x'))).toMatchObject({ name: 'NotFoundException', status: 404 });
    expect(await errorOf(attach('key-x'))).toMatchObject({ name: 'NotFoundException', status: 404 });
  });

  test('a detached key has no plan', async () => {
    const { id } = await create();
    await attach(id);
    const request = { usagePlanId: 'plan-bronze', keyId: id };
    expect(await client.send(new GetUsagePlanKeyCommand(request))).toMatchObject({ id });
    await client.send(new DeleteUsagePlanKeyCommand(request));
    expect(aws.apiKeys.findByValue(VALUE)?.usagePlanIds).toEqual([]);
    expect(await errorOf(client.send(new GetUsagePlanKeyCommand(request)))).toMatchObject({ status: 404 });
  });
});

describe('persistence', () => {
  const file = () => path.join(lab.stateDir, 'api-keys.json');

  test('keys and attachments survive a restart', async () => {
    const { id } = await create();
    await attach(id);
    await lab.stop(aws);
    await start();
    expect(aws.apiKeys.findByValue(VALUE)).toEqual({
      id,
      name: 'gh-dev-app',
      enabled: true,
      usagePlanIds: ['plan-bronze'],
    });
  });

  test('a plan that left the configuration counts for nothing', async () => {
    await attach((await create()).id);
    await lab.stop(aws);
    await start(PLANS.slice(1));
    expect(aws.apiKeys.findByValue(VALUE)?.usagePlanIds).toEqual([]);
  });

  test('the file is readable by its owner only and written before the answer', async () => {
    await create();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), 'utf8')).toContain(VALUE);
  });
});

test('another operation says that the sandbox has none', async () => {
  expect(await errorOf(client.send(new GetDomainNamesCommand({})))).toEqual({
    name: 'UnknownOperationException',
    message: 'the sandbox knows no operation GET /domainnames',
    status: 501,
  });
});

describe('GetUsage', () => {
  const usage = (startDate: string, endDate: string, keyId?: string) =>
    client.send(new GetUsageCommand({ usagePlanId: 'plan-bronze', startDate, endDate, keyId }));
  const today = () => new Date().toISOString().slice(0, 10);

  test('has a pair of used and remaining per key and day', async () => {
    const { id = '' } = await create();
    await attach(id);
    aws.apiKeys.recordUse({ keyId: id, planId: 'plan-bronze', remaining: 999 });
    aws.apiKeys.recordUse({ keyId: id, planId: 'plan-bronze', remaining: 998 });
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect((await usage(yesterday, today(), id)).items).toEqual({
      [id]: [
        [0, 1000],
        [2, 998],
      ],
    });
  });

  test('without a key is of every key of the plan, and of no other', async () => {
    const { id = '' } = await create();
    await attach(id, 'plan-silver');
    expect((await usage(today(), today())).items).toEqual({});
    await attach(id);
    expect(Object.keys((await usage(today(), today())).items ?? {})).toEqual([id]);
  });

  test.each([
    ['a key outside of the plan', '2026-01-01', '2026-01-01', 'other', 'NotFoundException'],
    ['the end before the beginning', '2026-01-02', '2026-01-01', undefined, 'BadRequestException'],
    ['more than 90 days', '2026-01-01', '2026-06-01', undefined, 'BadRequestException'],
    ['no date', 'yesterday', '2026-06-01', undefined, 'BadRequestException'],
  ])('%s is refused', async (_what, startDate, endDate, keyId, name) => {
    expect(await errorOf(usage(startDate, endDate, keyId))).toMatchObject({ name });
  });
});
