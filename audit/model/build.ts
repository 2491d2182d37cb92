import { PlanUnusableError } from '../errors';
import { stackBefore } from '../reader/before';
import type { NotJudged, Resource, Stack } from '../reader/stack';
import { AccessRules } from './access-rules';
import { ApiIndex, addStages, REST_API, readAuthorizers } from './apis';
import { readHttpApis } from './http-apis';
import { readDocumentRoutes, readDocuments } from './openapi-routes';
import { readLambdaPermissions, readPolicies } from './policies';
import { readMethodRoutes } from './routes';
import { readMethodSettings, readUsagePlans } from './throttles';
import type { Api, AuditModel, Route } from './types';

/**
 * Builds the model that rules look at.
 *
 * @param notRead what the reader left out, to be told in the report
 * @throws {PlanUnusableError} when a stack has a REST API and no route of it can be read: an empty matrix would look clean
 */
export function buildModel(stacks: readonly Stack[], notRead: readonly NotJudged[] = []): AuditModel {
  const before = stacks.flatMap((stack) => stackBefore(stack) ?? []);
  const after = stacks.map((stack) => {
    const part = buildStack(stack);
    checkRoutes(stack, part, part.notJudged);
    return part;
  });
  return {
    ...merge(stacks, after, notRead),
    before: before.length === 0 ? undefined : merge(before, before.map(buildStack), []),
  };
}

function merge(stacks: readonly Stack[], parts: readonly StackParts[], notRead: readonly NotJudged[]): AuditModel {
  return {
    stacks,
    apis: parts.flatMap((part) => part.apis),
    authorizers: parts.flatMap((part) => part.authorizers),
    routes: parts.flatMap((part) => part.routes),
    methodSettings: parts.flatMap((part) => part.methodSettings),
    usagePlans: parts.flatMap((part) => part.usagePlans),
    policies: parts.flatMap((part) => part.policies),
    lambdaPermissions: parts.flatMap((part) => part.lambdaPermissions),
    notJudged: [...notRead, ...parts.flatMap((part) => part.notJudged)],
    before: undefined,
  };
}

/** What the model holds of one stack. */
interface StackParts extends Omit<AuditModel, 'stacks' | 'before'> {
  readonly notJudged: NotJudged[];
}

function buildStack(stack: Stack): StackParts {
  const notJudged: NotJudged[] = [...stack.notJudged];
  const apis = new ApiIndex(stack);
  addStages(stack, apis);
  const httpApis = readHttpApis(stack);
  const rules = new AccessRules(stack, [...apis.all, ...httpApis.apis]);
  const authorizers = readAuthorizers(stack, apis);
  const routes: Route[] = readMethodRoutes(stack, apis, authorizers, rules);
  const { documents, unread } = readDocuments(
    stack,
    (resource) => apiOfDocument(resource, apis, httpApis.apis),
    notJudged,
  );
  routes.push(...unread);
  const documentAuthorizers = documents.flatMap((document) => {
    const read = readDocumentRoutes(stack, document, rules);
    routes.push(...read.routes);
    return read.authorizers;
  });
  routes.push(...httpApis.routes(rules));
  rules.reportUnused();
  notJudged.push(...rules.notJudged);
  return {
    apis: [...apis.all, ...httpApis.apis],
    authorizers: [...authorizers.values(), ...documentAuthorizers, ...httpApis.authorizers],
    routes,
    methodSettings: [...readMethodSettings(stack, apis), ...httpApis.methodSettings],
    usagePlans: readUsagePlans(stack, apis),
    policies: readPolicies(stack, documents),
    lambdaPermissions: readLambdaPermissions(stack),
    notJudged,
  };
}

/** The API that a resource imports an OpenAPI document into. */
function apiOfDocument(resource: Resource, apis: ApiIndex, httpApis: readonly Api[]): Api {
  return (
    httpApis.find((api) => api.resource === resource) ??
    (resource.type === REST_API ? apis.get(resource) : (apis.of(resource) ?? apis.unknown))
  );
}

function checkRoutes(stack: Stack, { apis, routes }: StackParts, notJudged: NotJudged[]): void {
  const managed = apis.filter((api) => api.kind === 'managed');
  if (managed.length > 0 && routes.length === 0) {
    const reasons = notJudged.map((item) => `${item.subject}: ${item.reason}`);
    const detail = reasons.length === 0 ? 'it has no methods and no OpenAPI body' : reasons.join('; ');
    throw new PlanUnusableError(
      stack.file,
      `stack ${stack.name} has an API (${managed[0]?.address}) but no readable route: ${detail}`,
    );
  }
  const withRoutes = new Set(routes.map((route) => route.api));
  for (const api of managed.filter((item) => !withRoutes.has(item))) {
    const told = notJudged.some((item) => item.subject === api.address);
    if (!told) {
      notJudged.push({
        stack: stack.name,
        subject: api.address,
        reason: 'no route of the API can be read from the plan',
      });
    }
  }
}
