import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { CliError } from '../../../cli/errors';
import { TokenService } from '../../../cli/token-service/client';
import { prepareSecret } from '../../../cli/token-service/secret-target';
import { generateApiToken } from '../../../lambdas/lib/api-token';
import type { TokenView } from '../../../lambdas/token-service/domain/views';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Secrets Manager that answers so, and a token service that knows every token but lets it do nothing. */
async function connectionWith(answers: Readonly<Record<string, { readonly status: number; readonly body: object }>>) {
  const asked: string[] = [];
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target'] ?? 'token service').replace('secretsmanager.', '');
      asked.push(operation);
      const { status, body } = answers[operation] ?? { status: 403, body: {} };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const aws = () => ({ namePrefix: '', region: 'eu-west-1', endpoint, credentials });
  return { asked, connection: { service: new TokenService(endpoint, 'own'), place: 'here', aws } };
}

const { token, id } = generateApiToken('acme', 'test');
const view = { id } as TokenView;
const found = { status: 200, body: { ARN: 'arn', Name: 'shop/ci' } };
const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: CliError) => error,
  );

test('a token is used once before it goes into the secret', async () => {
  const { connection, asked } = await connectionWith({
    DescribeSecret: found,
    PutSecretValue: { status: 200, body: {} },
  });
  const target = await prepareSecret('shop/ci', connection);
  await target.put(token, view, () => Promise.reject(new Error('nothing is to be taken back')));
  expect(asked).toEqual(['DescribeSecret', 'token service', 'PutSecretValue']);
});

test('a token that is not valid yet is not used', async () => {
  const { connection, asked } = await connectionWith({
    DescribeSecret: found,
    PutSecretValue: { status: 200, body: {} },
  });
  const target = await prepareSecret('shop/ci', connection);
  await target.put(token, { ...view, notBefore: '2999-01-01T00:00:00Z' }, () => Promise.resolve());
  expect(asked).toEqual(['DescribeSecret', 'PutSecretValue']);
});

test('a secret whose first use begins the end of the one before is not used', async () => {
  const { connection, asked } = await connectionWith({
    DescribeSecret: found,
    PutSecretValue: { status: 200, body: {} },
  });
  const createdAt = '2026-12-01T00:00:00Z';
  const endsAt = '2026-12-31T00:00:00Z';
  const secrets = [
    { number: 2, createdAt, endsAt },
    { number: 1, createdAt, endsAt, overlapSeconds: 3600 },
  ];
  const target = await prepareSecret('shop/ci', connection);
  await target.put(token, { ...view, secrets }, () => Promise.resolve());
  expect(asked).toEqual(['DescribeSecret', 'PutSecretValue']);
});

const refused = { status: 400, body: { __type: 'AccessDeniedException', message: 'you may not' } };

test.each([
  [() => Promise.resolve(), 'what was made is taken back'],
  [() => Promise.reject(new Error('refused')), `the secret of the token ${id} is lost and still valid, revoke it`],
])('a token that does not get into the secret is taken back, or is named', async (undo, told) => {
  const { connection } = await connectionWith({ DescribeSecret: found, PutSecretValue: refused });
  const target = await prepareSecret('shop/ci', connection);
  const error = await thrown(target.put(token, view, undo));
  expect(error?.message).toBe(
    `cannot put the token ${id} into the secret shop/ci: AccessDeniedException: you may not; ${told}`,
  );
});

test('a secret that is about to be deleted is refused before there is a token', async () => {
  const { connection } = await connectionWith({
    DescribeSecret: { status: 200, body: { ...found.body, DeletedDate: 1_700_000_000 } },
  });
  const error = await thrown(prepareSecret('shop/ci', connection));
  expect(error?.message).toBe('the secret shop/ci is deleted, nothing was changed: name another with --into-secret');
});
