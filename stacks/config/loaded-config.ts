import { statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { ApiDefinition, ApiDefinitionError } from '../../constructs/api';
import { constraintsOf } from '../../constructs/authorizer';
import { type ApiDocuments, checkScopes, readDocuments } from './documents';
import { ConfigError } from './error';
import { identityApi, issuersOf, resourceMetadataOf } from './identity';
import type { ApiConfig, GatehouseConfig } from './types';

/** A configuration that passed every check, and the APIs that it defines. */
export class LoadedConfig {
  private read: ReadonlyMap<string, ApiDocuments> | undefined;
  private readonly definitions = new Map<string, ReadonlyMap<string, ApiDefinition>>();

  /**
   * @param folder folder of the configuration file, from which its relative paths start
   * @param file the configuration file, which errors about the files that it names begin with
   */
  constructor(
    readonly config: GatehouseConfig,
    readonly folder: string,
    readonly file?: string,
  ) {}

  /** Path of a file that the configuration names. */
  resolve(path: string): string {
    return isAbsolute(path) ? path : join(this.folder, path);
  }

  /**
   * What the OpenAPI documents of the APIs say, by the name of the API. They are read together, and once.
   *
   * @throws {ConfigError} for an unreadable document, or a clash of an API's own names with those of the kit
   * @throws {OpenApiError} with every fault of all documents: what API Gateway or the kit cannot do, a backend or scope that the
   *   configuration does not declare
   */
  documents(): ReadonlyMap<string, ApiDocuments> {
    try {
      this.read ??= readDocuments(this.config, (path) => this.resolve(path));
    } catch (fault) {
      throw fault instanceof ConfigError ? this.fault(fault.message, fault) : fault;
    }
    return this.read;
  }

  /**
   * Folder of the bundled code of a backend.
   *
   * @throws {ConfigError} when there is no such folder
   */
  bundleFolder(api: string, backend: string): string {
    const path = this.config.apis[api]?.backends[backend]?.bundle ?? '';
    const folder = resolve(this.resolve(path));
    if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
      throw this.fault(
        `/apis/${api}/backends/${backend}/bundle is ${JSON.stringify(path)}, allowed is a folder with bundled code: there is no folder ${folder}`,
      );
    }
    return folder;
  }

  private fault(text: string, cause?: unknown): ConfigError {
    return new ConfigError(this.file === undefined ? text : `${this.file}: ${text}`, { cause });
  }

  /**
   * The APIs of an environment by name. The platform and the gateways of the environment get the same definitions.
   *
   * @throws {ConfigError} for a route that is the token service's too, a scope of the kit's own routes that is not declared, facts that
   *   do not agree
   * @throws {ConfigError | OpenApiError} as {@link documents} does
   */
  apis(environment: string): ReadonlyMap<string, ApiDefinition> {
    const known = this.definitions.get(environment);
    if (known !== undefined) {
      return known;
    }
    const made = new Map(
      [...this.documents()].map(([api, documents]) => [api, this.define(environment, api, documents)] as const),
    );
    this.definitions.set(environment, made);
    return made;
  }

  /** The API of the OAuth endpoints of an environment. @default - the environment issues no access tokens */
  identity(environment: string): ApiDefinition | undefined {
    const { identity } = this.config.environments[environment] ?? {};
    return identity && identityApi(identity);
  }

  private define(environment: string, api: string, documents: ApiDocuments): ApiDefinition {
    const { config } = this;
    const settings = config.apis[api];
    if (settings === undefined) {
      throw new Error(`the documents of ${api} were read, and the API is not in the configuration`);
    }
    const seconds = resultCacheSeconds(settings);
    const bound = constraintsOf(issuersOf(config, environment));
    const { revocation, resultPerRoute, tokenService, cidrs, publicUrls, resource, cors } = settings;
    try {
      const { binaryMediaTypes, notes, routes, shadow } = documents;
      const definition = new ApiDefinition({
        id: api,
        usageKeys: true,
        ...(seconds === 0
          ? {
              resultCacheSeconds: 0,
              revocation,
              senderConstraints: bound,
              dpopAlgorithms: bound.includes('dpop') ? config.dpop?.algorithms : undefined,
            }
          : // A configuration with "strict" and kept results was refused.
            { resultCacheSeconds: seconds }),
        resultPerRoute,
        tokenService,
        cidrs,
        publicUrls,
        resource,
        resourceMetadata: resourceMetadataOf(config, environment, api),
        cors: cors && { allowOrigins: [cors.allowOrigin] },
        routes,
        shadow,
        binaryMediaTypes,
        // The document is the same in every environment: it is told of once.
        notes: environment === Object.keys(config.environments)[0] ? notes : [],
      });
      checkScopes(config, settings.openapi, definition.routes);
      return definition;
    } catch (error) {
      throw error instanceof ApiDefinitionError ? new ConfigError(`/apis/${api}: ${error.fault}`) : error;
    }
  }
}

/** How long the gateway of an API keeps an authorizer result, in seconds. */
export function resultCacheSeconds({ resultCacheSeconds: seconds, revocation }: ApiConfig): number {
  return seconds ?? (revocation === 'strict' ? 0 : 60);
}
