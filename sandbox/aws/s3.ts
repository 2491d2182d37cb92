import { createHash, randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import type { BucketStore } from './bucket-store';
import { AwsError } from './protocol';
import type { BucketSpec } from './types';

/** Objects on a page, as S3 has them at most. */
const MOST_KEYS = 1000;

/** Parameters of a query that change nothing of what is answered. */
const IGNORED_PARAMETERS = ['x-id', 'encoding-type', 'fetch-owner'];

/**
 * The buckets of S3 below their names: PutObject, GetObject, HeadObject, DeleteObject and ListObjectsV2.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function s3Routes(store: BucketStore, buckets: readonly BucketSpec[]): Hono {
  const app = new Hono();
  app.onError((error) => {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return new Response(errorDocument(error), {
      status: error.status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': randomUUID() },
    });
  });
  for (const { name } of buckets) {
    app.get(`/${name}`, (c) => list(c, store, name));
    app.get(`/${name}/`, (c) => list(c, store, name));
    app.on(['GET', 'HEAD', 'PUT', 'DELETE'], `/${name}/:key{.+}`, async (c) => {
      refuseParameters(c, []);
      const key = c.req.param('key');
      switch (c.req.method) {
        case 'PUT':
          return put(c, store, name, key);
        case 'DELETE':
          store.delete(name, key);
          return c.body(null, 204);
        default: {
          const { body, etag, lastModified } = store.get(name, key);
          return c.body(new Uint8Array(body), 200, {
            'content-type': 'binary/octet-stream',
            'content-length': String(body.length),
            etag,
            'last-modified': lastModified.toUTCString(),
          });
        }
      }
    });
  }
  return app;
}

async function put(c: Context, store: BucketStore, bucket: string, key: string): Promise<Response> {
  const condition = c.req.header('if-none-match');
  const unknown = ['if-match', 'x-amz-copy-source', 'x-amz-decoded-content-length'].find((name) => c.req.header(name));
  if (unknown !== undefined || (condition !== undefined && condition !== '*')) {
    throw new AwsError('NotImplemented', `the sandbox puts no object with ${unknown ?? 'this If-None-Match'}`, 501);
  }
  const body = Buffer.from(await c.req.arrayBuffer());
  const checksum = c.req.header('x-amz-checksum-sha256');
  if (checksum !== undefined && checksum !== createHash('sha256').update(body).digest('base64')) {
    throw new AwsError('BadDigest', 'The SHA256 you specified did not match the calculated checksum.', 400);
  }
  const { etag } = store.put(bucket, key, body, condition === '*');
  return c.body(null, 200, { etag });
}

function list(c: Context, store: BucketStore, bucket: string): Response {
  refuseParameters(c, ['list-type', 'prefix', 'start-after', 'max-keys', 'continuation-token']);
  if (c.req.query('list-type') !== '2') {
    throw new AwsError('NotImplemented', 'the sandbox lists objects by ListObjectsV2 only', 501);
  }
  const prefix = c.req.query('prefix') ?? '';
  const limit = Math.min(MOST_KEYS, Number(c.req.query('max-keys') ?? MOST_KEYS));
  const token = c.req.query('continuation-token');
  const after = token === undefined ? (c.req.query('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const found = store.list(bucket, { prefix, after, limit: limit + 1 });
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const isTruncated = found.length > shown.length && last !== undefined;
  const contents = shown.map(
    ({ key, etag, size, lastModified }) =>
      `<Contents><Key>${key}</Key><LastModified>${lastModified.toISOString()}</LastModified><ETag>${escapeXml(etag)}</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const document = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${shown.length}</KeyCount><MaxKeys>${limit}</MaxKeys>`,
    `<IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextContinuationToken>${Buffer.from(last.key).toString('base64url')}</NextContinuationToken>` : '',
    ...contents,
    '</ListBucketResult>',
  ].join('');
  return c.body(document, 200, { 'content-type': 'application/xml' });
}

/** A parameter selects another operation of S3, such as `?versions` or `?retention`. */
function refuseParameters(c: Context, known: readonly string[]): void {
  const unknown = Object.keys(c.req.query()).find((name) => ![...known, ...IGNORED_PARAMETERS].includes(name));
  if (unknown !== undefined) {
    throw new AwsError('NotImplemented', `the sandbox does not implement S3 ${c.req.method} with ${unknown}`, 501);
  }
}

function errorDocument({ code, message }: AwsError): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
