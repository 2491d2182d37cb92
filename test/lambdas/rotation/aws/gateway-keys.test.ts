import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { apiGatewayKeys } from '../../../../lambdas/rotation/aws/gateway-keys';
import type { LocalAws } from '../../../../sandbox/aws';
import { AwsLab, clientConfig } from '../../../sandbox/aws/support';

const VALUE = 'A1'.repeat(20);
const OTHER = 'B2'.repeat(20);
const lab = new AwsLab();
let aws: LocalAws;
let client: APIGatewayClient;

beforeAll(async () => {
  aws = await lab.start({
    usagePlans: [
      {
        id: 'plan1',
        name: 'acme-dev-home-free',
        apiStages: [{ apiId: 'api1', stage: 'dev' }],
        quota: { limit: 1000, period: 'DAY' },
      },
      { id: 'plan2', name: 'acme-dev-sales-free', quota: { limit: 1000, period: 'DAY' } },
    ],
  });
  client = new APIGatewayClient(clientConfig(aws));
});

afterAll(async () => {
  client.destroy();
  await lab.dispose();
});

test('the life of a key, in API Gateway as the sandbox has it', async () => {
  const keys = apiGatewayKeys(client);
  await keys.create('acme-dev-app/1', VALUE);
  await keys.create('acme-dev-app/12', OTHER);
  const [key, ...more] = (await keys.list('acme-dev-app/1')).filter(({ name }) => name === 'acme-dev-app/1');
  expect(more).toEqual([]);
  expect(key).toMatchObject({ value: VALUE, enabled: true });
  const id = key?.id ?? '';
  expect(await keys.count()).toBe(2);

  await expect(keys.create('acme-dev-app/3', VALUE)).rejects.toMatchObject({ name: 'ConflictException' });

  expect(await keys.plansOf(id)).toEqual([]);
  await keys.attach('plan2', id);
  await keys.attach('plan1', id);
  await keys.attach('plan1', id);
  expect(await keys.plansOf(id)).toEqual(['plan1', 'plan2']);
  const today = new Date().toISOString().slice(0, 10);
  expect(await keys.usage('plan1', id, today, today)).toBe(0);

  await keys.disable(id);
  expect(await keys.get(id)).toMatchObject({ value: VALUE, enabled: false });
  await keys.remove(id);
  await keys.remove(id);
  expect(await keys.get(id)).toBeUndefined();
});
