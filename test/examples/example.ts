import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv, { type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { APIGatewayProxyEvent } from 'aws-lambda';

export const EXAMPLE = join(__dirname, '../../examples/homepage-dashboard');

export type Schema = Readonly<Record<string, unknown>>;

export interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly operationId: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, Response | Reference>>;
  readonly 'x-gatehouse-public'?: string;
}

export interface Reference {
  readonly $ref: string;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: {
    readonly securitySchemes: { token: { flows: { clientCredentials: { scopes: Readonly<Record<string, string>> } } } };
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
  };
}

export function readExample<Content>(file: string): Content {
  return JSON.parse(readFileSync(join(EXAMPLE, file), 'utf8')) as Content;
}

export const document = readExample<Document>('openapi.json');

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Every operation with its place in the document. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).map((method) => ({
    method: method.toUpperCase(),
    path,
    item,
    operation: item[method] as Operation,
    backend: ((item[method] as Record<string, unknown>)['x-gatehouse-backend'] ??
      item['x-gatehouse-backend']) as string,
  })),
);

/** Follows a local reference; `undefined` when it leads nowhere. */
export function lookUp(reference: string): unknown {
  return reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((node, part) => {
      const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
      return (node as Record<string, unknown> | undefined)?.[name];
    }, document);
}

export function resolve<Target extends object>(value: Target | Reference): Target {
  return '$ref' in value ? (lookUp(value.$ref) as Target) : value;
}

export function newAjv(options: Options = {}): Ajv {
  const ajv = new Ajv({ strict: true, allErrors: true, ...options });
  addFormats(ajv);
  return ajv;
}

const ajv = newAjv();

/** Compiles a schema of the document; the components come along as definitions. */
export function compile(schema: Schema): ValidateFunction {
  const whole = { definitions: document.components.schemas, allOf: [schema] };
  return ajv.compile(JSON.parse(JSON.stringify(whole).replaceAll('#/components/schemas/', '#/definitions/')) as Schema);
}

export interface EventOptions {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `null` for a request that no authorizer saw. */
  readonly authorizer?: Readonly<Record<string, string>> | null;
  readonly application?: string;
  /** ISO time. */
  readonly at?: string;
}

/** Principal of an API token of the platform. */
export function principalOf(subject: string): string {
  return `api_token|urn:gatehouse:platform:dev|${subject}`;
}

/** Context of the platform's authorizer for an API token. */
export function authorizerContext(application: string, subject: string): Record<string, string> {
  const principal = principalOf(subject);
  return {
    tokenId: '4fTq9LmZ0aRb7XcD',
    principal,
    issuer: 'urn:gatehouse:platform:dev',
    application,
    team: 'web',
    environment: 'dev',
    scopes: 'sales:read',
    tier: 'standard',
    issuedAt: '1741600000',
    expiresAt: '1749556800',
    authMethod: 'api_token',
    secretGeneration: '1',
    principalId: principal,
  };
}

/** The event that API Gateway hands to an AWS_PROXY integration of a REST API, with every member it has. */
export function proxyEvent(method: string, resource: string, options: EventOptions = {}): APIGatewayProxyEvent {
  const at = new Date(options.at ?? '2025-03-10T12:00:00.000Z');
  const application = options.application ?? 'homepage';
  const headers: Record<string, string> = {
    Accept: 'application/json',
    Host: 'abc123def4.execute-api.eu-west-1.amazonaws.com',
    ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...options.headers,
  };
  const path = resource.replaceAll(/\{(\w+)\}/g, (_, name: string) => options.path?.[name] ?? name);
  const many = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
  const authorizer =
    options.authorizer === undefined
      ? {
          ...authorizerContext(application, `${application}-web`),
          integrationLatency: 3,
        }
      : options.authorizer;
  return {
    resource,
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: many(headers),
    queryStringParameters: options.query ?? null,
    multiValueQueryStringParameters: options.query === undefined ? null : many(options.query),
    pathParameters: options.path ?? null,
    stageVariables: { gatehouseApi: 'homepage' },
    requestContext: {
      ...(authorizer === null ? { authorizer: undefined } : { authorizer }),
      accountId: '123456789012',
      apiId: 'abc123def4',
      domainName: 'abc123def4.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'abc123def4',
      extendedRequestId: 'HOh1eHfKDoEFgKQ=',
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '198.51.100.7',
        user: null,
        userAgent: 'curl/8.7.1',
        userArn: null,
      },
      path: `/dev${path}`,
      protocol: 'HTTP/1.1',
      requestId: '1f0c3a5e-6a0b-4a55-9d0b-0f1f5c7f9f01',
      requestTime: '10/Mar/2025:12:00:00 +0000',
      requestTimeEpoch: at.getTime(),
      resourceId: 'q1w2e3',
      resourcePath: resource,
      stage: 'dev',
    },
    body: options.body === undefined ? null : JSON.stringify(options.body),
    isBase64Encoded: false,
  };
}
