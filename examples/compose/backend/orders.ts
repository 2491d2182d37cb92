import { protectedHandler } from 'gatehouse/backend';

interface Request {
  readonly resource: string;
  readonly requestContext: unknown;
}

const answer = (body: unknown) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', 'access-control-allow-origin': 'https://www.example.com' },
  body: JSON.stringify(body),
});

/** Without the context of the authorizer it answers 500: a route that was opened by mistake gives nothing away. */
const orders = protectedHandler((_: Request, caller) => answer({ application: caller.application, orders: [] }));

/** Backend of the API; a public route has no caller. */
export const handler = async (request: Request) =>
  request.resource === '/v1/health' ? answer({ status: 'up' }) : orders(request, undefined);
