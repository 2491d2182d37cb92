import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError, EXIT } from '../errors';
import { serviceError } from './problem';

/** An answer of the token service. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly etag: string | undefined;
  /** Whether it is the kept answer of the same request before; it has no secret. */
  readonly replayed: boolean;
}

/** A request that changes something. */
export interface Change {
  readonly body?: unknown;
  /** Entity tag of what is changed: the change is refused where it is another by now. */
  readonly ifMatch?: string | undefined;
  /** @default - a new one, the same for every attempt */
  readonly idempotencyKey?: string | undefined;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What the client needs of the world. */
export interface ClientPorts {
  readonly fetch: typeof fetch;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

const PORTS: ClientPorts = { fetch: (...request) => fetch(...request), wait: (milliseconds) => pause(milliseconds) };

/** Attempts of one request at most. */
const ATTEMPTS = 5;
/** Answers that say to come back. A change is repeated under the same idempotency key. */
const TRY_AGAIN = new Set([429, 503]);
/** Answers after which nobody knows what was done: only what reads is asked again. */
const UNKNOWN = new Set([502, 504]);
/** A request waits no longer for what `Retry-After` asks for, in milliseconds. */
const LONGEST_WAIT_MS = 30_000;
/** API Gateway itself gives up after 29 seconds. */
const TIME_OUT_MS = 35_000;

/** The HTTP API of a token service, called with one credential. */
export class TokenService {
  /** @param url address with the base path, such as `https://api.example.com/gatehouse` */
  constructor(
    readonly url: string,
    private readonly token: string,
    private readonly ports: ClientPorts = PORTS,
    /** What to do when the token is refused. @default - what holds for any token */
    private readonly advice?: string,
  ) {
    if (!URL.canParse(url) || !isSafe(new URL(url))) {
      throw new CliError(
        `the address of the token service is ${JSON.stringify(url)}, allowed are https:// addresses, and http:// on this machine`,
        EXIT.usage,
      );
    }
  }

  /** Reads. `what` ends the sentence "cannot …". */
  async get<T>(what: string, path: string, query: Query = {}): Promise<Answer<T>> {
    return this.send<T>(what, 'GET', path + queryOf(query), {}, { reads: true });
  }

  /** Reads what a body asks for. */
  ask<T>(what: string, path: string, body: unknown): Promise<Answer<T>> {
    return this.send<T>(what, 'POST', path, {}, { reads: true, body });
  }

  /** Changes something, once, however often the request has to be repeated. */
  change<T>(what: string, method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, change: Change = {}) {
    const headers = {
      'Idempotency-Key': change.idempotencyKey ?? randomUUID(),
      ...(change.ifMatch === undefined ? {} : { 'If-Match': change.ifMatch }),
    };
    return this.send<T>(what, method, path, headers, { body: change.body });
  }

  /** Reads page after page, until there is no other or enough was taken. */
  async *pages<T extends { readonly nextCursor?: string | undefined }>(
    what: string,
    path: string,
    query: Query = {},
  ): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
      const { body }: Answer<T> = await this.get<T>(what, path, { ...query, cursor });
      yield body;
      cursor = body.nextCursor;
    } while (cursor !== undefined);
  }

  private async send<T>(
    what: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    { body, reads = false }: Pick<Change, 'body'> & { readonly reads?: boolean },
  ): Promise<Answer<T>> {
    const request = {
      method,
      headers: {
        ...headers,
        Authorization: `Bearer ${this.token}`,
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The token is for this address alone.
      redirect: 'manual',
    } as const;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.attempt(request, `${this.url.replace(/\/$/, '')}${path}`);
      const answered = outcome instanceof Error ? undefined : outcome;
      const unknown = answered === undefined || UNKNOWN.has(answered.status);
      const again = unknown ? reads : TRY_AGAIN.has(answered.status);
      if (again && attempt < ATTEMPTS) {
        await this.ports.wait(waitMs(answered?.headers.get('retry-after'), attempt));
        continue;
      }
      if (answered === undefined) throw this.unreachable(what, reads, outcome as Error);
      if (!answered.ok) throw this.refused(what, answered, answered.text);
      return {
        status: answered.status,
        body: this.parsed<T>(what, answered.text),
        etag: answered.headers.get('etag') ?? undefined,
        replayed: answered.headers.get('idempotent-replayed') === 'true',
      };
    }
  }

  private async attempt(request: RequestInit, address: string) {
    try {
      const response = await this.ports.fetch(address, { ...request, signal: AbortSignal.timeout(TIME_OUT_MS) });
      const { ok, status, headers } = response;
      return { ok, status, headers, text: await response.text() };
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  private unreachable(what: string, reads: boolean, error: Error): CliError {
    const cause = error.cause as NodeJS.ErrnoException | undefined;
    const why = cause?.code ?? (error.name === 'TimeoutError' ? 'no answer in time' : error.name);
    // The token is in no message of fetch; the address is the user's own.
    const unknown = reads ? '' : '; whether it was done is not known, list before you repeat it';
    return new CliError(
      `cannot ${what}: ${new URL(this.url).origin} cannot be reached (${why})${unknown}`,
      EXIT.unavailable,
      { cause: error },
    );
  }

  private refused(what: string, { status, headers }: { status: number; headers: Headers }, text: string): CliError {
    if (status >= 300 && status < 400) {
      return new CliError(
        `cannot ${what}: ${new URL(this.url).origin} answered ${status} and leads elsewhere (${headers.get('location') ?? 'nowhere'}), name the address itself with --url`,
        EXIT.unavailable,
      );
    }
    return serviceError(what, status, text, this.advice);
  }

  private parsed<T>(what: string, text: string): T {
    if (text === '') return undefined as T;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new CliError(
        `cannot ${what}: ${this.url} answered with something that is not JSON, is it the address of the token service?`,
        EXIT.unavailable,
      );
    }
  }
}

/** A token is never sent in clear text over a network. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(hostname));
}

function queryOf(query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)] as [string, string]))}`;
}

/** What `Retry-After` asks for (RFC 9110, 10.2.3), else longer with each attempt. */
function waitMs(retryAfter: string | null | undefined, attempt: number): number {
  const text = retryAfter ?? '';
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  const wanted = Number.isFinite(asked) && asked >= 0 ? asked : 250 * 2 ** attempt;
  return Math.min(wanted, LONGEST_WAIT_MS);
}
