import { REQUIRED_SCOPE } from '../model/scope-grammar';
import type { AuditModel, Authorizer } from '../model/types';
import { is, type Value } from '../three-valued';
import { aboutAuthorizer, aboutRoute, type Rule, type RuleFinding, routeName } from './rule';
import { resourceAt } from './shared/addresses';
import { Functions } from './shared/functions';
import { type ProtectedApis, protectedApis, type Reliance } from './shared/protected-apis';
import type { Judgement } from './shared/resources';

/** What the authorizer relies on, the gateway does. */
export const authorizerAndGateway: Rule = {
  id: 'AUTHZ-020',
  title: 'Gateway and authorizer do not agree',
  why: 'Strict revocation and proofs of possession hold only where the gateway asks for every request: while it keeps an answer, a revoked token and a replayed proof go unnoticed. An API that the function does not know is answered with 500, and a scope that it cannot require is not what it decides by.',
  cause:
    'The time is set at the gateway and what relies on it at the authorizer, in another stack; or the id of an API has a typing error.',
  fix: 'Set authorizer_result_ttl_in_seconds to what the authorizer says for the API (resultCacheSeconds), the stage variable gatehouseApi to one of its APIs, and write scopes as "<resource>:<action>".',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html',
    'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
  ],
  check: (model) => {
    const functions = new Functions(model);
    const declared = protectedApis(model);
    return model.authorizers
      .filter(({ kind }) => !is(kind, 'COGNITO_USER_POOLS') && !is(kind, 'JWT'))
      .flatMap((authorizer) => {
        const name = functionName(functions, authorizer);
        const own = declaredBy(name, authorizer, declared);
        return [...judgeAuthorizer(authorizer, name, own), ...(own.length > 0 ? judgeScopes(model, authorizer) : [])];
      });
  },
};

/** The function that an authorizer calls, where it is an authorizer of a resource. */
function functionName(functions: Functions, { stack, address }: Authorizer): Value<string> {
  const resource = resourceAt(stack, address);
  if (resource === undefined) {
    return { kind: 'unknown', cause: 'not told by the document of the API' };
  }
  const target = functions.target({ stack, resource }, 'authorizer_uri');
  return target.kind === 'known' ? { ...target, value: target.value.name } : target;
}

/** What the function says that it relies on, as often as the plans hold it. */
function declaredBy(
  name: Value<string>,
  { stack }: Authorizer,
  declared: readonly ProtectedApis[],
): readonly ProtectedApis[] {
  const named = declared.filter(({ authorizer }) => name.kind === 'known' && is(authorizer, name.value));
  // Platforms of other regions or accounts may have functions of the same name; that of the same stack is meant first.
  const near = named.filter(({ placed }) => placed.stack === stack);
  return near.length > 0 ? near : named;
}

/** Whether the authorizer can require the scopes that the routes behind it declare. */
function judgeScopes(model: AuditModel, authorizer: Authorizer): RuleFinding[] {
  const behind = model.routes.filter(
    ({ authorizer: link }) => link.kind === 'authorizer' && link.authorizer === authorizer,
  );
  return behind.flatMap((route): RuleFinding[] => {
    const { declared } = route;
    if (declared.kind !== 'scopes') {
      return [];
    }
    const wrong = declared.anyOf.flat().find((scope) => !REQUIRED_SCOPE.test(scope));
    const shown = declared.sensitive ? 'a scope' : `the scope ${JSON.stringify(wrong)}`;
    const [verdict, message]: Judgement =
      wrong === undefined
        ? ['pass', 'the authorizer can require its scopes']
        : [
            'fail',
            `it declares ${shown}, which the authorizer cannot require: it takes "<resource>:<action>" of A-Z a-z 0-9 . _ / -`,
          ];
    return [{ ...aboutRoute(route), verdict, message: `${routeName(route)}: ${message}` }];
  });
}

function judgeAuthorizer(authorizer: Authorizer, name: Value<string>, own: readonly ProtectedApis[]): RuleFinding[] {
  const { stages = [] } = authorizer.api ?? {};
  return stages.flatMap((stage): RuleFinding[] => {
    const answer = judgeStage(authorizer, stage.apiVariable, name, own);
    if (answer === undefined) {
      return [];
    }
    const [verdict, message] = answer;
    return [
      {
        ...aboutAuthorizer(authorizer),
        attribute: 'authorizer_result_ttl_in_seconds',
        verdict,
        message,
        evidence: stage.address,
      },
    ];
  });
}

/** Undefined for a gateway that is not of this kit: it names no API, and its function says nothing. */
function judgeStage(
  { ttlSeconds }: Authorizer,
  id: Value<string>,
  name: Value<string>,
  own: readonly ProtectedApis[],
): Judgement | undefined {
  if (id.kind === 'absent') {
    return own.length === 0
      ? undefined
      : ['fail', 'its stage has no variable gatehouseApi, by which the function finds the API: every request gets 500'];
  }
  if (name.kind !== 'known') {
    return ['unknown', 'which function it calls is not known, nor what that relies on'];
  }
  if (own.length === 0) {
    return [
      'unknown',
      `what function ${name.value} relies on is not in what was read: audit its stack together with this one`,
    ];
  }
  if (id.kind !== 'known') {
    return ['unknown', `the stage variable gatehouseApi is ${id.cause}`];
  }
  const found: Reliance[] = [];
  const ids = new Set<string>();
  for (const { apis } of own) {
    if (apis.kind !== 'known') {
      return ['unknown', `what function ${name.value} relies on is not known`];
    }
    for (const [api, reliance] of apis.value) {
      ids.add(api);
      found.push(...(api === id.value ? [reliance] : []));
    }
  }
  if (found.length === 0) {
    return [
      'fail',
      `function ${name.value} does not know API ${JSON.stringify(id.value)}, so that every request gets 500; it knows ${[...ids].sort().join(', ')}`,
    ];
  }
  const answers = found.map((reliance) => compare(ttlSeconds, id.value, reliance));
  const [first] = answers;
  return answers.every(([verdict]) => verdict === first?.[0])
    ? first
    : [
        'unknown',
        `what function ${name.value} relies on is said ${found.length} times for API ${id.value}, and differs`,
      ];
}

function compare(ttl: Value<number>, id: string, { resultCacheSeconds: max, reasons }: Reliance): Judgement {
  if (ttl.kind !== 'known' || max.kind !== 'known') {
    return ['unknown', `for how long answers are kept, or may be for API ${id}, is not known`];
  }
  const because = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const allowed = `the ${max.value} s that the authorizer relies on for API ${id}${because}`;
  return ttl.value > max.value
    ? ['fail', `answers are kept for ${ttl.value} s, longer than ${allowed}`]
    : ['pass', `answers are kept for ${ttl.value} s, no longer than ${allowed}`];
}
