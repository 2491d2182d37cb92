import { sendRequest } from '../../lib/http-request';
import type { HttpCallConfig, HttpTokenProviderConfig } from '../config';
import { RotationRetryableError } from '../errors';
import type { ProvidedToken, TokenProvider } from '../kinds/upstream-token-target';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1_000_000;
const MAX_PAGES = 100;

/** The provider asked for less; such calls are repeated like those of AWS. */
class ThrottledError extends RotationRetryableError {
  readonly code = 'ThrottlingException';
}

type Values = Readonly<Record<string, string>>;

/** A token provider that is described by its HTTP calls. */
export function httpTokenProvider(
  config: HttpTokenProviderConfig,
  /** Value of the secret that may create tokens. */
  readAdmin: () => Promise<string>,
): TokenProvider {
  const withAdmin = async (values: Values): Promise<Values> => ({
    ...values,
    admin: config.adminSecret === undefined ? '' : await readAdmin(),
  });

  return {
    async create({ label, idempotencyKey, token = '', current = '' }): Promise<ProvidedToken> {
      const { create } = config;
      const answer = await call('create', create, await withAdmin({ label, idempotencyKey, token, current }));
      const id = textAt(answer, create.id);
      const made = config.clientSupplied ? token : textAt(answer, create.token);
      if (id === undefined || made === undefined || made === '') {
        throw new RotationRetryableError('provider created a token and its answer has no id or no token');
      }
      const expiresAt = create.expiresAt === undefined ? undefined : textAt(answer, create.expiresAt);
      return { id, token: made, ...(expiresAt !== undefined && { expiresAt }) };
    },

    async list(labelPrefix, current = '') {
      const { list } = config;
      if (!list) {
        return undefined;
      }
      const found: { id: string; label: string }[] = [];
      let cursor = '';
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await call('list', list, await withAdmin({ label: labelPrefix, current, cursor }));
        const items = valueAt(answer, list.items);
        if (!Array.isArray(items)) {
          throw new RotationRetryableError('provider listed tokens and its answer has no list');
        }
        for (const item of items) {
          const id = textAt(item, list.id);
          const label = textAt(item, list.label);
          if (id !== undefined && label?.startsWith(labelPrefix)) {
            found.push({ id, label });
          }
        }
        cursor = (list.cursor === undefined ? undefined : textAt(answer, list.cursor)) ?? '';
        if (cursor === '') {
          return found;
        }
      }
      throw new RotationRetryableError(`provider listed more than ${MAX_PAGES} pages of tokens`);
    },

    async probe(token) {
      const { status } = await send('probe', config.probe, { token, current: token });
      if (accepts(config.probe, status)) {
        return true;
      }
      if (status === 401 || status === 403) {
        return false;
      }
      throw new RotationRetryableError(`provider answered probe with status ${status}`);
    },

    async revoke(id, current = '') {
      const { status } = await send('revoke', config.revoke, await withAdmin({ id, current }));
      if (!accepts(config.revoke, status) && status !== 404 && status !== 410) {
        throw new RotationRetryableError(`provider answered revoke with status ${status}`);
      }
    },
  };
}

/** Whether a request with a key in its `x-api-key` header is answered as one that is let in: any status but 401, 403 and 429. */
export async function probeWithKey(url: string, value: string): Promise<boolean> {
  const { status } = await sendRequest({
    url: checkedUrl(url),
    method: 'GET',
    headers: { 'x-api-key': value },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    idempotent: true,
  });
  return status < 500 && ![401, 403, 429].includes(status);
}

/**
 * Fetches JSON.
 *
 * @throws {RotationRetryableError} on any answer but 200 with JSON
 */
export async function fetchJson(url: string): Promise<unknown> {
  const { status, body } = await sendRequest({
    url: checkedUrl(url),
    method: 'GET',
    headers: { accept: 'application/json' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    idempotent: true,
  });
  const value = status === 200 ? parsed(body) : undefined;
  if (value === undefined) {
    throw new RotationRetryableError(`${new URL(url).host} answered with status ${status}, expected 200 with JSON`);
  }
  return value;
}

/** @throws {Error} unless the address is `https:`, or `http:` to this machine */
export function checkedUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(url.hostname))) {
    throw new Error(`address ${url.origin} is not supported, expected https`);
  }
  return url;
}

async function call(name: string, description: HttpCallConfig, values: Values): Promise<unknown> {
  const { status, body } = await send(name, description, values);
  const answer = accepts(description, status) ? parsed(body) : undefined;
  if (answer === undefined) {
    throw new RotationRetryableError(`provider answered ${name} with status ${status}, or with no JSON`);
  }
  return answer;
}

async function send(name: string, description: HttpCallConfig, values: Values) {
  const { method, headers = {}, body } = description;
  const answer = await sendRequest({
    url: checkedUrl(filled(description.url, values, encodeURIComponent)),
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...Object.fromEntries(
        Object.entries(headers).map(([key, text]) => [key, filled(text, values, (value) => value)]),
      ),
    },
    ...(body !== undefined && { body: filled(body, values, (value) => JSON.stringify(value).slice(1, -1)) }),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    idempotent: false,
  });
  if (answer.status === 429) {
    throw new ThrottledError(`provider answered ${name} with status 429`);
  }
  return answer;
}

function accepts({ statuses }: HttpCallConfig, status: number): boolean {
  return statuses ? statuses.includes(status) : status >= 200 && status < 300;
}

function filled(template: string, values: Values, encode: (value: string) => string): string {
  return template.replace(/\{(label|idempotencyKey|id|token|current|admin|cursor)\}/g, (_, name: string) =>
    encode(values[name] ?? ''),
  );
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // The parser's message would quote an answer that may hold a token.
    return undefined;
  }
}

/** The value that a JSON Pointer names (RFC 6901). */
function valueAt(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

function textAt(document: unknown, pointer: string): string | undefined {
  const value = valueAt(document, pointer);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
