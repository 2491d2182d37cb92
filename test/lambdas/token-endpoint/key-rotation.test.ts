import { createJwks } from '../../../lambdas/jwks/jwks';
import type { SigningKeys } from '../../../lambdas/lib/signing-keys';
import { MINUTE, World } from '../rotation/support/world';
import { fillKeyPool, SIGNING, signingTarget } from '../rotation/targets/signing-keys';
import { shopAuthorizer } from './support/issuing-authorizer';
import { basic, CREDENTIALS, EndpointWorld, exchange, headerOf } from './support/world';

let endpoints: EndpointWorld;
beforeAll(async () => {
  endpoints = await EndpointWorld.start();
  await fillKeyPool();
});
afterAll(() => endpoints.close());

/** Longest life of a token here, in seconds. */
const LIFE = 3600;
const ROTATIONS = 3;
const TICK_MINUTES = 20;

test('signing keys are rotated three times under traffic of new and old access tokens: no request fails', async () => {
  const lab = new World<SigningKeys>(signingTarget());
  expect(await lab.rotate()).toEqual([]);
  const { client, token } = await callers();
  const { kind: _, algorithm: __, ...timing } = SIGNING;
  endpoints.config = { ...endpoints.config, timing };
  endpoints.overrides = {
    clock: () => lab.time,
    readSecret: async (name) =>
      name === endpoints.config.signingSecret
        ? (lab.secret.textOf('AWSCURRENT') ?? '')
        : endpoints.ports().readSecret(name),
    readRotationRecord: async () => lab.record,
  };
  const keySet = createJwks(
    { version: 1, region: 'eu-west-1', rotationTable: 'x', secretName: 'x', publicationCacheSeconds: 300 },
    { now: () => lab.time, readRecord: async () => lab.record, log: () => {} },
  );
  const fetchKeySet = async () => JSON.parse((await keySet({})).body);
  // One of each is asked all the time, the other one now and then, with what it kept since.
  const busy = { endpoint: endpoints.newEndpoint(), judge: shopAuthorizer(endpoints, fetchKeySet) };
  const idle = { endpoint: endpoints.newEndpoint(), judge: shopAuthorizer(endpoints, fetchKeySet) };

  const held: { readonly token: string; readonly until: number }[] = [];
  const failures: string[] = [];
  const kids = new Set<string>();
  let requests = 0;
  let ticks = 0;

  async function traffic(): Promise<void> {
    endpoints.now = lab.time / 1000;
    ticks += 1;
    const sides = ticks % 7 === 0 ? [busy, idle] : [busy];
    for (const { endpoint } of sides) {
      for (const [form, sent] of [
        [CREDENTIALS, { headers: { Authorization: basic(client.id, client.secret) } }],
        [exchange(token), {}],
      ] as const) {
        const { status, body, text } = await endpoints.send(form, sent, endpoint);
        requests += 1;
        if (status === 200) {
          kids.add(String(headerOf(body.access_token).kid));
          held.push({ token: body.access_token, until: lab.time + body.expires_in * 1000 });
        } else {
          failures.push(`${new Date(lab.time).toISOString()} issue: ${status} ${text}`);
        }
      }
    }
    held.splice(0, held.length, ...held.filter(({ until }) => until > lab.time));
    for (const { judge } of sides) {
      for (const one of held) {
        requests += 1;
        const verdict = await judge(one.token);
        if (verdict !== 'allow') {
          failures.push(`${new Date(lab.time).toISOString()} use: ${verdict}`);
        }
      }
    }
  }

  for (let rotation = 0; rotation < ROTATIONS; rotation++) {
    const until = lab.time + lab.target.interval;
    while (lab.time < until) {
      lab.pass(TICK_MINUTES * MINUTE);
      await traffic();
      if (ticks % 3 === 0) {
        await lab.reap();
      }
    }
    const version = lab.secret.startRotation(lab.newToken());
    for (const step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      expect(await lab.step(step, version)).toBeUndefined();
      await traffic();
    }
  }
  for (let minutes = 0; minutes < LIFE / 60; minutes += TICK_MINUTES) {
    lab.pass(TICK_MINUTES * MINUTE);
    await traffic();
  }
  expect(failures).toEqual([]);
  expect(kids.size).toBe(ROTATIONS + 1);
  expect(requests).toBeGreaterThan(300);
  lab.end();
});

/** A client whose tokens live as long as any, and an API token. */
async function callers() {
  const client = await endpoints.client({ accessTokenSeconds: LIFE });
  const { token } = await endpoints.token();
  return { client, token };
}
