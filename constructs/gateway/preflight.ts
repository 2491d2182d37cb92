import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayIntegrationResponse } from '@cdktf/provider-aws/lib/api-gateway-integration-response';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayMethodResponse } from '@cdktf/provider-aws/lib/api-gateway-method-response';
import { Lazy, type TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { type CorsOptions, DEFAULT_ALLOW_HEADERS } from '../api/cors';
import { escapeTerraform } from '../support/terraform-text';

const NO_CONTENT = '204';

export interface PreflightProps {
  readonly restApiId: string;
  readonly resourceId: string;
  /** Origin of the browser application; a static answer can name one alone. */
  readonly allowOrigin: string;
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
      'Access-Control-Allow-Origin': escapeTerraform(props.allowOrigin),
      'Access-Control-Allow-Methods': Lazy.stringValue({ produce: () => [...props.methods(), 'OPTIONS'].join(',') }),
      'Access-Control-Allow-Headers': (cors.allowHeaders ?? DEFAULT_ALLOW_HEADERS).join(','),
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
