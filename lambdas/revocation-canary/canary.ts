import type { Log } from '../lib/log';
import { CANARY_METRICS, PATIENCE_SECONDS, type RevocationCanaryConfig, WAIT_SECONDS } from './config';

/** Everything outside the canary. */
export interface RevocationCanaryPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Waits, in milliseconds. */
  readonly wait: (ms: number) => Promise<void>;
  /** Has a token issued, and those ended that runs before left. */
  readonly start: () => Promise<{ readonly token: string; readonly id: string }>;
  /** Revokes the token. It resolves when the revocation is acknowledged. */
  readonly end: (tokenId: string) => Promise<void>;
  /** Status of a request to the API with the token. */
  readonly call: (token: string) => Promise<number>;
  readonly log: Log;
}

/** What a run found out. */
export interface CanaryResult {
  readonly api: string;
  /** Until the first of the denials; where none came, until the run gave up. */
  readonly timeToDenyMs: number;
  readonly boundSeconds: number;
  /** Whether no request was allowed that was sent after the bound. */
  readonly held: boolean;
}

/** Time between two requests, in milliseconds. */
const INTERVAL_MS = 250;

/** Denials in a row that end a run: API Gateway may keep results in several places. */
const DENIALS = 3;

/**
 * What may come on top of the bound where the gateway keeps results, in milliseconds: a decision that was under way when the token was revoked,
 * and the reads of records, which are eventually consistent there.
 */
const UNDER_WAY_MS = 1000;

/** Measures how long a revocation takes at one API: issues a token, uses it, revokes it, and uses it until it is refused. */
export class RevocationCanary {
  constructor(
    private readonly config: RevocationCanaryConfig,
    private readonly ports: RevocationCanaryPorts,
  ) {}

  /** @throws {Error} when nothing could be measured; that is counted too. The token is ended in any case. */
  async run(): Promise<CanaryResult> {
    try {
      const result = await this.measure();
      this.report(result);
      return result;
    } catch (error) {
      this.fail();
      throw error;
    }
  }

  private async measure(): Promise<CanaryResult> {
    const { token, id } = await this.ports.start();
    let revokedAt: number | undefined;
    try {
      await this.untilAllowed(token);
      await this.ports.end(id);
      revokedAt = this.ports.now();
    } finally {
      if (revokedAt === undefined) {
        // Ending it again is harmless. What fails here the next run does.
        await this.ports.end(id).catch(() => undefined);
      }
    }
    return this.untilDenied(token, revokedAt);
  }

  private async untilAllowed(token: string): Promise<void> {
    const deadline = this.ports.now() + WAIT_SECONDS * 1000;
    for (;;) {
      const status = await this.ports.call(token);
      if (isAllowed(status)) {
        return;
      }
      if (this.ports.now() >= deadline) {
        throw new Error(
          `the token of the canary is not accepted after ${WAIT_SECONDS} s, the last status is ${status}`,
        );
      }
      await this.ports.wait(INTERVAL_MS);
    }
  }

  private async untilDenied(token: string, revokedAt: number): Promise<CanaryResult> {
    const { api, boundSeconds } = this.config;
    const allowance = boundSeconds === 0 ? 0 : boundSeconds * 1000 + UNDER_WAY_MS;
    const deadline = revokedAt + (boundSeconds + PATIENCE_SECONDS) * 1000;
    let lastAllowed = revokedAt;
    let wasAllowed = false;
    let firstDenied: number | undefined;
    let denials = 0;
    let sentAt = this.ports.now();
    while (denials < DENIALS && sentAt < deadline) {
      const status = await this.ports.call(token);
      if (isDenied(status)) {
        firstDenied ??= sentAt;
        denials += 1;
      } else if (isAllowed(status)) {
        lastAllowed = sentAt;
        wasAllowed = true;
        firstDenied = undefined;
        denials = 0;
      }
      if (denials < DENIALS) {
        await this.ports.wait(INTERVAL_MS);
        sentAt = this.ports.now();
      }
    }
    // Strictly nothing may be allowed, not even at the moment of the acknowledgement.
    const held = boundSeconds === 0 ? !wasAllowed : lastAllowed - revokedAt <= allowance;
    if (denials < DENIALS && held) {
      throw new Error(`the API gives no clear answer ${boundSeconds + PATIENCE_SECONDS} s after the revocation`);
    }
    return { api, timeToDenyMs: (firstDenied ?? sentAt) - revokedAt, boundSeconds, held };
  }

  private report({ timeToDenyMs, boundSeconds, held }: CanaryResult): void {
    this.ports.log({
      level: held ? 'info' : 'error',
      evt: 'canary.revocation',
      fields: { boundSeconds, held },
      metrics: this.metrics({
        [CANARY_METRICS.timeToDeny]: { unit: 'Milliseconds', value: timeToDenyMs },
        [CANARY_METRICS.boundBroken]: { unit: 'Count', value: Number(!held) },
        [CANARY_METRICS.failed]: { unit: 'Count', value: 0 },
      }),
    });
  }

  private fail(): void {
    const values = { [CANARY_METRICS.failed]: { unit: 'Count', value: 1 } } as const;
    this.ports.log({ level: 'error', evt: 'canary.failed', fields: {}, metrics: this.metrics(values) });
  }

  private metrics(
    values: Readonly<Record<string, { readonly unit: 'Count' | 'Milliseconds'; readonly value: number }>>,
  ) {
    const { api, environment, metricsNamespace: namespace } = this.config;
    const dimensions = { Service: 'revocation-canary', Stage: environment, Api: api };
    return { namespace, dimensions, dimensionSets: [['Service', 'Stage', 'Api']], values };
  }
}

/** Refused as a credential, or by the policy of a result that is kept. */
function isDenied(status: number): boolean {
  return status === 401 || status === 403;
}

/** The authorizer let it pass. A throttle or a failure says nothing. */
function isAllowed(status: number): boolean {
  return status < 500 && status !== 429 && !isDenied(status);
}
