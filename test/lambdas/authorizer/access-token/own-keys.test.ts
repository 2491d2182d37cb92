import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchKeySet } from '../../../../lambdas/authorizer/aws-ports';
import { ownKeySetAddress, parseOwnKeySetAddress } from '../../../../lambdas/lib/own-key-set';

const PLACE = { region: 'eu-west-1', table: 'acme-dev-rotation', secretName: 'acme-dev/signing-keys' };

const jwk = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid, alg: 'ES256', use: 'sig' });
const attributes = (value: object) =>
  Object.fromEntries(Object.entries(value).map(([name, text]) => [name, { S: String(text) }]));

/** A record as the rotation writes it, with one key that is published and one that is not. */
const record = (keys: readonly object[]) => ({
  pk: { S: `rotation#${PLACE.secretName}` },
  entity: { S: 'rotation' },
  secretName: { S: PLACE.secretName },
  version: { N: '1' },
  credentials: {
    L: keys.map((members, index) => ({
      M: { id: { S: `k${index}` }, addedAt: { N: '1' }, ...members },
    })),
  },
});

let server: Server;
let item: object | undefined;
let inputs: unknown[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) {
      body += chunk;
    }
    inputs.push(JSON.parse(body));
    response.end(JSON.stringify(item === undefined ? {} : { Item: item }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
beforeEach(() => {
  inputs = [];
  item = undefined;
});
afterAll(async () => {
  delete process.env.AWS_ENDPOINT_URL;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('the address of a place is read as that place, whatever characters the name of the secret has', () => {
  expect(parseOwnKeySetAddress(ownKeySetAddress(PLACE))).toEqual(PLACE);
});

test.each(['https://issuer.example.com/jwks', 'rotation://eu-west-1/table', 'rotation://eu-west-1/a/b/c', 'rotation:'])(
  '%s is the address of no such place',
  (address) => {
    expect(parseOwnKeySetAddress(address)).toBeUndefined();
  },
);

test('the keys are those that the record publishes, read consistently', async () => {
  item = record([{ publicJwk: { M: attributes(jwk('k0')) } }, {}]);
  expect(await fetchKeySet(ownKeySetAddress(PLACE))).toEqual({ keys: [jwk('k0')] });
  expect(inputs).toEqual([
    {
      TableName: PLACE.table,
      Key: { pk: { S: `rotation#${PLACE.secretName}` } },
      ConsistentRead: true,
    },
  ]);
});

test.each<[string, object | undefined]>([
  ['no record', undefined],
  ['no key that is published', record([{}])],
])('with %s there is no set, and not an empty one', async (_, stored) => {
  item = stored;
  await expect(fetchKeySet(ownKeySetAddress(PLACE))).rejects.toThrow('no signing key is published yet');
});

test.each(['http://issuer.example.com/jwks', 'file:///etc/passwd', 'rotation://eu-west-1/table'])(
  '%s is asked for no keys',
  async (address) => {
    await expect(fetchKeySet(address)).rejects.toThrow(/^key set address of the protocol \w+: is not supported/);
    expect(inputs).toEqual([]);
  },
);
