import { type ComparedRoute, comparedRoutes } from '../change/compared-routes';
import { byRule, type SettingChange } from '../change/route-change';
import { readRule } from '../model/access-rules';
import { join } from '../model/joins';
import type { AuditModel, Route } from '../model/types';
import { aboutRoute, type Rule, type RuleFinding, routeName } from './rule';
import { resourceAt } from './shared/addresses';
import { changesOf } from './shared/changes';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';
import { BARRIERS, weakenings } from './shared/weakenings';

/** Nobody opens a route without knowing. */
export const routeWeakened: Rule = {
  id: 'AUTHZ-002',
  title: 'Route weakened',
  why: 'More callers get in than before, or more often, and the plan shows one changed line among hundreds.',
  cause:
    'A scope was dropped, a limit raised, a key no longer asked for, or a firewall taken off, as a side effect of another change.',
  fix: 'Take the change back, or have it approved by who owns the API.',
  severity: 'critical',
  references: ['https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/'],
  check: (model) => {
    const compared = comparedRoutes(model).routes.filter(({ change }) => change !== null && change !== 'added');
    return [
      ...routes(compared),
      ...shared(compared),
      ...besideRoutes(model, compared),
      ...tables(model, compared),
      ...firewalls(model),
    ];
  },
};

/** Settings that let more through, or may. */
function open({ changes }: ComparedRoute): SettingChange[] {
  return changes.filter(({ order }) => order === 'weaker' || order === 'unknown');
}

/** What is weakened in the route itself, as the matrix tells it. A route that only shared settings weaken is told of there. */
function routes(compared: readonly ComparedRoute[]): RuleFinding[] {
  return compared.flatMap((one): RuleFinding[] => {
    const own = open(one).filter(({ of }) => of === undefined);
    if (own.length === 0 && open(one).length > 0) {
      return [];
    }
    const weaker = own.filter(({ order }) => order === 'weaker').map(({ text }) => text);
    const [verdict, message]: [RuleFinding['verdict'], string] =
      weaker.length > 0
        ? ['fail', weaker.join(', ')]
        : own.length > 0
          ? ['unknown', `whether it asks for as much as before is not known: ${own.map(({ text }) => text).join(', ')}`]
          : ['pass', 'it asks for as much as before'];
    return [{ ...aboutRoute(one.route), verdict, message: `${routeName(one.route)}: ${message}`, evidence: 'route' }];
  });
}

/** One answer for each setting that routes share: the time of an authorizer, a limit, a web ACL. */
function shared(compared: readonly ComparedRoute[]): RuleFinding[] {
  const found = new Map<string, { change: SettingChange; routes: Route[] }>();
  for (const one of compared) {
    for (const change of open(one).filter(({ of }) => of !== undefined)) {
      const key = JSON.stringify([one.route.api.stack.name, change.of?.address, change.order, change.text]);
      const entry = found.get(key) ?? { change, routes: [] };
      entry.routes.push(one.route);
      found.set(key, entry);
    }
  }
  return [...found.values()].map(({ change: { of, order, text, setting }, routes: list }): RuleFinding => {
    const stack = list[0]?.api.stack;
    const address = of?.address ?? '';
    const count = `${list.length} ${list.length === 1 ? 'route' : 'routes'}`;
    return {
      stack: stack?.name ?? '',
      address,
      attribute: of?.attribute ?? '',
      constructPath: stack === undefined ? undefined : resourceAt(stack, address)?.config?.constructPath,
      verdict: order === 'weaker' ? 'fail' : 'unknown',
      message:
        order === 'weaker'
          ? `${text}, for ${count}`
          : `whether it holds back as much for ${count} is not known: ${text}`,
      evidence: setting,
      routes: list,
    };
  });
}

