import { needsCredential } from '../../lambdas/lib/access-rule';
import { type ApiDefinition, routeKey } from '../api';

/** Paths that API Gateway keeps for its own health check. */
const RESERVED_PATHS = ['/ping', '/sping'];
/** Default quota "Resources per API". @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MOST_RESOURCES = 300;

/**
 * What API Gateway takes at apply and answers otherwise than one would think, or takes only after a request to raise a quota.
 *
 * @param resourceCount number of the API's resources as its quota counts them
 */
export function routeWarningsOf(api: ApiDefinition, resourceCount: number): string[] {
  const reserved = api.routes
    .filter(({ path }) => RESERVED_PATHS.includes(path))
    .map(
      ({ method, path }) =>
        `route ${method} ${path}: API Gateway answers ${path} itself (its health check) where the API has a custom domain, allowed is any other path (developer guide, important notes)`,
    );
  const many =
    resourceCount > MOST_RESOURCES
      ? [
          `the API has ${resourceCount} resources, the default quota is ${MOST_RESOURCES}: before applying, ask AWS to raise "Resources per API" of API Gateway for this API (Service Quotas), or serve some paths by {proxy+} or another API`,
        ]
      : [];
  const open = api.cidrs === undefined ? [] : api.routes.filter(({ rule }) => !needsCredential(rule)).map(routeKey);
  return [
    ...reserved,
    ...many,
    ...(open.length === 0
      ? []
      : [
          `cidrs of the API ${api.id} hold for no public and no iam route, which the authorizer never sees: ${open.join(', ')} can be called from everywhere`,
        ]),
  ];
}
