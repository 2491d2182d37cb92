import { createRoute, type z } from '@hono/zod-openapi';
import { TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import { PROBLEM_MEDIA_TYPE } from './problems';
import { Revocation, RevocationPage, RevocationPath, RevokeRequest } from './revocation-schemas';
import {
  Application,
  ApplicationPath,
  IssuedToken,
  IssueTokenRequest,
  ListTokensQuery,
  Problem,
  RegisterApplicationRequest,
  Token,
  TokenPage,
  TokenPath,
} from './schemas';

/** Name of the security scheme in the OpenAPI document. */
export const SECURITY_SCHEME = 'token';

const read = [{ [SECURITY_SCHEME]: [TOKEN_SERVICE_SCOPES.read] }];
const write = [{ [SECURITY_SCHEME]: [TOKEN_SERVICE_SCOPES.write] }];

/** What every operation tells the gateway: no usage key is needed, and which backend serves it. */
const gateway = { 'x-gatehouse-api-key': false, 'x-gatehouse-backend': 'token-service' } as const;

const problem = (description: string) => ({ description, content: { [PROBLEM_MEDIA_TYPE]: { schema: Problem } } });

/** Problems of the gateway and of the service that every operation has. */
const problems = {
  400: problem('The request is not valid.'),
  403: problem('The caller may not do this.'),
  500: problem('The token service failed.'),
} as const;

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });

export const issueToken = createRoute({
  ...gateway,
  method: 'post',
  path: '/tokens',
  operationId: 'issueToken',
  summary: 'Issue a token; the response is the only one that ever shows it',
  tags: ['tokens'],
  security: write,
  request: { body: { required: true, content: json(IssueTokenRequest) } },
  responses: {
    201: { description: 'The token was issued.', content: json(IssuedToken) },
    ...problems,
    409: problem('The application has another tier or team.'),
    415: problem('The body is not application/json.'),
  },
});

export const listTokens = createRoute({
  ...gateway,
  method: 'get',
  path: '/tokens',
  operationId: 'listTokens',
  summary: 'List tokens, newest first',
  tags: ['tokens'],
  security: read,
  request: { query: ListTokensQuery },
  responses: { 200: { description: 'A page of tokens.', content: json(TokenPage) }, ...problems },
});

export const getToken = createRoute({
  ...gateway,
  method: 'get',
  path: '/tokens/{tokenId}',
  operationId: 'getToken',
  summary: 'Read a token',
  tags: ['tokens'],
  security: read,
  request: { params: TokenPath },
  responses: {
    200: { description: 'The token.', content: json(Token) },
    ...problems,
    404: problem('No token has this id.'),
  },
});

export const revokeToken = createRoute({
  ...gateway,
  method: 'post',
  path: '/tokens/{tokenId}/revoke',
  operationId: 'revokeToken',
  summary: 'Revoke a token for good; a second call changes nothing',
  tags: ['tokens'],
  security: write,
  request: { params: TokenPath },
  responses: {
    200: { description: 'The revoked token.', content: json(Token) },
    ...problems,
    404: problem('No token has this id.'),
  },
});

export const registerApplication = createRoute({
  ...gateway,
  method: 'put',
  path: '/applications/{application}',
  operationId: 'registerApplication',
  summary: 'Register an application, so that its tokens are metered',
  tags: ['applications'],
  security: write,
  request: { params: ApplicationPath, body: { required: true, content: json(RegisterApplicationRequest) } },
  responses: {
    200: { description: 'The application was registered before.', content: json(Application) },
    201: { description: 'The application was registered.', content: json(Application) },
    ...problems,
    409: problem('The application has another tier or team.'),
    415: problem('The body is not application/json.'),
  },
});

export const revoke = createRoute({
  ...gateway,
  method: 'post',
  path: '/revocations',
  operationId: 'revoke',
  summary: 'Revoke access tokens, or many tokens at once; a second call changes nothing',
  tags: ['revocations'],
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

export const listRevocations = createRoute({
  ...gateway,
  method: 'get',
  path: '/revocations',
  operationId: 'listRevocations',
  summary: 'List what is revoked beside the tokens themselves',
  tags: ['revocations'],
  security: read,
  responses: { 200: { description: 'Every revocation.', content: json(RevocationPage) }, ...problems },
});

export const removeRevocation = createRoute({
  ...gateway,
  method: 'delete',
  path: '/revocations/{revocationId}',
  operationId: 'removeRevocation',
  summary: 'Take a revocation back',
  tags: ['revocations'],
  security: write,
  request: { params: RevocationPath },
  responses: {
    204: { description: 'The revocation is gone.' },
    ...problems,
    404: problem('No revocation has this id.'),
  },
});

/** Every operation, in the order of the document. */
export const ROUTES = [
  issueToken,
  listTokens,
  getToken,
  revokeToken,
  registerApplication,
  revoke,
  listRevocations,
  removeRevocation,
] as const;
