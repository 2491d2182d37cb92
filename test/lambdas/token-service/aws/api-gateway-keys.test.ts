import { ApiGatewayKeys } from '../../../../lambdas/token-service/aws/api-gateway-keys';
import { type FakeApiGateway, type FakeApiGatewayOptions, startFakeApiGateway } from '../support/fake-api-gateway';

let gateway: FakeApiGateway;
afterEach(() => gateway.close());

async function start(options: Partial<FakeApiGatewayOptions> = {}, tiers = ['free', 'gold', 'super-gold']) {
  gateway = await startFakeApiGateway({ plans: {}, ...options });
  return new ApiGatewayKeys(gateway.client, { namePrefix: 'acme-dev', tiers });
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
    const plans = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`p${n}`, `acme-dev-api${n}-gold`]));
    const keys = await start({ plans, pageSize: 2 });
    await keys.attachKey('k', 'gold');
    expect(attached()).toEqual(Object.keys(plans).map((id) => `${id} k`));
  });

  test('takes the plans of this environment and tier only', async () => {
    const keys = await start({
      plans: {
        right: 'acme-dev-home-gold',
        other: 'acme-prod-home-gold',
        tier: 'acme-dev-home-free',
        longer: 'acme-dev-home-super-gold',
        noApi: 'acme-dev-gold',
        prefix: 'acme-development-home-gold',
      },
    });
    await keys.attachKey('k', 'gold');
    expect(attached()).toEqual(['right k']);
  });

  test('a tier whose name ends like another finds its own plans', async () => {
    const keys = await start({ plans: { a: 'acme-dev-home-gold', b: 'acme-dev-home-super-gold' } });
    await keys.attachKey('k', 'super-gold');
    expect(attached()).toEqual(['b k']);
  });

  test('a key that is attached already is fine', async () => {
    const keys = await start({ plans: { a: 'acme-dev-a-gold', b: 'acme-dev-b-gold' } });
    gateway.attachments.add('a k');
    await keys.attachKey('k', 'gold');
    expect(attached()).toEqual(['a k', 'b k']);
  });

  test('fails where no plan serves the tier', async () => {
    const keys = await start({ plans: { a: 'acme-dev-home-free' } });
    await expect(keys.attachKey('k', 'gold')).rejects.toThrow('no usage plan is named acme-dev-<api>-gold');
  });

  test('passes other errors on', async () => {
    const keys = await start({ plans: { a: 'acme-dev-home-gold' } });
    gateway.failing = 'POST /usageplans';
    await expect(keys.attachKey('k', 'gold')).rejects.toThrow('InternalFailure');
  });
});
