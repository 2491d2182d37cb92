import { gzipSync } from 'node:zlib';
import { accessLogFormat } from '../../../../constructs/gateway/access-log';

/** Values of `$context` of one request. */
export type Context = Readonly<Record<string, string | number | undefined>>;

export const LOG_GROUP = '/aws/apigateway/acme-dev-shop/access';

/** A request with an API token at a time, in epoch milliseconds. */
export function requestAt(at: number, more: Context = {}): Context {
  return {
    requestTimeEpoch: at,
    apiId: 'abcdefghij',
    httpMethod: 'GET',
    resourcePath: '/v1/sales',
    'identity.sourceIp': '192.0.2.7',
    'identity.userAgent': 'curl/8.5.0',
    status: 200,
    responseLength: 12,
    responseLatency: 42,
    'authorizer.authMethod': 'api_token',
    'authorizer.tokenId': 'AbCdEfGhIjKlMnOp',
    'authorizer.application': 'dashboard',
    'authorizer.scopes': 'sales:read',
    'authorizer.secretGeneration': 1,
    ...more,
  };
}

/** The line that API Gateway writes for a request in the kit's format: what is not available is `-`. */
export function lineOf(context: Context): string {
  return accessLogFormat().replace(/\$context\.([\w.]+)/g, (_, name: string) => {
    const value = context[name];
    return value === undefined ? '-' : JSON.stringify(String(value)).slice(1, -1);
  });
}

/** A delivery of CloudWatch Logs. */
export function deliveryOf(
  events: readonly { readonly id: string; readonly message: string }[],
  more: Readonly<Record<string, unknown>> = {},
): { readonly awslogs: { readonly data: string } } {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: LOG_GROUP,
    logStream: 'c7b1a5e2',
    subscriptionFilters: ['acme-dev-usage'],
    logEvents: events.map((event) => ({ timestamp: 0, ...event })),
    ...more,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}
