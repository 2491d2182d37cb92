import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayIntegrationResponse } from '@cdktf/provider-aws/lib/api-gateway-integration-response';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayMethodResponse } from '@cdktf/provider-aws/lib/api-gateway-method-response';
import { Lazy, type TerraformResource, Token } from 'cdktf';
import { Construct } from 'constructs';
import { ConstructError } from '../support/errors';
import { escapeTerraform } from '../support/terraform-text';

/** Cross-origin access of one browser application. */
export interface CorsOptions {
  /** Origin of the application, `https://dashboard.example.com`. One origin, no wildcard. */
  readonly allowOrigin: string;
  /**
   * Request headers that the application may send.
   *
   * @default ["Authorization", "Content-Type", "DPoP", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id"]
   */
  readonly allowHeaders?: readonly string[];
  /** How long a browser may keep the answer to a preflight, in seconds, 0 to 86400. @default 600 */
  readonly maxAgeSeconds?: number;
}

/** Written reason of the preflight routes in the access rules. */
export const PREFLIGHT_REASON = 'CORS preflight';

const ALLOW_HEADERS = [
  'Authorization',
  'Content-Type',
  'DPoP',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
];
const NO_CONTENT = '204';

/** Checks the options of CORS. @throws {ConstructError} for anything but one origin, a header's name, a sensible age */
export function validateCors(scope: Construct, cors: CorsOptions): void {
  const { allowOrigin, allowHeaders = [], maxAgeSeconds = 0 } = cors;
  if (!Token.isUnresolved(allowOrigin) && !/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/.test(allowOrigin)) {
    throw new ConstructError(
      `cors.allowOrigin is ${JSON.stringify(allowOrigin)}, allowed is one origin such as "https://dashboard.example.com", without a path or a wildcard`,
      scope,
    );
  }
  const wrong = allowHeaders.find((header) => !Token.isUnresolved(header) && !/^[A-Za-z0-9-]+$/.test(header));
  if (wrong !== undefined) {
    throw new ConstructError(
      `cors.allowHeaders has ${JSON.stringify(wrong)}, allowed are names of headers of A-Z a-z 0-9 -`,
      scope,
    );
  }
  if (!Token.isUnresolved(maxAgeSeconds) && !(maxAgeSeconds >= 0 && maxAgeSeconds <= 86_400)) {
    throw new ConstructError(`cors.maxAgeSeconds is ${maxAgeSeconds}, allowed are 0 to 86400`, scope);
  }
}

export interface PreflightProps {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly cors: CorsOptions;
  /** Methods that may be asked for. */
  readonly methods: () => readonly string[];
}

/** Answers the preflight of one path by API Gateway itself: a MOCK integration, which no backend sees. */
export class Preflight extends Construct {
  readonly method: ApiGatewayMethod;
  /** Everything that a deployment has to wait for. */
  readonly resources: readonly TerraformResource[];

  constructor(scope: Construct, id: string, props: PreflightProps) {
    super(scope, id);
    const { restApiId, resourceId, cors } = props;
    this.method = new ApiGatewayMethod(this, 'Resource', {
      restApiId,
      resourceId,
      httpMethod: 'OPTIONS',
      authorization: 'NONE',
      apiKeyRequired: false,
    });
    const integration = new ApiGatewayIntegration(this, 'Integration', {
      restApiId,
      resourceId,
      httpMethod: this.method.httpMethod,
      type: 'MOCK',
      passthroughBehavior: 'WHEN_NO_TEMPLATES',
      requestTemplates: { 'application/json': JSON.stringify({ statusCode: Number(NO_CONTENT) }) },
    });
    const headers: Record<string, string> = {
      'Access-Control-Allow-Origin': escapeTerraform(cors.allowOrigin),
      'Access-Control-Allow-Methods': Lazy.stringValue({ produce: () => [...props.methods(), 'OPTIONS'].join(',') }),
      'Access-Control-Allow-Headers': (cors.allowHeaders ?? ALLOW_HEADERS).join(','),
      'Access-Control-Max-Age': String(cors.maxAgeSeconds ?? 600),
      'Cache-Control': 'no-store',
      Vary: 'Origin',
    };
    const response = new ApiGatewayMethodResponse(this, 'Response', {
      restApiId,
      resourceId,
      httpMethod: this.method.httpMethod,
      statusCode: NO_CONTENT,
      responseParameters: mapHeaders(headers, () => true),
    });
    const integrationResponse = new ApiGatewayIntegrationResponse(this, 'IntegrationResponse', {
      restApiId,
      resourceId,
      httpMethod: integration.httpMethod,
      statusCode: response.statusCode,
      responseParameters: mapHeaders(headers, (value) => `'${value}'`),
    });
    this.resources = [this.method, integration, response, integrationResponse];
  }
}

function mapHeaders<T>(headers: Readonly<Record<string, string>>, map: (value: string) => T): Record<string, T> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, map(value)]),
  );
}
