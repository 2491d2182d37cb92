import { APIGatewayClient, FlushStageAuthorizersCacheCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { AwsLab, clientConfig, errorOf } from './support';

const lab = new AwsLab();
const flushed: string[] = [];
let client: APIGatewayClient;

beforeAll(async () => {
  const aws = await lab.start({
    restApis: [
      { id: 'api1', name: 'gh-dev-sales', stage: 'dev' },
      { id: 'api2', name: 'gh-dev-home', stage: 'dev' },
    ],
    flushAuthorizers: (api, stage) => flushed.push(`${api}/${stage}`),
  });
  client = new APIGatewayClient(clientConfig(aws));
});
beforeEach(() => flushed.splice(0));
afterAll(async () => {
  client.destroy();
  await lab.dispose();
});

const flush = (restApiId: string, stageName: string) =>
  client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));

test('lists the planned REST APIs in pages', async () => {
  const first = await client.send(new GetRestApisCommand({ limit: 1 }));
  expect(first.items).toEqual([{ id: 'api1', name: 'gh-dev-sales' }]);
  const second = await client.send(new GetRestApisCommand({ limit: 1, position: first.position }));
  expect(second.items).toEqual([{ id: 'api2', name: 'gh-dev-home' }]);
  expect(second.position).toBeUndefined();
});

test('drops what is kept for a stage', async () => {
  await flush('api2', 'dev');
  expect(flushed).toEqual(['api2/dev']);
});

test.each([
  ['api3', 'dev', 'Invalid API identifier specified'],
  ['api1', 'prod', 'Invalid stage identifier specified'],
])('refuses %s/%s, which is not there', async (api, stage, message) => {
  expect(await errorOf(flush(api, stage))).toMatchObject({ name: 'NotFoundException', message });
  expect(flushed).toEqual([]);
});
