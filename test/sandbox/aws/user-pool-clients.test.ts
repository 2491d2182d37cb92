import type { LocalAws } from '../../../sandbox/aws';
import { AwsLab, signedHeaders } from './support';

const CLIENT = { UserPoolId: 'eu-west-1_AbCdEfGhI', ClientId: 'reporting' };
const ONE = 'one+one+one+one+one+one+one';

let lab: AwsLab;
let aws: LocalAws;
beforeEach(async () => {
  lab = new AwsLab();
  await start();
});
afterEach(() => lab.dispose());

async function start(): Promise<void> {
  aws = await lab.start({ userPoolClients: [{ userPoolId: CLIENT.UserPoolId, clientId: CLIENT.ClientId }] });
}

async function call(operation: string, input: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = JSON.stringify(input);
  const headers = signedHeaders(aws, aws.endpoint, {
    headers: { 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` },
    body,
  });
  const response = await fetch(aws.endpoint, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const add = (ClientSecret?: string) => call('AddUserPoolClientSecret', { ...CLIENT, ClientSecret });
const ids = async () =>
  ((await call('ListUserPoolClientSecrets', CLIENT)).body.ClientSecrets as { ClientSecretId: string }[]).map(
    ({ ClientSecretId }) => ClientSecretId,
  );
const remove = (ClientSecretId?: string) => call('DeleteUserPoolClientSecret', { ...CLIENT, ClientSecretId });

async function authenticate(secret: string, how: 'basic' | 'post' = 'basic'): Promise<number> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  const basic = Buffer.from(`${CLIENT.ClientId}:${encodeURIComponent(secret)}`).toString('base64');
  if (how === 'post') {
    form.set('client_id', CLIENT.ClientId);
    form.set('client_secret', secret);
  }
  const response = await fetch(`${aws.endpoint}/oauth2/token`, {
    method: 'POST',
    body: form,
    headers: how === 'basic' ? { Authorization: `Basic ${basic}` } : {},
  });
  return response.status;
}

test('a client begins with one secret', async () => {
  expect(await ids()).toEqual([expect.stringMatching(/^reporting--\d+$/)]);
});

test('a chosen secret is accepted in both ways of presenting it, and not given back', async () => {
  const added = await add(ONE);
  expect(added.status).toBe(200);
  expect(JSON.stringify(added.body)).not.toContain(ONE);
  expect(await authenticate(ONE)).toBe(200);
  expect(await authenticate(ONE, 'post')).toBe(200);
  expect(await authenticate(`${ONE}+`)).toBe(400);
});

test('a generated secret is shown once', async () => {
  const { body } = await add();
  const { ClientSecretValue } = body.ClientSecretDescriptor as { ClientSecretValue: string };
  expect(await authenticate(ClientSecretValue)).toBe(200);
});

test('a third secret is refused, until one of the two is deleted', async () => {
  const [first] = await ids();
  await add(ONE);
  expect(await add()).toMatchObject({ status: 400, body: { __type: 'LimitExceededException' } });
  expect((await remove(first)).status).toBe(200);
  expect((await add()).status).toBe(200);
});

test('the only secret is not deleted, an unknown one is not found', async () => {
  const [first] = await ids();
  expect(await remove('reporting--1')).toMatchObject({ body: { __type: 'ResourceNotFoundException' } });
  expect(await remove(first)).toMatchObject({ body: { __type: 'InvalidParameterException' } });
});

test.each([
  ['a short secret', { ...CLIENT, ClientSecret: 'short-canary' }, 'InvalidParameterException'],
  ['an unknown client', { ...CLIENT, ClientId: 'other' }, 'ResourceNotFoundException'],
])('%s is refused', async (_what, input, type) => {
  const answer = await call('AddUserPoolClientSecret', input);
  expect(answer).toMatchObject({ status: 400, body: { __type: type } });
  expect(JSON.stringify(answer)).not.toContain('canary');
});

test('secrets survive a restart', async () => {
  await add(ONE);
  const before = await ids();
  await lab.stop(aws);
  await start();
  expect(await ids()).toEqual(before);
  expect(await authenticate(ONE)).toBe(200);
});
