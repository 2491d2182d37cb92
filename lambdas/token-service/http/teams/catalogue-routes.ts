import { defineRoute, json, problem, problems, read, type Subject } from '../route';
import { Document, Policy, PolicyQuery, Scopes, Tiers } from './catalogue-schemas';

const tags = ['catalogue'];

const listScopes = defineRoute({
  method: 'get',
  path: '/scopes',
  operationId: 'listScopes',
  summary: 'List the scopes that tokens may hold',
  tags,
  'x-gatehouse-action': 'catalogue.read',
  security: read,
  responses: { 200: { description: 'Every declared scope.', content: json(Scopes) }, ...problems },
});

const listTiers = defineRoute({
  method: 'get',
  path: '/tiers',
  operationId: 'listTiers',
  summary: 'List the tiers that applications may have',
  tags,
  'x-gatehouse-action': 'catalogue.read',
  security: read,
  responses: { 200: { description: 'Every tier.', content: json(Tiers) }, ...problems },
});

const getPolicy = defineRoute({
  method: 'get',
  path: '/policy',
  operationId: 'getPolicy',
  summary: 'Read what a token has to meet, for the platform or for a team',
  tags,
  'x-gatehouse-action': 'policy.read',
  security: read,
  request: { query: PolicyQuery },
  responses: {
    200: { description: 'The policy.', content: json(Policy) },
    ...problems,
    404: problem('No such team or application, or the caller has no role there.'),
  },
});

const getDocument = defineRoute({
  method: 'get',
  path: '/openapi.json',
  operationId: 'getOpenApiDocument',
  summary: 'Read this description of the token service',
  tags,
  'x-gatehouse-action': 'catalogue.read',
  security: read,
  responses: { 200: { description: 'An OpenAPI 3.0 document.', content: json(Document) }, ...problems },
});

/** What may be asked for: scopes, tiers, policies, and the description of the API. */
export const catalogue: Subject = {
  routes: [listScopes, listTiers, getPolicy, getDocument],
  mount(app, { catalogue: held }, document) {
    app.openapi(listScopes, (context) => context.json(held.scopes(), 200));

    app.openapi(listTiers, (context) => context.json(held.tiers(), 200));

    app.openapi(getPolicy, async (context) =>
      context.json(await held.policy(context.req.valid('query'), context.env), 200),
    );

    app.openapi(getDocument, (context) => context.json(document(), 200));
  },
};
