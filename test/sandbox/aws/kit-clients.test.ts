import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { awsRequest } from '../../../lambdas/lib/aws-request';
import { ApiGatewayKeys } from '../../../lambdas/token-service/aws/api-gateway-keys';
import type { LocalAws } from '../../../sandbox/aws';
import { AwsLab, clientConfig, TABLE } from './support';

// The clients that the kit's functions carry, against the endpoints that the sandbox gives them.
const saved = { ...process.env };
let lab: AwsLab;
let aws: LocalAws;
beforeEach(async () => {
  lab = new AwsLab();
  const usagePlans = [
    { id: 'p1', name: 'gh-dev-sales-bronze', tags: { 'gatehouse:platform': 'gh-dev', 'gatehouse:tier': 'bronze' } },
    { id: 'p2', name: 'gh-dev-stock-bronze', tags: { 'gatehouse:platform': 'gh-dev', 'gatehouse:tier': 'bronze' } },
    { id: 'p3', name: 'gh-dev-stock-gold', tags: { 'gatehouse:platform': 'gh-dev', 'gatehouse:tier': 'gold' } },
  ];
  aws = await lab.start({ tables: [TABLE], secrets: [{ name: 'gh-dev-pepper' }], usagePlans });
  Object.assign(process.env, aws.environment);
});
afterEach(async () => {
  process.env = { ...saved };
  await lab.dispose();
});

test('the signed request reads an item', async () => {
  const call = { service: 'dynamodb', region: 'us-east-1' } as const;
  const Item = { pk: { S: 'token#a' }, createdAt: { N: '1' } };
  await awsRequest({ ...call, operation: 'PutItem', input: { TableName: TABLE.name, Item } });
  const Key = { pk: Item.pk };
  expect(await awsRequest({ ...call, operation: 'GetItem', input: { TableName: TABLE.name, Key } })).toEqual({ Item });
});

test('the signed request reads a secret, and tells an absent value', async () => {
  const call = { service: 'secretsmanager', region: 'us-east-1' } as const;
  const SecretId = 'gh-dev-pepper';
  const read = () => awsRequest({ ...call, operation: 'GetSecretValue', input: { SecretId } });
  await expect(read()).rejects.toMatchObject({ status: 400, code: 'ResourceNotFoundException' });
  const input = { SecretId, SecretString: 'v', ClientRequestToken: '00000000-0000-4000-8000-000000000001' };
  await awsRequest({ ...call, operation: 'PutSecretValue', input });
  expect(await read()).toMatchObject({ SecretString: 'v', VersionStages: ['AWSCURRENT'] });
});

test('the token service makes a usage key once and attaches it to every plan of its tier', async () => {
  const client = new APIGatewayClient(clientConfig(aws));
  const keys = new ApiGatewayKeys(client, 'gh-dev');
  const value = 'Value0'.repeat(6);
  const { id } = await keys.ensureKey('gh-dev-app', value);
  expect(await keys.ensureKey('gh-dev-app', value)).toEqual({ id, value });
  await keys.attachKey(id, 'bronze');
  await keys.attachKey(id, 'bronze');
  expect(aws.apiKeys.findByValue(value)).toEqual({ id, name: 'gh-dev-app', enabled: true, usagePlanIds: ['p1', 'p2'] });
  client.destroy();
});
