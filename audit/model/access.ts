import { REDACTED, type Verdict } from '../three-valued';
import type { DeclaredRule, Route } from './types';

/** Who may call a route, as far as the plan tells, and whether that is a rule that somebody decided on. */
export interface Access {
  /** `scopes`, `authenticated (<reason>)`, `public (<reason>)`, `iam`, `authorizer` (one that declares no scopes), `none` (no rule) or `unknown`. */
  readonly rule: string;
  /** Alternatives of scopes; undefined when there are none or they are not known. */
  readonly anyOf: readonly (readonly string[])[] | undefined;
  /** Scopes as text: `a or (b + c)`, `-` for none, `?` for unknown. */
  readonly scopes: string;
  readonly verdict: Verdict;
  readonly message: string;
}

/** Compares what the method enforces with what is declared for it; see the page on the plan audit for the table. */
export function judgeAccess(route: Route): Access {
  const { authorization, declared } = route;
  if (authorization.kind !== 'known') {
    return access(
      'unknown',
      declared,
      'unknown',
      `its authorization is ${authorization.kind === 'unknown' ? authorization.cause : 'not set'}`,
    );
  }
  if (declared.kind === 'unknown') {
    return access('unknown', declared, 'unknown', declared.cause);
  }
  if (declared.kind === 'invalid') {
    return access('none', declared, 'fail', declared.reason);
  }
  switch (authorization.value) {
    case 'NONE':
      return judgeOpen(route);
    case 'AWS_IAM':
      return declared.kind === 'iam' || declared.kind === 'none'
        ? access('iam', declared, 'pass', 'callers must sign with AWS credentials')
        : access('iam', declared, 'fail', `it declares ${declared.kind}, but its authorization is AWS_IAM`);
    case 'CUSTOM':
    case 'COGNITO_USER_POOLS':
    case 'JWT':
      return judgeAuthorizer(route, authorization.value);
    default:
      return access('unknown', declared, 'unknown', 'its authorization is of a kind that this audit does not know');
  }
}

function judgeOpen(route: Route): Access {
  const { declared } = route;
  switch (declared.kind) {
    case 'public':
      return access(reasonedText(declared), declared, 'pass', 'it is declared public, with a reason');
    case 'none':
      if (isPreflight(route)) {
        return access('public (CORS preflight)', declared, 'pass', 'OPTIONS answered by API Gateway itself');
      }
      // Browsers send a preflight without a credential, so that a framework which answers it cannot ask for one.
      if (!declared.listed && mayBeOptions(route) && isProxy(route)) {
        return access(
          'public (CORS preflight of its backend)',
          declared,
          'pass',
          'OPTIONS answered by its backend: a preflight carries no credential',
        );
      }
      return route.integration.kind === 'unknown' && mayBeOptions(route)
        ? access('unknown', declared, 'unknown', `whether it is a CORS preflight is ${route.integration.cause}`)
        : access(
            'none',
            declared,
            'fail',
            'anybody may call it: its authorization is NONE, and it is not declared public',
          );
    default:
      return access(
        'none',
        declared,
        'fail',
        `anybody may call it: it declares ${declared.kind}, but its authorization is NONE`,
      );
  }
}

function judgeAuthorizer(route: Route, authorization: string): Access {
  const { authorizer, declared } = route;
  if (authorizer.kind === 'none' || authorizer.kind === 'dangling') {
    return access('unknown', declared, 'unknown', 'it has no valid authorizer, so who may call it cannot be told');
  }
  switch (declared.kind) {
    case 'scopes':
      return access('scopes', declared, 'pass', 'an authorizer decides by the declared scopes');
    case 'authenticated':
      return access(
        reasonedText(declared),
        declared,
        'pass',
        'an authorizer decides, and every valid credential is enough, with a reason',
      );
    case 'none':
      return declared.listed
        ? access('none', declared, 'fail', 'the access rules of its API do not list it')
        : {
            ...access('authorizer', declared, 'pass', 'an authorizer decides; its scopes are not in the plan'),
            scopes: '?',
          };
    default:
      return access(
        'authorizer',
        declared,
        'fail',
        `it declares ${declared.kind}, but its authorization is ${authorization}`,
      );
  }
}

function isPreflight(route: Route): boolean {
  return mayBeOptions(route) && route.integration.kind === 'known' && route.integration.value === 'MOCK';
}

/** A service of AWS answers no preflight: what reaches it by OPTIONS is an action like any other. */
function isProxy({ integration }: Route): boolean {
  return integration.kind === 'known' && ['AWS_PROXY', 'HTTP_PROXY'].includes(integration.value);
}

function mayBeOptions(route: Route): boolean {
  return route.method.kind === 'known' && route.method.value === 'OPTIONS';
}

function access(rule: string, declared: DeclaredRule, verdict: Verdict, message: string): Access {
  if (declared.kind === 'scopes') {
    return declared.sensitive
      ? { rule, anyOf: undefined, scopes: REDACTED, verdict, message }
      : { rule, anyOf: declared.anyOf, scopes: scopesText(declared.anyOf), verdict, message };
  }
  return { rule, anyOf: undefined, scopes: rule === 'unknown' ? '?' : '-', verdict, message };
}

type Reasoned = Extract<DeclaredRule, { readonly kind: 'authenticated' | 'public' }>;

function reasonedText({ kind, reason, sensitive }: Reasoned): string {
  return `${kind} (${sensitive ? 'sensitive' : reason})`;
}

/** `a or (b + c)`: alternatives, each of which needs all its scopes. */
function scopesText(anyOf: readonly (readonly string[])[]): string {
  const alternatives = anyOf.map((scopes) =>
    scopes.length > 1 && anyOf.length > 1 ? `(${scopes.join(' + ')})` : scopes.join(' + '),
  );
  return alternatives.join(' or ');
}
