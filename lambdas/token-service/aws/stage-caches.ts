import {
  type APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  NotFoundException,
  paginateGetRestApis,
} from '@aws-sdk/client-api-gateway';
import type { ResultCache } from '../config';
import type { CacheFlush } from '../domain/ports';

const PAGE = 500;

/** How long a revocation waits for its flush, in milliseconds. Calls of the control plane take some hundred milliseconds. */
const PATIENCE_MS = 2000;

/** How long ids are remembered, in milliseconds: an API that is made anew under its name is found after that. */
const KNOWN_MS = 600_000;

/** Ids by name; two APIs may have one name. */
type Ids = ReadonlyMap<string, readonly string[]>;

/**
 * The results of the authorizer that the stages of the platform's REST APIs keep. APIs are found by their deterministic names, as a platform is
 * deployed before its gateways, and their ids are remembered.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageAuthorizersCache.html
 */
export class StageCaches {
  private known: { readonly ids: Ids; readonly until: number } | undefined;

  constructor(
    private readonly client: APIGatewayClient,
    private readonly caches: readonly ResultCache[],
    /** Epoch milliseconds. */
    private readonly now: () => number,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  /** Flushes all of them at the same time. It never rejects, and takes 2 s at most. */
  async flush(): Promise<CacheFlush> {
    if (this.caches.length === 0) {
      return { flushed: 0, failures: [] };
    }
    const signal = AbortSignal.timeout(this.patienceMs);
    const outcomes = await Promise.all(
      this.caches.map((cache) => this.flushOne(cache, signal).catch((error: unknown) => nameOf(error, signal))),
    );
    const failures = outcomes.flatMap((outcome, index) =>
      outcome === undefined ? [] : [`${this.caches[index]?.restApi}: ${outcome}`],
    );
    return { flushed: outcomes.length - failures.length, failures };
  }

  /** @returns why there is nothing to flush; `undefined` when it was flushed */
  private async flushOne({ restApi, stage }: ResultCache, signal: AbortSignal): Promise<string | undefined> {
    const remembered = this.remembered();
    try {
      const ids = (remembered ?? (await this.find(signal))).get(restApi) ?? [];
      await this.flushStages(ids, stage, signal);
      return ids.length === 0 ? 'no REST API has this name' : undefined;
    } catch (error) {
      if (remembered === undefined || !(error instanceof NotFoundException)) {
        throw error;
      }
      // It was made anew since.
      const ids = (await this.find(signal)).get(restApi) ?? [];
      await this.flushStages(ids, stage, signal);
      return ids.length === 0 ? 'no REST API has this name' : undefined;
    }
  }

  private async flushStages(ids: readonly string[], stageName: string, abortSignal: AbortSignal): Promise<void> {
    const flush = (restApiId: string) =>
      this.client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }), { abortSignal });
    await Promise.all(ids.map(flush));
  }

  private remembered(): Ids | undefined {
    const { known } = this;
    return known !== undefined && this.now() < known.until ? known.ids : undefined;
  }

  private searching: Promise<Ids> | undefined;

  /** One search at a time serves all that wait for one. */
  private find(signal: AbortSignal): Promise<Ids> {
    this.searching ??= this.search(signal).finally(() => {
      this.searching = undefined;
    });
    return this.searching;
  }

  private async search(abortSignal: AbortSignal): Promise<Ids> {
    const wanted = new Set(this.caches.map(({ restApi }) => restApi));
    const ids = new Map<string, string[]>();
    for await (const { items = [] } of paginateGetRestApis(
      { client: this.client, pageSize: PAGE },
      {},
      { abortSignal },
    )) {
      for (const { id, name } of items) {
        if (id !== undefined && name !== undefined && wanted.has(name)) {
          ids.set(name, [...(ids.get(name) ?? []), id]);
        }
      }
    }
    // Where one is not deployed yet, the next flush looks again.
    this.known = ids.size === wanted.size ? { ids, until: this.now() + KNOWN_MS } : undefined;
    return ids;
  }
}

/** The kind of a failure; its text could hold anything. */
function nameOf(error: unknown, signal: AbortSignal): string {
  return signal.aborted ? 'took too long' : error instanceof Error ? error.name : 'unknown failure';
}
