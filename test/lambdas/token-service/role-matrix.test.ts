import type { Action } from '../../../lambdas/token-service/domain/authority/actions';
import { ROUTES } from '../../../lambdas/token-service/http/subjects';
import { newKey } from './http/clients/support';
import type { RequestOptions } from './support/harness';
import {
  type About,
  ACTORS,
  type Actor,
  type Cell,
  isAllowed,
  jobId,
  RoleWorld,
  refusalOf,
  SIDES,
  type Side,
  trailWriter,
} from './support/role-world';

/** A request to a route that nothing but authority would refuse. */
interface Case {
  readonly about: About;
  readonly path: (cell: Cell) => string;
  readonly options?: (cell: Cell) => RequestOptions;
  /** Where the refusal is not of the table: what a token that acts for its application is told, and revocations, which have rules of their own. */
  readonly expected?: (actor: Actor, side: Side) => 'allowed' | number | undefined;
}

const body = (value: unknown) => () => ({ body: value });

/** A token learns what of a request is not its own, in place of a 404. */
const widerFor = (actor: Actor, side: Side) => (actor === 'application' && side === 'foreign' ? 403 : undefined);

/** The session of the registrar ends before the token, and so it hands no secret of it out. */
const rotates = (actor: Actor) => (actor === 'registrar' ? 403 : undefined);

const PUBLIC_KEY = newKey();

const revokesAll = (actor: Actor) => actor === 'operator' || actor === 'revoker';

const CASES: Readonly<Record<string, Case>> = {
  issueToken: {
    about: 'application',
    path: () => '/v1/tokens',
    options: ({ application }) => ({ body: { name: 'n', application, scopes: ['sales:read'] } }),
    expected: widerFor,
  },
  // Whoever may not issue is told so with the other faults.
  validateToken: {
    about: 'application',
    path: () => '/v1/token-validations',
    options: ({ application }) => ({ body: { name: 'n', application, scopes: ['sales:read'] } }),
    expected: () => 'allowed',
  },
  listTokens: { about: 'team', path: () => '/v1/tokens', options: ({ team }) => ({ query: { team } }) },
  getSelf: { about: 'nothing', path: () => '/v1/tokens/self' },
  getToken: { about: 'application', path: ({ tokenId }) => `/v1/tokens/${tokenId}` },
  revokeToken: { about: 'application', path: ({ tokenId }) => `/v1/tokens/${tokenId}/revoke` },
  updateToken: {
    about: 'application',
    path: ({ tokenId }) => `/v1/tokens/${tokenId}`,
    options: () => ({ body: { description: 'd' }, headers: { 'If-Match': '"1"' } }),
  },
  disableToken: { about: 'application', path: ({ tokenId }) => `/v1/tokens/${tokenId}/disable` },
  enableToken: { about: 'application', path: ({ tokenId }) => `/v1/tokens/${tokenId}/enable` },
  rotateToken: { about: 'application', path: ({ tokenId }) => `/v1/tokens/${tokenId}/rotate`, expected: rotates },
  endGrace: { about: 'application', path: ({ tokenId }) => `/v1/tokens/${tokenId}/end-grace` },
  createClient: {
    about: 'application',
    path: () => '/v1/clients',
    options: ({ application }) => ({ body: { name: 'n', application, scopes: ['sales:read'] } }),
  },
  listClients: { about: 'team', path: () => '/v1/clients', options: ({ team }) => ({ query: { team } }) },
  getClient: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}` },
  updateClient: {
    about: 'application',
    path: ({ clientId }) => `/v1/clients/${clientId}`,
    options: () => ({ body: { description: 'd' }, headers: { 'If-Match': '"1"' } }),
  },
  disableClient: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}/disable` },
  enableClient: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}/enable` },
  removeClient: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}` },
  rotateClient: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}/rotate` },
  endClientGrace: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}/end-grace` },
  addClientKey: {
    about: 'application',
    path: ({ clientId }) => `/v1/clients/${clientId}/keys`,
    options: body({ jwk: PUBLIC_KEY }),
  },
  removeClientKey: { about: 'application', path: ({ clientId }) => `/v1/clients/${clientId}/keys/k-1` },
  registerApplication: {
    about: 'application',
    path: ({ application }) => `/v1/applications/${application}`,
    options: body({ tier: 'free' }),
    expected: widerFor,
  },
  listApplications: { about: 'team', path: () => '/v1/applications', options: ({ team }) => ({ query: { team } }) },
  getApplication: { about: 'application', path: ({ application }) => `/v1/applications/${application}` },
  updateApplication: {
    about: 'application',
    path: ({ application }) => `/v1/applications/${application}`,
    options: body({ tier: 'free' }),
  },
  createTeam: {
    about: 'nothing',
    path: () => '/v1/teams',
    options: ({ application }) => ({ body: { team: `t-${application}` } }),
  },
  // Everybody may list: it is always the own teams, or all for those who may read them.
  listTeams: { about: 'nothing', path: () => '/v1/teams', expected: () => 'allowed' },
  getTeam: { about: 'team', path: ({ team }) => `/v1/teams/${team}` },
  updateTeam: { about: 'team', path: ({ team }) => `/v1/teams/${team}`, options: body({ description: 'd' }) },
  addMember: {
    about: 'team',
    path: ({ team }) => `/v1/teams/${team}/members`,
    options: ({ application }) => ({
      body: { issuer: 'https://issuer.example.com/', subject: `new-${application}`, role: 'viewer' },
    }),
  },
  changeMember: {
    about: 'team',
    path: ({ team, memberId }) => `/v1/teams/${team}/members/${memberId}`,
    options: body({ role: 'developer' }),
  },
  removeMember: { about: 'team', path: ({ team, memberId }) => `/v1/teams/${team}/members/${memberId}` },
  listScopes: { about: 'nothing', path: () => '/v1/scopes' },
  listTiers: { about: 'nothing', path: () => '/v1/tiers' },
  getPolicy: { about: 'team', path: () => '/v1/policy', options: ({ team }) => ({ query: { team } }) },
  getOpenApiDocument: { about: 'nothing', path: () => '/v1/openapi.json' },
  listTrail: { about: 'team', path: () => '/v1/trail', options: ({ team }) => ({ query: { team } }) },
  proveTrailEntry: { about: 'team', path: ({ team }) => `/v1/trail/${trailWriter(team)}-1/proof` },
  exportTrail: { about: 'team', path: () => '/v1/trail/export', options: ({ team }) => ({ body: { team } }) },
  // Each token of a batch is answered by itself, so that the request is everybody's.
  readUsage: {
    about: 'nothing',
    path: () => '/v1/usage/batch',
    options: ({ tokenId }) => ({
      body: { tokenIds: [tokenId], from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z' },
    }),
    expected: () => 'allowed',
  },
  readHygiene: { about: 'team', path: () => '/v1/hygiene', options: ({ team }) => ({ query: { team } }) },
  revoke: {
    about: 'application',
    path: () => '/v1/revocations',
    options: ({ tokenId }) => ({ body: { kind: 'token', value: tokenId } }),
    expected: (actor, side) => (revokesAll(actor) || (actor === 'application' && side === 'own') ? 'allowed' : 403),
  },
  listRevocations: { about: 'nothing', path: () => '/v1/revocations' },
  startBulk: {
    about: 'team',
    path: () => '/v1/bulk',
    options: ({ team }) => ({ body: { action: 'disable', filter: { team }, dryRun: true } }),
  },
  listBulk: { about: 'team', path: () => '/v1/bulk', options: ({ team }) => ({ query: { team } }) },
  getBulk: { about: 'team', path: ({ team }) => `/v1/bulk/${jobId(team)}` },
};

