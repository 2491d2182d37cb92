import type { Policy, PolicyPrincipal, PolicyStatement, PolicyText } from '../model/types';
import type { Verdict } from '../three-valued';

/** What a statement grants too widely, or what about it cannot be told. */
export interface WildcardAnswer {
  readonly verdict: Verdict;
  /** Element of the statement: Action, Resource, Principal. */
  readonly element: string;
  /** Follows the name of the statement; holds texts of the policy. */
  readonly detail: string;
  /** The same without a text of the policy, for sensitive ones. */
  readonly plainDetail: string;
}

const ACCOUNT_ROOT = /^arn:aws[\w-]*:iam::(\d{12}|\$\{[^}]+\}):root$|^\d{12}$/;

/** Judges one statement of a policy; a statement that only denies grants nothing. */
export function judgeStatement(policy: Policy, statement: PolicyStatement): WildcardAnswer[] {
  const answers: WildcardAnswer[] = [];
  const { effect } = statement;
  if (effect.text === 'Deny') {
    return [];
  }
  if (effect.text !== 'Allow') {
    return [answer('unknown', 'Effect', 'has an effect that is not known')];
  }
  answers.push(...judgeActions(policy, statement));
  if (policy.kind === 'identity') {
    answers.push(...judgeInvocation(statement));
  } else {
    answers.push(...judgePrincipals(statement));
  }
  return answers;
}

/** True for the statement that AWS itself puts into a key policy, without which nobody could manage the key by IAM. */
export function isKeyAdministration(policy: Policy, statement: PolicyStatement): boolean {
  const { principals } = statement;
  return (
    (policy.resourceType === 'aws_kms_key' || policy.resourceType === 'aws_kms_key_policy') &&
    statement.notPrincipals === undefined &&
    principals !== undefined &&
    principals.length > 0 &&
    principals.every(({ type, id }) => type === 'AWS' && ACCOUNT_ROOT.test(id.text)) &&
    statement.notActions === undefined &&
    (statement.actions ?? []).every(({ text }) => text.toLowerCase() === 'kms:*')
  );
}

function judgeActions(policy: Policy, statement: PolicyStatement): WildcardAnswer[] {
  if (statement.notActions !== undefined) {
    return [answer('fail', 'NotAction', 'allows every action but those it names (NotAction)')];
  }
  if (isKeyAdministration(policy, statement)) {
    return [];
  }
  const actions = statement.actions ?? [];
  const wide = actions.filter((action) => action.symbolic !== 'anything' && isWideAction(action.text));
  if (wide.length > 0) {
    return [answer('fail', 'Action', `allows ${quoted(wide)}`, 'allows every action of a service, or of all')];
  }
  const open = actions.filter((action) => action.symbolic === 'anything');
  return open.length === 0 ? [] : [answer('unknown', 'Action', 'allows an action that is not known')];
}

/** `*`, `service:*`, and whatever else matches every action of a service. */
function isWideAction(action: string): boolean {
  const [service = '', name] = action.split(':', 2);
  return /[*?]/.test(service) || (name !== undefined && /^[*?]*\*[*?]*$/.test(name));
}

/** Invoking every API of every account is more than any caller needs. */
function judgeInvocation(statement: PolicyStatement): WildcardAnswer[] {
  const invokes = (statement.actions ?? []).some((action) => action.text.toLowerCase().startsWith('execute-api:'));
  if (!invokes) {
    return [];
  }
  if (statement.notResources !== undefined) {
    return [answer('fail', 'NotResource', 'allows execute-api on every API but those it names (NotResource)')];
  }
  const resources = statement.resources ?? [];
  const wide = resources.filter((resource) => resource.symbolic !== 'anything' && isEveryApi(resource.text));
  if (wide.length > 0) {
    return [answer('fail', 'Resource', `allows execute-api on ${quoted(wide)}`, 'allows execute-api on every API')];
  }
  const open = resources.filter((resource) => resource.symbolic === 'anything');
  return open.length === 0 ? [] : [answer('unknown', 'Resource', 'allows execute-api on a resource that is not known')];
}

/** `arn:partition:execute-api:region:account:apiId/stage/method/path`, or a wildcard that swallows the API id. */
function isEveryApi(resource: string): boolean {
  if (/^[*?]+$/.test(resource)) {
    return true;
  }
  const parts = resource.split(':');
  if (parts[0] !== 'arn') {
    return false;
  }
  const api = parts.slice(5).join(':').split('/')[0] ?? '';
  return parts.length < 6 ? resource.endsWith('*') : /^[*?]+$/.test(api);
}

function judgePrincipals(statement: PolicyStatement): WildcardAnswer[] {
  if (statement.hasCondition) {
    return [];
  }
  if (statement.notPrincipals !== undefined) {
    return [answer('fail', 'NotPrincipal', 'allows everybody but those it names (NotPrincipal), without a condition')];
  }
  const principals = statement.principals ?? [];
  if (principals.some(({ id }) => id.text === '*')) {
    return [answer('fail', 'Principal', 'allows everybody (Principal "*"), without a condition')];
  }
  const open = principals.filter(({ id }) => id.symbolic === 'anything' && !isBoundPrincipal(id));
  return open.length === 0 && statement.principals !== undefined
    ? []
    : [answer('unknown', 'Principal', 'allows a principal that is not known, without a condition')];
}

/** An ARN with an account or a name of its own in it cannot become `*`, whatever the placeholder stands for. */
function isBoundPrincipal(id: PolicyPrincipal['id']): boolean {
  return /^arn:aws[\w-]*:(iam|sts)::/.test(id.text);
}

function quoted(texts: readonly PolicyText[]): string {
  return texts.map(({ text }) => JSON.stringify(text)).join(', ');
}

function answer(verdict: Verdict, element: string, detail: string, plainDetail = detail): WildcardAnswer {
  return { verdict, element, detail, plainDetail };
}
