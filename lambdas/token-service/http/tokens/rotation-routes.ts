import { entityTag } from '../entity-tag';
import { defineRoute, json, problem, problems, type Subject, write } from '../route';
import { ChangedToken, RotatedToken, RotateTokenRequest, TokenPath } from './token-schemas';

const rotateToken = defineRoute({
  method: 'post',
  path: '/tokens/{tokenId}/rotate',
  operationId: 'rotateToken',
  summary: 'Give a token a new secret; the response is the only one that ever shows it',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.rotate',
  security: write,
  request: { params: TokenPath, body: { required: false, content: json(RotateTokenRequest) } },
  responses: {
    200: { description: 'The token has a new secret.', content: json(RotatedToken) },
    ...problems,
    404: problem('No token has this id.'),
    409: problem('The token is not active, or two of its secrets are accepted.'),
    415: problem('The body is not application/json.'),
  },
});

const endGrace = defineRoute({
  method: 'post',
  path: '/tokens/{tokenId}/end-grace',
  operationId: 'endGrace',
  summary: 'End the secret before the newest at once; a second call changes nothing',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.end-grace',
  security: write,
  request: { params: TokenPath },
  responses: {
    200: { description: 'Only the newest secret is accepted.', content: json(ChangedToken) },
    ...problems,
    404: problem('No token has this id.'),
  },
});

/** Secrets of tokens: rotate, end the grace of the older one. */
export const rotation: Subject = {
  routes: [rotateToken, endGrace],
  mount(app, { rotation: secrets }) {
    app.openapi(rotateToken, async (context) => {
      const { tokenId } = context.req.valid('param');
      const token = await secrets.rotate(tokenId, context.req.valid('json'), context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });

    app.openapi(endGrace, async (context) => {
      const token = await secrets.endGrace(context.req.valid('param').tokenId, context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });
  },
};
