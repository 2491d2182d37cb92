import { entityTag, IfMatch, versionOf } from '../entity-tag';
import { defineRoute, json, problem, problems, type Subject, write } from '../route';
import { ChangedToken, TokenPath, UpdateTokenRequest } from './token-schemas';
import { refuseReservedTag } from './token-tags';

const updateToken = defineRoute({
  method: 'patch',
  path: '/tokens/{tokenId}',
  operationId: 'updateToken',
  summary: 'Change what is named of a token, and nothing else',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.update',
  security: write,
  request: {
    params: TokenPath,
    headers: IfMatch,
    body: { required: true, content: json(UpdateTokenRequest) },
  },
  responses: {
    200: { description: 'The token as it is now.', content: json(ChangedToken) },
    ...problems,
    404: problem('No token has this id.'),
    409: problem('The token is revoked or expired.'),
    412: problem('The token has another version than the one that If-Match names.'),
    415: problem('The body is not application/json.'),
    428: problem('If-Match is missing.'),
  },
});

const disableToken = defineRoute({
  method: 'post',
  path: '/tokens/{tokenId}/disable',
  operationId: 'disableToken',
  summary: 'Pause a token; a second call changes nothing',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.disable',
  security: write,
  request: { params: TokenPath },
  responses: {
    200: { description: 'The token is refused until it is enabled.', content: json(ChangedToken) },
    ...problems,
    404: problem('No token has this id.'),
    409: problem('The token is revoked.'),
  },
});

const enableToken = defineRoute({
  method: 'post',
  path: '/tokens/{tokenId}/enable',
  operationId: 'enableToken',
  summary: 'End the pause of a token; a second call changes nothing',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.enable',
  security: write,
  request: { params: TokenPath },
  responses: {
    200: { description: 'The token is accepted again, if nothing else refuses it.', content: json(ChangedToken) },
    ...problems,
    404: problem('No token has this id.'),
    409: problem('The token is revoked.'),
  },
});

/** Changes of single tokens: update, disable, enable. */
export const updating: Subject = {
  routes: [updateToken, disableToken, enableToken],
  mount(app, { updating: changing }) {
    app.on(updateToken.method, updateToken.getRoutingPath(), refuseReservedTag);

    app.openapi(updateToken, async (context) => {
      const { tokenId } = context.req.valid('param');
      const version = versionOf(context.req.valid('header')['if-match'], 'token');
      const token = await changing.update(tokenId, version, context.req.valid('json'), context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });

    app.openapi(disableToken, async (context) => {
      const token = await changing.disable(context.req.valid('param').tokenId, context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });

    app.openapi(enableToken, async (context) => {
      const token = await changing.enable(context.req.valid('param').tokenId, context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });
  },
};
