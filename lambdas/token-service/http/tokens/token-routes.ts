import { entityTag } from '../entity-tag';
import { jsonPointer } from '../problems';
import { authenticated, defineRoute, json, problem, problems, read, type Subject, write } from '../route';
import {
  IssuedToken,
  IssueTokenRequest,
  ListTokensQuery,
  RevokedToken,
  Self,
  Token,
  TokenPage,
  TokenPath,
  Validation,
} from './token-schemas';
import { refuseReservedTag } from './token-tags';

const issueToken = defineRoute({
  method: 'post',
  path: '/tokens',
  operationId: 'issueToken',
  summary: 'Issue a token; the response is the only one that ever shows it',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.issue',
  security: write,
  request: { body: { required: true, content: json(IssueTokenRequest) } },
  responses: {
    201: { description: 'The token was issued.', content: json(IssuedToken) },
    ...problems,
    409: problem('The application has another tier or team.'),
    415: problem('The body is not application/json.'),
  },
});

const validateToken = defineRoute({
  method: 'post',
  path: '/token-validations',
  operationId: 'validateToken',
  summary: 'Say everything that is wrong with a request for a token, and what is risky about it; nothing is written',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.validate',
  security: write,
  request: { body: { required: true, content: json(IssueTokenRequest) } },
  responses: {
    200: { description: 'What would become of the request.', content: json(Validation) },
    ...problems,
    415: problem('The body is not application/json.'),
  },
});

const listTokens = defineRoute({
  method: 'get',
  path: '/tokens',
  operationId: 'listTokens',
  summary: 'List tokens that the caller may read, filtered and sorted by the server',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.read',
  security: read,
  request: { query: ListTokensQuery },
  responses: { 200: { description: 'A page of tokens.', content: json(TokenPage) }, ...problems },
});

const getSelf = defineRoute({
  method: 'get',
  path: '/tokens/self',
  operationId: 'getSelf',
  summary: 'Tell the caller who it is: its own API token, or what its access token says',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.self',
  'x-gatehouse-authenticated': 'a caller reads nothing but what its own credential is',
  security: authenticated,
  responses: { 200: { description: 'The caller.', content: json(Self) }, ...problems },
});

const getToken = defineRoute({
  method: 'get',
  path: '/tokens/{tokenId}',
  operationId: 'getToken',
  summary: 'Read a token',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.read',
  security: read,
  request: { params: TokenPath },
  responses: {
    200: { description: 'The token.', content: json(Token) },
    ...problems,
    404: problem('No token has this id.'),
  },
});

const revokeToken = defineRoute({
  method: 'post',
  path: '/tokens/{tokenId}/revoke',
  operationId: 'revokeToken',
  summary: 'Revoke a token for good; a second call changes nothing',
  tags: ['tokens'],
  'x-gatehouse-action': 'token.revoke',
  security: write,
  request: { params: TokenPath },
  responses: {
    200: { description: 'The revoked token.', content: json(RevokedToken) },
    ...problems,
    404: problem('No token has this id.'),
  },
});

/** Single tokens: issue, list, read, revoke. */
export const tokens: Subject = {
  routes: [issueToken, validateToken, listTokens, getSelf, getToken, revokeToken],
  mount(app, { listing, issuing, self, tokens: held }) {
    app.on(issueToken.method, issueToken.getRoutingPath(), refuseReservedTag);
    app.on(validateToken.method, validateToken.getRoutingPath(), refuseReservedTag);

    app.openapi(issueToken, async (context) => {
      const issued = await issuing.issue(context.req.valid('json'), context.env);
      return context.json(issued, 201, { location: `tokens/${issued.id}`, etag: entityTag(issued) });
    });

    app.openapi(validateToken, async (context) => {
      const { isValid, faults, risks } = await issuing.validate(context.req.valid('json'), context.env);
      const places = faults.map(({ path, text }) => ({ pointer: jsonPointer(path), detail: text }));
      return context.json({ valid: isValid, faults: places, risks: [...risks] }, 200);
    });

    app.openapi(listTokens, async (context) =>
      context.json(await listing.list(context.req.valid('query'), context.env), 200),
    );

    app.openapi(getSelf, async (context) => {
      const caller = await self.read(context.env);
      // That of the record, which a change of it names: an access token has none.
      return context.json(caller, 200, caller.token === undefined ? {} : { etag: entityTag(caller.token) });
    });

    app.openapi(getToken, async (context) => {
      const token = await held.get(context.req.valid('param').tokenId, context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });

    app.openapi(revokeToken, async (context) => {
      const token = await held.revoke(context.req.valid('param').tokenId, context.env);
      return context.json(token, 200, { etag: entityTag(token) });
    });
  },
};
