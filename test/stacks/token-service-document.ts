import { join } from 'node:path';
import { temporaryFolder } from '../support/temporary-folder';

/** An OpenAPI document in the place of the token service's, with one operation. */
export function tokenServiceDocument(): string {
  return join(
    temporaryFolder({
      'openapi.json': JSON.stringify({
        openapi: '3.0.3',
        info: { title: 'Tokens', version: '1' },
        components: {
          securitySchemes: {
            token: {
              type: 'oauth2',
              flows: { clientCredentials: { tokenUrl: 'https://i.example', scopes: { 'tokens:read': 'r' } } },
            },
          },
        },
        paths: {
          '/tokens': {
            get: {
              security: [{ token: ['tokens:read'] }],
              'x-gatehouse-api-key': false,
              responses: { 200: { description: 'list' } },
            },
          },
        },
      }),
    }),
    'openapi.json',
  );
}
