import { createHash } from 'node:crypto';
import { sign } from 'aws4';
import fc from 'fast-check';
import { type AwsCredentials, type SignablePost, signPost, signRequest } from '../../../lambdas/lib/sigv4';

const DATE = new Date('2026-03-04T05:06:07.890Z');

/** The signature of the `aws4` package for the same request. */
function peer(request: SignablePost, service: string, region: string, credentials: AwsCredentials): unknown {
  const signed = sign(
    {
      method: 'POST',
      host: request.host,
      path: request.path,
      body: request.body,
      service,
      region,
      headers: { ...request.headers, Host: request.host, 'X-Amz-Date': '20260304T050607Z' },
      // aws4 adds a length, which need not be signed.
      extraHeadersToIgnore: { 'content-length': true },
    } as Parameters<typeof sign>[0],
    credentials,
  );
  return signed.headers?.Authorization;
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const name = fc.stringMatching(/^[a-z][a-z0-9-]{1,12}$/);

test('signs as the aws4 package does', () => {
  fc.assert(
    fc.property(
      fc.record({
        body: text,
        target: name,
        service: name,
        region: name,
        path: fc.stringMatching(/^\/[a-z0-9]{0,8}$/),
      }),
      fc.record({
        secretAccessKey: fc.stringMatching(/^[!-~]{10,40}$/),
        sessionToken: fc.option(name, { nil: undefined }),
      }),
      ({ body, target, service, region, path }, { secretAccessKey, sessionToken }) => {
        const credentials = { accessKeyId: 'AKID', secretAccessKey, ...(sessionToken && { sessionToken }) };
        const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
        const request = { host: `${service}.example.com`, path, headers, body };
        const mine = signPost(request, { service, region, date: DATE }, credentials);
        expect(mine.authorization).toBe(peer(request, service, region, credentials));
      },
    ),
    { numRuns: 300 },
  );
});

test('signs methods and query strings as the aws4 package does', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'PUT', 'DELETE'),
      fc.uniqueArray(fc.tuple(name, fc.stringMatching(/^[A-Za-z0-9_.~/ -]{0,12}$/)), { selector: ([key]) => key }),
      text,
      (method, pairs, body) => {
        const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secretsecret' };
        const query = [...pairs]
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
          .join('&');
        const headers = {
          'content-type': 'text/plain',
          'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
        };
        const request = { method, host: 's3.example.com', path: '/bucket/a/b%3D1', headers, body, query };
        const mine = signRequest(request, { service: 's3', region: 'eu-central-1', date: DATE }, credentials);
        const theirs = sign(
          {
            method,
            host: request.host,
            path: query === '' ? request.path : `${request.path}?${query}`,
            body,
            service: 's3',
            region: 'eu-central-1',
            headers: { ...headers, Host: request.host, 'X-Amz-Date': '20260304T050607Z' },
            extraHeadersToIgnore: { 'content-length': true },
          } as Parameters<typeof sign>[0],
          credentials,
        );
        expect(mine.authorization).toBe(theirs.headers?.Authorization);
      },
    ),
    { numRuns: 200 },
  );
});

test('returns the headers that it signed', () => {
  const headers = signPost(
    { host: 'h', path: '/', headers: { 'x-amz-target': 't' }, body: '{}' },
    { service: 'dynamodb', region: 'eu-central-1', date: DATE },
    { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
  );
  expect(headers).toMatchObject({
    host: 'h',
    'x-amz-date': '20260304T050607Z',
    'x-amz-security-token': 'session',
    'x-amz-target': 't',
  });
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target,');
  expect(JSON.stringify(headers)).not.toContain('secret"');
});
