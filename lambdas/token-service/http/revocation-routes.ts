import { Revocation, RevocationPage, RevocationPath, RevokeRequest } from './revocation-schemas';
import { defineRoute, json, problem, problems, read, type Subject, write } from './route';

const revoke = defineRoute({
  method: 'post',
  path: '/revocations',
  operationId: 'revoke',
  summary: 'Revoke access tokens, or many tokens at once; a second call changes nothing',
  tags: ['revocations'],
  'x-gatehouse-action': 'revocation.add',
  security: write,
  request: { body: { required: true, content: json(RevokeRequest) } },
  responses: {
    200: { description: 'It was revoked before.', content: json(Revocation) },
    201: { description: 'It was revoked.', content: json(Revocation) },
    ...problems,
    409: problem('The set of revocations is full.'),
    415: problem('The body is not application/json.'),
  },
});

const listRevocations = defineRoute({
  method: 'get',
  path: '/revocations',
  operationId: 'listRevocations',
  summary: 'List what is revoked beside the tokens themselves',
  tags: ['revocations'],
  'x-gatehouse-action': 'revocation.read',
  security: read,
  responses: { 200: { description: 'Every revocation.', content: json(RevocationPage) }, ...problems },
});

const removeRevocation = defineRoute({
  method: 'delete',
  path: '/revocations/{revocationId}',
  operationId: 'removeRevocation',
  summary: 'Take a revocation back',
  tags: ['revocations'],
  'x-gatehouse-action': 'revocation.remove',
  security: write,
  request: { params: RevocationPath },
  responses: {
    204: { description: 'The revocation is gone.' },
    ...problems,
    404: problem('No revocation has this id.'),
  },
});

/** The set of revocations: add, list, take back. */
export const revocations: Subject = {
  routes: [revoke, listRevocations, removeRevocation],
  mount(app, { revocations: set }) {
    app.openapi(revoke, async (context) => {
      const { view, created } = await set.add(context.req.valid('json'), context.env);
      return created ? context.json(view, 201) : context.json(view, 200);
    });

    app.openapi(listRevocations, async (context) => context.json(await set.list(context.env), 200));

    app.openapi(removeRevocation, async (context) => {
      await set.remove(context.req.valid('param').revocationId, context.env);
      return context.body(null, 204);
    });
  },
};