/** Told apart from a refusal: a 404 of an object that the request does not have. */
const OTHERS: Readonly<Record<string, string>> = {
  removeRevocation: 'revocations.test.ts: an entry is taken back by whoever may make it',
};

let world: RoleWorld;
beforeAll(async () => {
  world = await RoleWorld.start();
});
afterAll(() => world.close());

test('every route has a request in the matrix', () => {
  const ids = ROUTES.map(({ operationId }) => operationId ?? '');
  expect(ids.filter((id) => !Object.hasOwn(CASES, id) && !Object.hasOwn(OTHERS, id))).toEqual([]);
});

const rows = ROUTES.flatMap((route) => {
  const one = CASES[route.operationId ?? ''];
  return one === undefined ? [] : [[route.operationId ?? '', route.method, route['x-gatehouse-action'], one] as const];
});

describe.each(rows)('%s', (_, method, action: Action, { about, path, options, expected }) => {
  test.each(SIDES)('of the %s team answers each role as the table says', async (side) => {
    const answers: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const actor of ACTORS) {
      const own = await world.cell('own', action);
      const cell = side === 'own' ? own : await world.cell('foreign', action);
      const authorizer = await world.contextOf(actor, own);
      const { status, text } = await world.service.request(method.toUpperCase(), path(cell), {
        ...options?.(cell),
        authorizer,
      });
      const rule =
        expected?.(actor, side) ?? (isAllowed(actor, action, about, side) ? 'allowed' : refusalOf(actor, about, side));
      wanted[actor] = String(rule);
      // 409: what is stored refuses it, and not the lack of a role.
      answers[actor] =
        status < 300 || status === 409 ? 'allowed' : [403, 404].includes(status) ? String(status) : `${status} ${text}`;
    }
    expect(answers).toEqual(wanted);
  });
});
