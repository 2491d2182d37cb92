import { settingChanges } from '../change/route-change';
import type { Json } from '../json';
import { arrayOf, isObject, member } from '../json';
import type { AuditModel, Route } from '../model/types';
import type { Resource, Stack } from '../reader/stack';
import { aboutRoute, type Rule, type RuleFinding, routeName } from './rule';
import { changesOf } from './shared/changes';
import { finding, type Judgement } from './shared/resources';
import { BARRIERS, weakenings } from './shared/weakenings';

/** Nobody opens a route without knowing. */
export const authz002: Rule = {
  id: 'AUTHZ-002',
  title: 'Route weakened',
  why: 'More callers get in than before, or more often, and the plan shows one changed line among hundreds.',
  cause:
    'A scope was dropped, a limit raised, a key no longer asked for, or a firewall taken off, as a side effect of another change.',
  fix: 'Take the change back, or have it approved by who owns the API.',
  severity: 'critical',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/'],
  check: (model) => [...settings(model), ...accessRules(model), ...firewalls(model), ...otherRoutes(model)],
};

function settings(model: AuditModel): RuleFinding[] {
  return model.stacks.flatMap((stack) =>
    stack.resources.flatMap((resource): RuleFinding[] =>
      resource.before === undefined
        ? []
        : weakenings(BARRIERS, resource.type, resource.before, resource.attributes).map(({ attribute, answer }) => ({
            ...finding({ stack, resource }, attribute, answer),
            evidence: attribute,
          })),
    ),
  );
}

/** The access rules of an API, before and after: `{ routes: { "GET /path": rule } }`. */
function accessRules(model: AuditModel): RuleFinding[] {
  return model.stacks.flatMap((stack) =>
    stack.ofType('terraform_data').flatMap((resource): RuleFinding[] => {
      const before = resource.before?.value('input');
      const routes = before?.kind === 'known' ? member(before.value, 'routes') : undefined;
      return isObject(routes) ? compareTable(stack, resource, routes) : [];
    }),
  );
}

function compareTable(stack: Stack, resource: Resource, before: Readonly<Record<string, Json>>): RuleFinding[] {
  const after = resource.attributes.object('input').object('routes');
  return Object.entries(before).flatMap(([route, old]): RuleFinding[] => {
    const now = after.value(route);
    if (now.kind === 'absent' && !after.whollyUnknown) {
      return [];
    }
    const answer: Judgement =
      now.kind !== 'known'
        ? ['unknown', `the access rule of ${route} is not known`]
        : isWeaker(old, now.value)
          ? ['fail', `${route} asks for less than before`]
          : ['pass', `${route} asks for as much as before`];
    return [{ ...finding({ stack, resource }, `input routes ${route}`, answer), evidence: 'access rule' }];
  });
}

/** Public asks for nothing; of scopes each alternative must ask for all that one of the old alternatives asked for. */
function isWeaker(before: Json, after: Json): boolean {
  const oldKind = member(before, 'kind');
  const newKind = member(after, 'kind');
  if (oldKind !== newKind) {
    return newKind === 'public';
  }
  if (newKind !== 'scopes') {
    return false;
  }
  const old = arrayOf(member(before, 'anyOf')).map(arrayOf);
  const now = arrayOf(member(after, 'anyOf')).map(arrayOf);
  return now.some((scopes) => !old.some((wanted) => wanted.every((scope) => scopes.includes(scope))));
}

function firewalls(model: AuditModel): RuleFinding[] {
  return changesOf(model, new Set(['aws_wafv2_web_acl_association'])).flatMap(({ placed, removal }) =>
    removal === 'delete' || removal === 'forget'
      ? [finding(placed, 'change', ['fail', 'the web ACL no longer stands before it'])]
      : [],
  );
}

/** Routes of OpenAPI documents and of HTTP APIs have no method resource and no table: they are compared as routes. */
function otherRoutes(model: AuditModel): RuleFinding[] {
  const { before } = model;
  if (before === undefined) {
    return [];
  }
  const old = new Map(before.routes.map((route) => [identity(route), route]));
  return model.routes
    .filter((route) => route.operation !== '' || route.address.includes('aws_apigatewayv2_route.'))
    .flatMap((route): RuleFinding[] => {
      const previous = old.get(identity(route));
      if (previous === undefined) {
        return [];
      }
      const changes = settingChanges({ model: before, route: previous }, { model, route }).filter(({ setting }) =>
        ROUTE_SETTINGS.includes(setting),
      );
      const weaker = changes.filter(({ order }) => order === 'weaker').map(({ text }) => text);
      const answer: Judgement =
        weaker.length > 0
          ? ['fail', weaker.join(', ')]
          : changes.some(({ order }) => order === 'unknown')
            ? ['unknown', 'whether it asks for as much as before is not known']
            : ['pass', 'it asks for as much as before'];
      return [
        { ...aboutRoute(route), verdict: answer[0], message: `${routeName(route)}: ${answer[1]}`, evidence: 'route' },
      ];
    });
}

/** Settings that belong to the route itself; those of its authorizer, stage and plan are compared as resources. */
const ROUTE_SETTINGS = ['authorization', 'access rule', 'API key'];

function identity({ api, method, path, address, operation }: Route): string {
  const place = method.kind === 'known' && path.kind === 'known' ? [method.value, path.value] : [address, operation];
  return JSON.stringify([api.stack.name, api.address, ...place]);
}
