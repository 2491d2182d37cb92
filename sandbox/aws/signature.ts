import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SandboxCredentials } from './credentials';
import { AwsError } from './protocol';

/** The parts of a header `Authorization` of Signature Version 4. */
interface Signature {
  readonly accessKeyId: string;
  /** `<day>/<region>/<service>/aws4_request` */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  /** Hexadecimal. */
  readonly signature: string;
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/, ]+)\/(\d{8}\/[^/, ]+\/[^/, ]+\/aws4_request), ?SignedHeaders=([^, ]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Checks the AWS Signature Version 4 of a request. The time of the signature is not compared with a clock: functions may have one of their
 * own here, and the credentials are good for one start only.
 *
 * @throws {AwsError} with the names that AWS uses
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function verifySignature(request: IncomingMessage, body: Buffer, credentials: SandboxCredentials): void {
  const signature = readSignature(request);
  if (!equal(signature.accessKeyId, credentials.accessKeyId)) {
    throw refused('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const headers = headerLists(request);
  const time = headers.get('x-amz-date')?.[0] ?? '';
  const [day = '', ...rest] = signature.scope.split('/');
  if (!/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(day)) {
    throw refused('InvalidSignatureException', 'X-Amz-Date is no time of the day of the credential scope');
  }
  const bodyHash = sha256(body);
  const saidHash = headers.get('x-amz-content-sha256')?.[0] ?? bodyHash;
  const canonical = canonicalRequest(request, headers, signature, bodyHash);
  const key = [day, ...rest].reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', time, signature.scope, sha256(canonical)].join('\n'));
  if (!equal(signature.signature, expected.toString('hex')) || saidHash !== bodyHash) {
    throw refused(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  }
}

function readSignature(request: IncomingMessage): Signature {
  const match = FORM.exec(request.headers.authorization ?? '');
  const [, accessKeyId = '', scope = '', names = '', signature = ''] = match ?? [];
  const signedHeaders = names.split(';');
  // Without the host a signature would be good for any other server too, without the rest it would leave what it says open.
  const present = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (match === null || present.some((name) => !signedHeaders.includes(name))) {
    throw refused(
      'IncompleteSignatureException',
      'Authorization is no AWS Signature Version 4 over host and all headers X-Amz-*',
    );
  }
  return { accessKeyId, scope, signedHeaders, signature };
}

function canonicalRequest(
  request: IncomingMessage,
  headers: ReadonlyMap<string, readonly string[]>,
  { signedHeaders, scope }: Signature,
  bodyHash: string,
): string {
  const { method = '', url = '/' } = request;
  const [, path = '/', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  const lines = signedHeaders.map((name) => {
    const values = (headers.get(name) ?? []).map((value) => value.trim().replace(/ +/g, ' '));
    return `${name}:${values.join(',')}`;
  });
  // Every segment is encoded once more than it is on its way; only S3 encodes it once.
  const signedPath = canonicalPath(scope.split('/')[2] === 's3' ? decode(path) : path);
  return [method, signedPath, canonicalQuery(query), ...lines, '', signedHeaders.join(';'), bodyHash].join('\n');
}

function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/') || '/';
}

function canonicalQuery(query: string): string {
  if (query === '') {
    return '';
  }
  return query
    .split('&')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')].map((text) => encode(decode(text))) as [string, string];
    })
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function headerLists({ rawHeaders: raw }: IncomingMessage): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    lists.set(name, [...(lists.get(name) ?? []), raw[index + 1] ?? '']);
  }
  return lists;
}

/** RFC 3986: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refused(code: string, message: string): AwsError {
  return new AwsError(code, message, 403);
}

/** In a time that does not tell where two texts differ. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
