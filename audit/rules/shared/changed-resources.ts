import type { AttributeChange } from '../../change/attribute-changes';
import { changeText, kindOf } from '../../change/change-text';
import { type Area, areaOf } from '../../change/classes';
import { type ResourceChange, resourceChanges } from '../../change/resource-changes';
import type { AuditModel, Route } from '../../model/types';
import { apiKeyReplaced } from '../api-key-replaced';
import { endpointAddress } from '../endpoint-address';
import { functionPermissionSource } from '../function-permission-source';
import { functionUrl } from '../function-url';
import { newAccess } from '../new-access';
import { openToEverybody } from '../open-to-everybody';
import type { RulePolicy } from '../policy';
import { protectionRemoved } from '../protection-removed';
import { rotationRemoved } from '../rotation-removed';
import { routeWeakened } from '../route-weakened';
import { type RuleFinding, routeName } from '../rule';
import { statefulDestroyed } from '../stateful-destroyed';
import { statefulForgotten } from '../stateful-forgotten';
import { statefulReplaced } from '../stateful-replaced';
import { answersOf } from './answers';
import { aboutResource } from './resources';

/** Rules that tell of changes by themselves: what one of them tells has no second finding. */
const TELLERS = [
  routeWeakened,
  newAccess,
  protectionRemoved,
  rotationRemoved,
  statefulDestroyed,
  statefulReplaced,
  statefulForgotten,
  apiKeyReplaced,
  endpointAddress,
  functionUrl,
  functionPermissionSource,
  openToEverybody,
];

type Told = ReadonlyMap<string, readonly RuleFinding[]>;

const TOLD = new WeakMap<AuditModel, WeakMap<RulePolicy, Told>>();

/** The answers of other rules about changes, by rule and address of the resource. */
function told(model: AuditModel, policy: RulePolicy): Told {
  const byPolicy = TOLD.get(model) ?? new WeakMap<RulePolicy, Told>();
  TOLD.set(model, byPolicy);
  let found = byPolicy.get(policy);
  if (found === undefined) {
    const answers = new Map<string, RuleFinding[]>();
    for (const rule of TELLERS) {
      for (const answer of answersOf(rule, model, policy)) {
        const key = keyOf(rule.id, answer.stack, answer.address);
        answers.set(key, [...(answers.get(key) ?? []), answer]);
      }
    }
    found = answers;
    byPolicy.set(policy, found);
  }
  return found;
}

function keyOf(rule: string, stack: string, address: string): string {
  return JSON.stringify([rule, stack, address]);
}

/** Whether another rule about changes has a finding about a resource that a plan adds or takes away. */
export function isToldElsewhere(model: AuditModel, policy: RulePolicy, { stack, resource }: ResourceChange): boolean {
  const answers = told(model, policy);
  return TELLERS.some(({ id }) =>
    answers.get(keyOf(id, stack.name, resource.address))?.some(({ verdict }) => verdict !== 'pass'),
  );
}

/** Whether another rule tells of the change of an attribute: by comparing it itself, or by the replacement that it causes. */
function isTold(answers: Told, { stack, resource }: ResourceChange, { path, of, order }: AttributeChange): boolean {
  const by = (rule: string) => answers.get(keyOf(rule, stack.name, resource.address)) ?? [];
  const rule = of !== undefined && 'toldBy' in of ? of.toldBy : undefined;
  if (rule !== undefined) {
    const own = by(rule);
    // A policy that is compared as a whole, and found to allow no more, is not told again because its text changed.
    const isCompared = rule === newAccess.id && order === 'incomparable';
    if (own.some(({ verdict }) => isCompared || verdict !== 'pass')) {
      return true;
    }
  }
  const name = path.split(/[.[ ]/)[0] ?? path;
  const replaces = resource.replacePaths.some((one) => one.split(/[.[]/)[0] === name);
  return (
    replaces &&
    [statefulReplaced, apiKeyReplaced, endpointAddress].some(({ id }) =>
      by(id).some(({ verdict }) => verdict === 'fail'),
    )
  );
}

/**
 * One answer for each resource that the plan changes in one of the areas: fails where an attribute is weaker or says something else,
 * unknown where that cannot be judged.
 */
export function changesIn(model: AuditModel, policy: RulePolicy, area: Area): RuleFinding[] {
  return resourceChanges(model).flatMap((change) => {
    const { type } = change.resource;
    const own = change.attributes.filter(({ of }) => of !== undefined && areaOf(type, of) === area);
    return own.length === 0 ? [] : [answer(model, policy, change, own, ['weakened', 'changed'])];
  });
}

/** The same of attributes that the table does not know, whatever they concern. */
export function unclassifiedChanges(model: AuditModel, policy: RulePolicy): RuleFinding[] {
  return resourceChanges(model)
    .filter(({ kind }) => kind === 'changed')
    .map((change) => answer(model, policy, change, change.attributes, ['unclassified']));
}

function answer(
  model: AuditModel,
  policy: RulePolicy,
  change: ResourceChange,
  attributes: readonly AttributeChange[],
  failing: readonly string[],
): RuleFinding {
  const isWorse = attributes.some((one) => failing.includes(kindOf(one)));
  const isOpen = failing.includes('weakened') && attributes.some((one) => kindOf(one) === 'unknown');
  const rest = isWorse || isOpen ? attributes.filter((one) => !isTold(told(model, policy), change, one)) : [];
  const worse = rest.filter((one) => failing.includes(kindOf(one)));
  const open = failing.includes('weakened') ? rest.filter((one) => kindOf(one) === 'unknown') : [];
  const shown = worse.length > 0 ? worse : open;
  const place = aboutResource(change);
  if (shown.length === 0) {
    return { ...place, verdict: 'pass', message: 'no change of it weakens anything by itself', evidence: 'change' };
  }
  const routes = change.routes();
  return {
    ...place,
    attribute: [...new Set(shown.map(({ path }) => path))].join(', '),
    verdict: worse.length > 0 ? 'fail' : 'unknown',
    message: `${listed(shown.map(changeText), 4)}${ofRoutes(routes)}`,
    evidence: 'change',
    routes,
  };
}

/** `, for GET /a, GET /b and 3 more routes`; nothing where no route is known. */
export function ofRoutes(routes: readonly Route[]): string {
  if (routes.length === 0) {
    return '';
  }
  const names = routes.slice(0, 3).map(routeName).join(', ');
  const more = routes.length - 3;
  return `; it stands behind ${names}${more > 0 ? ` and ${more} more ${more === 1 ? 'route' : 'routes'}` : ''}`;
}

function listed(texts: readonly string[], most: number): string {
  const more = texts.length - most;
  return `${texts.slice(0, most).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
