import { openApiDocument } from '../../../../lambdas/token-service/openapi';
import { Harness } from '../support/harness';

let service: Harness;
beforeAll(async () => {
  service = await Harness.start();
  service.config = { ...service.config, policy: { teamTiers: ['free'] } };
});
afterAll(() => service.close());

test('scopes have their descriptions, and say which are of the token service itself', async () => {
  const { body } = await service.request('GET', '/v1/scopes');
  expect(body.scopes).toContainEqual({ scope: 'sales:read', description: 'Read sales', platform: false });
  expect(body.scopes).toContainEqual({ scope: 'teams:write', description: 'Change teams', platform: true });
});

test('tiers say whether teams choose them', async () => {
  expect((await service.request('GET', '/v1/tiers')).body.tiers).toEqual([
    { tier: 'free', forTeams: true },
    { tier: 'gold', forTeams: false },
  ]);
});

test('the policy of the platform is shown to whoever asks for no team', async () => {
  expect((await service.request('GET', '/v1/policy', { scopes: 'tokens:read sales:read' })).body).toMatchObject({
    maxLifetimeSeconds: 365 * 86_400,
    requiredFields: [],
    scopes: ['sales:read', 'tokens:read'],
    tiers: ['free', 'gold'],
  });
});

test('the description of the API has the paths as they are served', async () => {
  const { body } = await service.request('GET', '/v1/openapi.json');
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument('/v1'))));
  expect(body.paths['/v1/teams/{team}'].get['x-gatehouse-action']).toBe('team.read');
});
