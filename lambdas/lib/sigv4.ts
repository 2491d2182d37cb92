import { createHash, createHmac } from 'node:crypto';

/** Credentials of a caller, as in the standard environment variables. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** An HTTP request. */
export interface SignableRequest {
  readonly method: string;
  readonly host: string;
  /** Absolute path, already encoded. */
  readonly path: string;
  /** Lower-case names; values without surrounding or repeated spaces. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Query string as it is sent: names sorted, names and values encoded as RFC 3986 has it. @default - none */
  readonly query?: string;
}

/** An HTTP POST without query string. */
export type SignablePost = Omit<SignableRequest, 'method' | 'query'>;

type Scope = { readonly service: string; readonly region: string; readonly date: Date };

/** Signs a POST, as {@link signRequest} does. */
export function signPost(request: SignablePost, scope: Scope, credentials: AwsCredentials): Record<string, string> {
  return signRequest({ ...request, method: 'POST' }, scope, credentials);
}

/**
 * Signs a request with AWS Signature Version 4 and returns the headers to send.
 * Written out because the JSON protocols and S3 need a small part of the scheme only: the `aws4` package, which the tests
 * compare it with, takes 9 kB of a bundle that may have 25. Source: "Create a signed AWS API request", AWS IAM user guide.
 */
export function signRequest(
  request: SignableRequest,
  scope: Scope,
  credentials: AwsCredentials,
): Record<string, string> {
  const time = scope.date.toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const headers: Record<string, string> = { ...request.headers, host: request.host, 'x-amz-date': time };
  if (credentials.sessionToken) {
    headers['x-amz-security-token'] = credentials.sessionToken;
  }
  const names = Object.keys(headers).sort();
  const signedHeaders = names.join(';');
  const canonical = [
    request.method,
    request.path,
    request.query ?? '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const key = [day, scope.region, scope.service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, credentialScope, sha256(canonical)].join('\n')).toString(
    'hex',
  );
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${credentialScope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return headers;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
