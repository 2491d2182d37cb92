import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cognitoClientSecrets } from '../../../../lambdas/rotation/aws/cognito';

const environment = process.env;
let server: Server;
let base: string;
let calls: { target: string; body: string; authorization: string }[];
let answer: { status: number; body: unknown };

beforeEach(async () => {
  calls = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    const { 'x-amz-target': target, authorization = '' } = request.headers;
    calls.push({ target: String(target ?? request.url), body, authorization });
    response.writeHead(answer.status);
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: base,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
});

afterEach(async () => {
  process.env = environment;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const client = { UserPoolId: 'eu-west-1_abc', ClientId: 'client' };
const provider = (scope?: string) =>
  cognitoClientSecrets('eu-west-1', {
    kind: 'cognito',
    userPoolId: client.UserPoolId,
    clientId: client.ClientId,
    tokenUrl: `${base}/oauth2/token`,
    ...(scope !== undefined && { scope }),
  });
const service = 'AWSCognitoIdentityProviderService';

test('lists ids', async () => {
  answer = { status: 200, body: { ClientSecrets: [{ ClientSecretId: 'a' }, { ClientSecretId: 'b' }] } };
  expect(await provider().list()).toEqual(['a', 'b']);
  expect(calls[0]).toMatchObject({ target: `${service}.ListUserPoolClientSecrets`, body: JSON.stringify(client) });
});

test('adds a chosen secret and gives its id', async () => {
  answer = { status: 200, body: { ClientSecretDescriptor: { ClientSecretId: 'a' } } };
  expect(await provider().add('chosen')).toBe('a');
  expect(calls[0]).toMatchObject({
    target: `${service}.AddUserPoolClientSecret`,
    body: JSON.stringify({ ...client, ClientSecret: 'chosen' }),
  });
});

test('an answer without an id is an error', async () => {
  answer = { status: 200, body: {} };
  await expect(provider().add('canary')).rejects.toThrow('Cognito added a client secret and gave no id');
});

test('deletes; what is gone already is done', async () => {
  answer = { status: 200, body: {} };
  await provider().remove('a');
  answer = { status: 400, body: { __type: 'ResourceNotFoundException' } };
  await provider().remove('a');
  answer = { status: 400, body: { __type: 'InvalidParameterException' } };
  await expect(provider().remove('a')).rejects.toMatchObject({ code: 'InvalidParameterException' });
});

test('authenticates as a client (RFC 6749, 2.3.1 and 4.4.2)', async () => {
  answer = { status: 200, body: { access_token: 'canary' } };
  expect(await provider('sales/read').authenticate('a+b')).toBe(true);
  expect(calls[0]).toEqual({
    target: '/oauth2/token',
    body: 'grant_type=client_credentials&client_id=client&scope=sales%2Fread',
    authorization: `Basic ${Buffer.from('client:a%2Bb').toString('base64')}`,
  });
});

test.each([400, 401])('invalid_client with %i is a no', async (status) => {
  answer = { status, body: { error: 'invalid_client' } };
  expect(await provider().authenticate('wrong')).toBe(false);
});

test.each([
  [400, { error: 'invalid_scope' }],
  [401, 'canary'],
  [500, { error: 'invalid_client' }],
  [429, {}],
])('%i with %j proves nothing', async (status, body) => {
  answer = { status, body };
  await expect(provider().authenticate('new')).rejects.toThrow(`token endpoint answered with status ${status}`);
});