/** What holds callers back and no compared route tells of: a domain name, or what is for an API outside the plan. */
function besideRoutes(model: AuditModel, compared: readonly ComparedRoute[]): RuleFinding[] {
  const told = toldByRoutes(model, compared);
  return model.stacks.flatMap((stack) =>
    stack.resources.flatMap((resource): RuleFinding[] =>
      resource.before === undefined || told.has(placeOf({ stack, resource }))
        ? []
        : weakenings(BARRIERS, resource.type, resource.before, resource.attributes).map(({ attribute, answer }) => ({
            ...finding({ stack, resource }, attribute, answer),
            evidence: attribute,
          })),
    ),
  );
}

/** Resources all of whose settings are compared as settings of routes. */
function toldByRoutes(model: AuditModel, compared: readonly ComparedRoute[]): Set<string> {
  const apis = new Set(compared.map(({ route }) => route.api));
  const told = new Set<string>();
  const add = (stack: { readonly name: string }, address: string) => told.add(`${stack.name} ${address}`);
  for (const { route } of compared) {
    add(route.api.stack, route.address);
  }
  for (const { stack, address, api } of model.authorizers) {
    // One that no route asks any more lets nobody through.
    if (api !== undefined && apis.has(api)) {
      add(stack, address);
    }
  }
  for (const { stack, address, stages } of model.usagePlans) {
    if (stages.length > 0 && stages.every(({ api }) => api !== undefined && apis.has(api))) {
      add(stack, address);
    }
  }
  for (const { api, resource } of model.methodSettings) {
    if (api !== undefined && apis.has(api)) {
      add(api.stack, resource.address);
    }
  }
  // Whether the API has another way in is told by no route.
  for (const { stack, resource } of model.apis) {
    if (resource !== undefined) {
      told.delete(placeOf({ stack, resource }));
    }
  }
  return told;
}

function placeOf({ stack, resource }: Placed): string {
  return `${stack.name} ${resource.address}`;
}

/** Access rules of methods that are not in the plan: each is compared as that of a route is. */
function tables(model: AuditModel, compared: readonly ComparedRoute[]): RuleFinding[] {
  const told = new Set(compared.map(({ route }) => `${route.api.stack.name} ${routeName(route)}`));
  return resourcesOf(model, 'terraform_data').flatMap((placed): RuleFinding[] => {
    const [before, after] = [placed.resource.before, placed.resource.attributes].map((attributes) =>
      attributes?.object('input').object('routes'),
    );
    return (before?.names() ?? []).flatMap((route): RuleFinding[] => {
      const isGone = after?.value(route).kind === 'absent' && !after.whollyUnknown;
      if (before === undefined || after === undefined || isGone || told.has(`${placed.stack.name} ${route}`)) {
        return [];
      }
      const order = after.whollyUnknown
        ? 'unknown'
        : byRule(readRule(before.object(route)), readRule(after.object(route)));
      const answer: Judgement =
        order === 'weaker'
          ? ['fail', `${route} asks for less than before`]
          : order === 'unknown'
            ? ['unknown', `the access rule of ${route} is not known`]
            : ['pass', `${route} asks for as much as before`];
      return [{ ...finding(placed, `input routes ${route}`, answer), evidence: 'access rule' }];
    });
  });
}

/** A web ACL that is taken off something that is not a stage of the plan. */
function firewalls(model: AuditModel): RuleFinding[] {
  return changesOf(model, new Set(['aws_wafv2_web_acl_association'])).flatMap(({ placed, removal }) => {
    if (removal !== 'delete' && removal !== 'forget') {
      return [];
    }
    const before = model.before?.stacks.find(({ name }) => name === placed.stack.name);
    const old = before === undefined ? undefined : resourceAt(before, placed.resource.address);
    const stage =
      before === undefined || old === undefined
        ? undefined
        : join(before, old, old.attributes, 'resource_arn', ['aws_api_gateway_stage'], ['arn']);
    return stage?.kind === 'resource' ? [] : [finding(placed, 'change', ['fail', 'the web ACL no longer protects it'])];
  });
}
