import { BoundedCache } from '../bounded-cache';
import type { ApiConfig } from '../config';
import type { Credential } from '../credential';
import { optionalParts } from '../optional-parts';
import type { Route, RouteTable } from '../routes/route-table';
import { apiGrants, buildPolicy, forStage, type Grants, routeGrants, type StageGrants } from './policy';
import { type AuthorizerResult, resultWith } from './result';
import { MAX_RESULT_BYTES } from './result-size';

/** What a scope set grants in one API. */
export interface Granted {
  readonly routes: ReadonlySet<Route>;
  /** Resources for all of them at once; none where every answer is for one route. */
  readonly resources: Grants | undefined;
}

/** More than the names and punctuation in an answer beside those of the policy, in bytes. */
const NAMES_BYTES = 600;

const SCOPE_SETS = 500;

/** Answers for the routes of one API. */
export interface Answers {
  /** What a scope set grants. It is worked out once. */
  granted(scopes: readonly string[]): Granted;
  /**
   * Resources that an answer allows: for the one route, where the gateway keeps it for that alone, else for all that is
   * granted.
   */
  resources(granted: Granted, route: Route | undefined): Grants;
  /**
   * The policy for resources in a stage, with its context.
   *
   * @throws {AuthorizerError} when it is too long
   */
  allow(credential: Credential, resources: Grants, stageArn: string): AuthorizerResult;
}

/** Makes the answers for one API. */
export function createAnswers({ policy }: Pick<ApiConfig, 'policy'>, table: RouteTable): Answers {
  const byScopes = new BoundedCache<Granted>(SCOPE_SETS);
  const byRoute = new Map<Route, Grants>();
  return {
    granted(scopes) {
      const key = scopes.join(' ');
      let granted = byScopes.get(key, 0);
      if (!granted) {
        granted = { routes: new Set(table.granted(scopes)), resources: policy && apiGrants(policy, scopes) };
        byScopes.set(key, granted, 1);
      }
      return granted;
    },
    resources({ routes, resources = NOTHING }, route) {
      if (!route) {
        return resources;
      }
      if (!routes.has(route)) {
        return NOTHING;
      }
      let known = byRoute.get(route);
      if (!known) {
        known = routeGrants(route);
        byRoute.set(route, known);
      }
      return known;
    },
    allow(credential, resources, stageArn) {
      const grants = inStage(stageArn, resources);
      const result = resultWith(credential, buildPolicy(grants, credential.refusedFrom, credential.cidrs));
      if (!fits(result, grants, credential)) {
        throw optionalParts.faults().tooLong();
      }
      return result;
    },
  };
}

const NOTHING: Grants = { allowed: [], denied: [] };

/** The gateways of an API are few, and each has a stage of its own: the last one is remembered. */
function inStage(stageArn: string, grants: Grants): StageGrants {
  if (grants.inStage?.stageArn !== stageArn) {
    grants.inStage = forStage(stageArn, grants);
  }
  return grants.inStage;
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
