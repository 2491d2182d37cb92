import type { RestApi } from './model';

export interface Address {
  readonly api: RestApi;
  /** Path below the stage, not decoded; begins with `/`. */
  readonly path: string;
}

/**
 * Which API and stage a request is for. Four forms:
 *
 * - `/<api>/<stage>/<path>`, the sandbox's own;
 * - `/restapis/<api id>/<stage>/_user_request_/<path>`, that of other emulators;
 * - `/<stage>/<path>` with the host `<api id>.execute-api.<region>.amazonaws.com`, that of AWS;
 * - `/.well-known/<name>/<api>/<stage>` for metadata of an issuer whose address has a path (RFC 8414, 3.1), as a domain would be set up to.
 */
export function findAddress(apis: readonly RestApi[], host: string | undefined, path: string): Address | undefined {
  const [, hostId, hostRegion] =
    /^([a-z0-9]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?::\d+)?$/i.exec(host ?? '') ?? [];
  if (hostId !== undefined) {
    return below(path, (stage) =>
      apis.find((api) => api.id === hostId && api.region === hostRegion && api.stage.name === stage),
    );
  }
  const [, restId, rest = ''] = /^\/restapis\/([^/]+)(\/.*)$/.exec(path) ?? [];
  if (restId !== undefined) {
    const found = below(rest, (stage) => apis.find((api) => api.id === restId && api.stage.name === stage));
    const [, userPath] = /^\/_user_request_(\/.*)?$/.exec(found?.path ?? '') ?? [];
    if (found !== undefined && /^\/_user_request_(\/|$)/.test(found.path)) {
      return { api: found.api, path: userPath ?? '/' };
    }
  }
  const [, wellKnown, place = ''] = /^(\/\.well-known\/[^/]+)(\/[^/]+\/[^/]+)$/.exec(path) ?? [];
  if (wellKnown !== undefined) {
    const found = ofSandbox(apis, place);
    return found && { ...found, path: wellKnown };
  }
  return ofSandbox(apis, path);
}

/** `/<api>/<stage>` and what follows. */
function ofSandbox(apis: readonly RestApi[], path: string): Address | undefined {
  const [, name, own = ''] = /^\/([^/]+)(\/.*)$/.exec(path) ?? [];
  return below(own, (stage) => apis.find((api) => api.api === name && api.stage.name === stage));
}

function below(path: string, find: (stage: string) => RestApi | undefined): Address | undefined {
  const [, stage = '', rest] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const api = find(stage);
  return api && { api, path: rest ?? '/' };
}
