import { needsCredential } from '../../lambdas/lib/access-rule';
import type { LoadedConfig } from '../../stacks/config';
import { exampleOf, objectOf, objectsOf, resolve } from './sample';

/** A request that somebody may try. */
export interface SampleRequest {
  readonly api: string;
  readonly method: string;
  /** Path and query, behind the stage. */
  readonly target: string;
  /** Without the credential. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Alternatives of scopes that the route asks for; one of no scopes where every valid token is enough. */
  readonly anyOf: readonly (readonly string[])[];
}

/** Reading first; what destroys comes last. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * A request for each route of an API that a token opens, the one that needs least first. Parameters and bodies are filled with the
 * document's own examples, and else with what its schemas describe.
 */
export function sampleRequests(loaded: LoadedConfig, api: string): SampleRequest[] {
  const documents = loaded.documents().get(api);
  if (documents === undefined) {
    return [];
  }
  const { document, routes } = documents;
  const paths = objectOf(objectOf(document).paths);
  const requests = routes.flatMap(({ method, path, rule }) => {
    const item = resolve(document, paths[path]);
    const operation = objectOf(item[method.toLowerCase()]);
    // The routes of the token service and the key set are the kit's own: not what somebody wants to try first.
    if (!needsCredential(rule) || item[method.toLowerCase()] === undefined) {
      return [];
    }
    const anyOf = rule.kind === 'scopes' ? rule.anyOf : [[]];
    return [{ api, method, anyOf, ...filled(document, path, item, operation) }];
  });
  return requests.sort((a, b) => effort(a) - effort(b));
}

function effort({ method, target, headers, body }: SampleRequest): number {
  const parts = (body === undefined ? 0 : 8) + Object.keys(headers).length * 4 + (target.includes('?') ? 2 : 0);
  return METHODS.indexOf(method) * 100 + parts + target.split('/').length;
}

type Filled = Pick<SampleRequest, 'target' | 'headers' | 'body'>;

function filled(
  document: unknown,
  path: string,
  item: Readonly<Record<string, unknown>>,
  operation: Readonly<Record<string, unknown>>,
): Filled {
  const byPlace = new Map<string, Readonly<Record<string, unknown>>>();
  for (const entry of [...objectsOf(item.parameters), ...objectsOf(operation.parameters)]) {
    const parameter = resolve(document, entry);
    byPlace.set(`${parameter.in} ${parameter.name}`, parameter);
  }
  const textOf = (place: string): string => {
    const value = exampleOf(document, byPlace.get(place) ?? {});
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  const target = path.replaceAll(/\{([^}+]+)\+?\}/g, (_, name) => encodeURIComponent(textOf(`path ${name}`)));
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  for (const [place, parameter] of byPlace) {
    const name = String(parameter.name);
    if (parameter.required !== true) continue;
    if (parameter.in === 'query') query.set(name, textOf(place));
    if (parameter.in === 'header') headers[name] = textOf(place);
  }
  const content = Object.entries(objectOf(resolve(document, operation.requestBody).content));
  const [type, media] = content.find(([name]) => /[/+]json\b/i.test(name)) ?? content[0] ?? [];
  const behind = query.size === 0 ? '' : `?${query}`;
  if (type === undefined) {
    return { target: `${target}${behind}`, headers };
  }
  const value = exampleOf(document, objectOf(media));
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return { target: `${target}${behind}`, headers: { ...headers, 'Content-Type': type }, body };
}
