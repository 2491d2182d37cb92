import { BoundedCache } from './bounded-cache';
import { type ApiConfig, CHALLENGE_CONTEXT } from './config';
import { type AuthorizerContext, contextOf } from './context';
import type { Credential } from './credential';
import { optionalParts } from './optional-parts';
import { buildPolicy, denyAll, forStage, type Grants, grantsOf, type PolicyDocument, type StageGrants } from './policy';
import { AuthorizerError } from './reasons';
import type { Route, RouteTable } from './route-table';

/** What a REST API takes from its authorizer. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  readonly context: AuthorizerContext;
  /** Value of the API Gateway key that meters the caller. */
  readonly usageIdentifierKey?: string;
}

/** What a scope set grants in one API. */
export interface Granted {
  readonly routes: ReadonlySet<Route>;
  /** By the ARN of the stage: the exact resources, and those of the collapsed policy once one was needed. */
  readonly stages: Map<string, { readonly exact: StageGrants; collapsed?: StageGrants }>;
}

/** Largest answer, in bytes: API Gateway refuses more than about 8 KB. */
export const MAX_RESULT_BYTES = 7000;

/** A challenge is no part of the length of an answer that is checked, so it has to be short. In characters. */
const MAX_SCOPE_LENGTH = 500;

/** More than the names and punctuation in an answer beside those of the policy, in bytes. */
const NAMES_BYTES = 600;

const SCOPE_SETS = 500;

/** Answers for the routes of one API. */
export interface Answers {
  /** What a scope set grants. It is worked out once. */
  granted(scopes: readonly string[]): Granted;
  /**
   * The policy for every route of a stage, with its context.
   *
   * @throws {AuthorizerError} when it is too long even with collapsed resources
   */
  allow(credential: Credential, granted: Granted, stageArn: string): AuthorizerResult;
}

/** Makes the answers for one API. */
export function createAnswers(api: ApiConfig, table: RouteTable): Answers {
  const byScopes = new BoundedCache<Granted>(SCOPE_SETS);

  const collapsedGrants = (routes: ReadonlySet<Route>): Grants =>
    optionalParts.overflow().collapsedGrantsOf(api.routes, new Set([...routes].map(({ key }) => key)));

  return {
    granted(scopes) {
      const key = scopes.join(' ');
      let granted = byScopes.get(key, 0);
      if (!granted) {
        granted = { routes: new Set(table.granted(scopes)), stages: new Map() };
        byScopes.set(key, granted, 1);
      }
      return granted;
    },
    allow(credential, { routes, stages }, stageArn) {
      let grants = stages.get(stageArn);
      if (!grants) {
        grants = { exact: forStage(stageArn, grantsOf(table.routes, routes)) };
        stages.set(stageArn, grants);
      }
      const exact = resultWith(credential, buildPolicy(grants.exact, credential.refusedFrom, credential.cidrs));
      if (fits(exact, grants.exact, credential)) {
        return exact;
      }
      grants.collapsed ??= forStage(stageArn, collapsedGrants(routes));
      const collapsed = resultWith(credential, buildPolicy(grants.collapsed, credential.refusedFrom, credential.cidrs));
      if (fits(collapsed, grants.collapsed, credential)) {
        return collapsed;
      }
      throw new AuthorizerError('output_too_large', `answer for the token is longer than ${MAX_RESULT_BYTES} bytes`);
    },
  };
}

/** The answer that denies every route of a stage to a verified caller. */
export function denyEverything(credential: Credential, stageArn: string): AuthorizerResult {
  return resultWith(credential, denyAll(stageArn));
}

/**
 * An answer with the challenge of RFC 6750 (3) for the gateway to pass on. It names the scopes of one route, so it is
 * for gateways that keep no results.
 */
export function withChallenge(result: AuthorizerResult, route: Route | undefined): AuthorizerResult {
  const scope = route?.anyOf[0]?.join(' ') ?? '';
  const challenge = `Bearer error="insufficient_scope"${scope.length > MAX_SCOPE_LENGTH ? '' : `, scope="${scope}"`}`;
  return { ...result, context: { ...result.context, [CHALLENGE_CONTEXT]: challenge } };
}

function resultWith(credential: Credential, policyDocument: PolicyDocument): AuthorizerResult {
  const { principal: principalId, usageKey: usageIdentifierKey } = credential;
  const context = contextOf(credential);
  return usageIdentifierKey
    ? { principalId, policyDocument, context, usageIdentifierKey }
    : { principalId, policyDocument, context };
}

/**
 * Whether an answer is short enough. Escaping and UTF-8 make at most six bytes of a character, so a look at the lengths
 * nearly always spares writing the answer out.
 */
function fits(result: AuthorizerResult, grants: StageGrants, { cidrs }: Credential): boolean {
  let characters = result.principalId.length + (result.usageIdentifierKey?.length ?? 0);
  for (const name in result.context) {
    characters += result.context[name]?.length ?? 0;
  }
  for (const cidr of cidrs) {
    characters += cidr.length;
  }
  return (
    grants.bytes + 6 * characters + NAMES_BYTES <= MAX_RESULT_BYTES ||
    Buffer.byteLength(JSON.stringify(result)) <= MAX_RESULT_BYTES
  );
}
