import { ApiGatewayKeys } from '../../../../lambdas/token-service/aws/api-gateway-keys';
import {
  type FakeApiGateway,
  type FakeApiGatewayOptions,
  planTags,
  startFakeApiGateway,
} from '../support/fake-api-gateway';

let gateway: FakeApiGateway;
afterEach(() => gateway.close());

async function start(options: Partial<FakeApiGatewayOptions> = {}) {
  gateway = await startFakeApiGateway({ plans: {}, ...options });
  return new ApiGatewayKeys(gateway.client, 'acme-dev');
}

const VALUE = 'v'.repeat(40);

describe('ensureKey', () => {
  test('makes a key', async () => {
    const keys = await start();
    expect(await keys.ensureKey('acme-dev-partner', VALUE)).toEqual({ id: 'key1', value: VALUE });
    expect(gateway.keys).toEqual([{ id: 'key1', name: 'acme-dev-partner', value: VALUE, enabled: true }]);
  });

  test('finds the key with its value, though others have the same name', async () => {
    const keys = await start({ pageSize: 1 });
    gateway.keys.push(
      { id: 'a', name: 'acme-dev-partner', value: 'o'.repeat(40), enabled: true },
      { id: 'b', name: 'acme-dev-partner', value: VALUE, enabled: true },
    );
    expect(await keys.ensureKey('acme-dev-partner', VALUE)).toEqual({ id: 'b', value: VALUE });
    expect(gateway.keys.length).toBe(2);
  });

  test('does not take a key whose name only begins alike', async () => {
    const keys = await start();
    gateway.keys.push({ id: 'a', name: 'acme-dev-partner-2', value: VALUE, enabled: true });
    await expect(keys.ensureKey('acme-dev-partner', VALUE)).rejects.toThrow('lists none of that name');
  });

  test('names no value when it fails', async () => {
    const keys = await start();
    gateway.keys.push({ id: 'a', name: 'other', value: VALUE, enabled: true });
    await expect(keys.ensureKey('acme-dev-partner', VALUE)).rejects.not.toThrow(VALUE);
  });

  test('passes other errors on', async () => {
    const keys = await start();
    gateway.failing = 'POST /apikeys';
    await expect(keys.ensureKey('acme-dev-partner', VALUE)).rejects.toThrow('InternalFailure');
  });
});

describe('attachKey', () => {
  const attached = () => [...gateway.attachments].sort();

  test('goes through all pages of plans', async () => {
    const plans = Object.fromEntries(
      Array.from({ length: 7 }, (_, n) => [`p${n}`, planTags('acme-dev', `api${n}`, 'gold')]),
    );
    const keys = await start({ plans, pageSize: 2 });
    await keys.attachKey('k', 'gold');
    expect(attached()).toEqual(Object.keys(plans).map((id) => `${id} k`));
  });

  test('takes the plans of this environment and tier only', async () => {
    const keys = await start({
      plans: {
        right: planTags('acme-dev', 'home', 'gold'),
        other: planTags('acme-prod', 'home', 'gold'),
        tier: planTags('acme-dev', 'home', 'free'),
        longer: planTags('acme-dev', 'home', 'super-gold'),
        api: planTags('acme-dev', 'super-gold', 'free'),
        platform: planTags('acme-development', 'home', 'gold'),
        foreign: { owner: 'somebody else' },
        bare: {},
      },
    });
    await keys.attachKey('k', 'gold');
    expect(attached()).toEqual(['right k']);
  });

  test('a key that is attached already is fine', async () => {
    const keys = await start({ plans: { a: planTags('acme-dev', 'a', 'gold'), b: planTags('acme-dev', 'b', 'gold') } });
    gateway.attachments.add('a k');
    await keys.attachKey('k', 'gold');
    expect(attached()).toEqual(['a k', 'b k']);
  });

  test('fails where no plan serves the tier', async () => {
    const keys = await start({ plans: { a: planTags('acme-dev', 'home', 'free') } });
    await expect(keys.attachKey('k', 'gold')).rejects.toThrow(
      'no usage plan has the tags gatehouse:platform "acme-dev" and gatehouse:tier "gold"',
    );
  });

  test('passes other errors on', async () => {
    const keys = await start({ plans: { a: planTags('acme-dev', 'home', 'gold') } });
    gateway.failing = 'POST /usageplans';
    await expect(keys.attachKey('k', 'gold')).rejects.toThrow('InternalFailure');
  });
});

describe('detaching', () => {
  test('takes the key out of the plans of the tier, and no other key', async () => {
    const plans = {
      a: planTags('acme-dev', 'a', 'gold'),
      b: planTags('acme-dev', 'b', 'gold'),
      c: planTags('acme-dev', 'a', 'free'),
    };
    const keys = await start({ plans });
    for (const pair of ['a k', 'b k', 'c k', 'a other']) {
      gateway.attachments.add(pair);
    }
    await keys.detachKey('k', 'gold');
    expect([...gateway.attachments].sort()).toEqual(['a other', 'c k']);
  });

  test('a key that is out already is fine', async () => {
    const keys = await start({ plans: { a: planTags('acme-dev', 'a', 'gold'), b: planTags('acme-dev', 'b', 'gold') } });
    gateway.attachments.add('b k');
    await keys.detachKey('k', 'gold');
    expect([...gateway.attachments].sort()).toEqual([]);
  });

  test('passes other errors on', async () => {
    const keys = await start({ plans: { a: planTags('acme-dev', 'home', 'gold') } });
    gateway.failing = 'DELETE /usageplans';
    await expect(keys.detachKey('k', 'gold')).rejects.toThrow('InternalFailure');
  });
});
