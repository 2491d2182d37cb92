import { createHash } from 'node:crypto';
import { type AwsAccess, AwsRequestError, awsEndpoint, environmentCredentials } from './aws-request';
import { sendRequest } from './http-request';
import { signRequest } from './sigv4';

/** Keys that are the names of files too, as the sandbox keeps them; the kit makes no others. */
const KEY = /^[A-Za-z0-9_.=-]+(\/[A-Za-z0-9_.=-]+)*$/;

const TIMEOUT_MS = 15_000;
/** Largest object that is read. */
const MAX_BYTES = 32_000_000;
/** How often a request is sent while S3 says that another one is under way. */
const ATTEMPTS = 4;

export interface S3BucketOptions {
  readonly region: string;
  readonly bucket: string;
  /** @default - as the environment says */
  readonly access?: AwsAccess;
}

/** Texts in a bucket of S3. */
export interface S3Objects {
  /** `undefined` where there is none. */
  get(key: string): Promise<string | undefined>;
  /** `false` where there is one with this key, which stays as it is. */
  putNew(key: string, body: string, contentType: string): Promise<boolean>;
  /** Keys that begin with `prefix`, in their order, from behind `after` on. */
  list(prefix: string, after?: string): AsyncGenerator<string>;
}

/**
 * A bucket of S3, by signed requests: functions need a small part of S3 only, and its SDK client takes a hundred times as much code.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function s3Objects(options: S3BucketOptions): S3Objects {
  return {
    async get(key) {
      const { status, body } = await send(options, 'GetObject', 'GET', pathOf(options, key));
      if (status === 404 && codeOf(body) === 'NoSuchKey') {
        return undefined;
      }
      return succeeded('GetObject', status, body);
    },

    async putNew(key, body, contentType) {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await send(options, 'PutObject', 'PUT', pathOf(options, key), {
          body,
          headers: {
            'content-type': contentType,
            'if-none-match': '*',
            'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64'),
          },
        });
        if (answer.status === 412) {
          return false;
        }
        // Another write of the same key is under way: who is first is known a moment later.
        if (answer.status !== 409 || attempt === ATTEMPTS) {
          succeeded('PutObject', answer.status, answer.body);
          return true;
        }
      }
    },

    async *list(prefix, after) {
      let start = after;
      for (;;) {
        const query = queryOf({
          'list-type': '2',
          prefix,
          ...(start === undefined ? {} : { 'start-after': start }),
        });
        const { status, body } = await send(options, 'ListObjectsV2', 'GET', pathOf(options), { query });
        const page = succeeded('ListObjectsV2', status, body);
        const keys = [...page.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
        yield* keys;
        start = keys.at(-1);
        if (start === undefined || !page.includes('<IsTruncated>true</IsTruncated>')) {
          return;
        }
      }
    },
  };
}

async function send(
  { region, access }: S3BucketOptions,
  operation: string,
  method: 'GET' | 'PUT',
  path: string,
  { body = '', headers = {}, query }: { body?: string; headers?: Record<string, string>; query?: string } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const url = awsEndpoint({ name: 's3', endpointVariable: 'AWS_ENDPOINT_URL_S3' }, region, access);
  url.pathname = path;
  url.search = query ?? '';
  const signed = signRequest(
    {
      method,
      host: url.host,
      path,
      headers: { ...headers, 'x-amz-content-sha256': createHash('sha256').update(body).digest('hex') },
      body,
      ...(query === undefined ? {} : { query }),
    },
    { service: 's3', region, date: new Date() },
    access?.credentials ?? environmentCredentials(),
  );
  const response = await sendRequest({
    url,
    method,
    headers: signed,
    ...(method === 'PUT' ? { body } : {}),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    idempotent: true,
  }).catch((error: unknown) => {
    throw new Error(`${operation}: ${(error as Error).message}`, { cause: error });
  });
  return { status: response.status, body: response.body.toString() };
}

function succeeded(operation: string, status: number, body: string): string {
  if (status !== 200) {
    throw new AwsRequestError(operation, status, codeOf(body) ?? 'unknown');
  }
  return body;
}

function codeOf(body: string): string | undefined {
  return /<Code>([A-Za-z]+)<\/Code>/.exec(body)?.[1];
}

function pathOf({ bucket }: S3BucketOptions, key?: string): string {
  if (key === undefined) {
    return `/${bucket}`;
  }
  if (!KEY.test(key)) {
    throw new Error(`key is ${JSON.stringify(key)}, expected parts of letters, digits and _.=- between slashes`);
  }
  // S3 signs the path as RFC 3986 encodes it, once.
  return `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

function queryOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}
