import type { InvokeResult } from '../runtime/types';
import type { ApiKeyStore, ApiKeyView } from '../shared/usage-keys';
import { AccessDenied, type Authorization, Authorizers } from './authorizer';
import { RequestVariables } from './context';
import { GatewayError } from './errors';
import { type CallerIdentity, commonLogTime, domainName, methodArn, type RoutedRequest } from './events';
import { FunctionAccess } from './function-access';
import { renderGatewayResponse } from './gateway-response';
import { answerLambdaProxy } from './lambda-proxy';
import type { MappingSource } from './mapping';
import { answerMock } from './mock';
import type { AuthorizerDefinition, LambdaPermission, RestApi, UsagePlan } from './model';
import { type GatewayRequest, headerValues } from './request';
import { type GatewayAnswer, withHeaders } from './response';
import { Router } from './router';
import { unsignedRequest } from './signature';
import { UsageControl, type UsageKey } from './usage';
import { RequestValidator } from './validator';

export interface PipelineOptions {
  readonly apis: readonly RestApi[];
  readonly usagePlans: readonly UsagePlan[];
  readonly permissions: readonly LambdaPermission[];
  /** Runs a function by name; rejects with `UnknownFunctionError` for a name it does not have. */
  readonly invoke: (functionName: string, event: unknown) => Promise<InvokeResult>;
  readonly findKey: (value: string) => ApiKeyView | undefined;
  /** Told of each request that was counted for a usage key. @default - nobody is */
  readonly recordUse?: ApiKeyStore['recordUse'];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** Receives why a request ended with a gateway response. */
  readonly onRefusal: (api: RestApi, refusal: RequestRefusal) => void;
}

/** Why a request ended with a gateway response; never the text of a function or a credential. */
export interface RequestRefusal {
  readonly requestId: string;
  /** Upper case. */
  readonly method: string;
  /** Template of the route. @default - the request has none */
  readonly route?: string;
  /** Status of the error itself, which a customised response may change. */
  readonly status: number;
  /** Type of the gateway response. */
  readonly type: string;
  readonly reason: string;
}

export interface PipelineResult {
  readonly answer: GatewayAnswer;
  /** For the access log; status and lengths of the response are set. */
  readonly variables: RequestVariables;
}

interface ApiParts {
  readonly router: Router;
  readonly validator: RequestValidator;
  readonly authorizers: ReadonlyMap<string, AuthorizerDefinition>;
}

/**
 * What API Gateway does with a request, in its order: route, authorizer, policy, usage key, throttles and quota, request
 * validator, integration.
 */
export class Pipeline {
  private readonly parts: ReadonlyMap<RestApi, ApiParts>;
  private readonly functions: FunctionAccess;
  private readonly authorizers: Authorizers;
  private readonly usage: UsageControl;

  /** @throws {Error} for a model that is no usable JSON Schema */
  constructor(private readonly options: PipelineOptions) {
    this.functions = new FunctionAccess(options.invoke, options.permissions);
    this.authorizers = new Authorizers(this.functions, options.clock);
    this.usage = new UsageControl(options.usagePlans, options.findKey, options.clock, options.recordUse);
    this.parts = new Map(
      options.apis.map((api) => [
        api,
        {
          router: new Router(api.definition),
          validator: new RequestValidator(api.definition),
          authorizers: new Map(api.definition.authorizers.map((authorizer) => [authorizer.id, authorizer])),
        },
      ]),
    );
  }

  /** Drops the results of the authorizer that are kept for a stage. */
  flushAuthorizers(apiId: string, stage: string): void {
    this.authorizers.flush(apiId, stage);
  }

  /**
   * Answers a request for one of the APIs; never rejects.
   *
   * @param refusal why the request cannot be processed at all, for example because its body is too large
   */
  async handle(api: RestApi, request: GatewayRequest, refusal?: GatewayError): Promise<PipelineResult> {
    const began = performance.now();
    const variables = baseVariables(api, request);
    const source: MappingSource = { request, pathParameters: {}, variables, stageVariables: api.stage.variables };
    const answer = await this.answerOrError(api, source, refusal);
    const complete = {
      ...answer,
      headers: withIds(answer.headers, request),
    };
    variables.set({
      status: complete.status,
      responseLength: complete.body.length,
      responseLatency: Math.round(performance.now() - began),
    });
    return { answer: complete, variables };
  }

  private async answerOrError(api: RestApi, source: MappingSource, refusal?: GatewayError): Promise<GatewayAnswer> {
    const { request, variables } = source;
    const parts = this.parts.get(api);
    const route = parts?.router.match(request.method, request.path);
    const routed = route && { request, api, route };
    try {
      if (refusal !== undefined) {
        throw refusal;
      }
      if (parts === undefined || routed === undefined) {
        throw unsignedRequest(request, 'no route of the API');
      }
      const { resource } = routed.route;
      variables.set({ resourcePath: resource.path, resourceId: resource.id });
      return await this.answer(routed, parts, variables);
    } catch (error) {
      const known = error instanceof GatewayError ? error : internal(error);
      this.options.onRefusal(api, {
        requestId: request.requestId,
        method: request.method,
        ...(route && { route: route.resource.path }),
        status: known.status,
        type: known.type,
        reason: known.reason ?? known.text ?? known.type,
      });
      const { gatewayResponses } = api.definition;
      setErrorVariables(variables, known);
      return renderGatewayResponse(gatewayResponses, known, { ...source, pathParameters: route?.pathParameters ?? {} });
    }
  }

  private async answer(routed: RoutedRequest, parts: ApiParts, variables: RequestVariables): Promise<GatewayAnswer> {
    const authorization = await this.authorize(routed, parts, variables);
    const key = this.usage.usageKey(routed, authorization?.usageIdentifierKey);
    variables.set({ 'identity.apiKeyId': key?.id });
    this.usage.admit(routed, key);
    parts.validator.validate(routed);
    return this.integrate(routed, callerOf(authorization, key), variables);
  }

  private async authorize(
    routed: RoutedRequest,
    parts: ApiParts,
    variables: RequestVariables,
  ): Promise<Authorization | undefined> {
    const { method } = routed.route;
    if (method.authorization === 'NONE') {
      return undefined;
    }
    checkArnLength(routed);
    if (method.authorization === 'AWS_IAM') {
      throw unsignedRequest(routed.request, 'the sandbox does not verify AWS signatures');
    }
    const authorizer = parts.authorizers.get(method.authorizerId ?? '');
    if (authorizer === undefined) {
      throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', {
        cause: `authorizer ${method.authorizerId} does not exist`,
      });
    }
    try {
      const authorization = await this.authorizers.authorize(routed, authorizer);
      setAuthorizerVariables(variables, authorization);
      variables.set({ 'authorize.status': 200 });
      return authorization;
    } catch (error) {
      if (error instanceof AccessDenied) {
        setAuthorizerVariables(variables, error.authorization);
        variables.set({ 'authorize.status': 403, 'authorize.error': error.text ?? undefined });
      } else if (error instanceof GatewayError) {
        variables.set({ 'authorizer.status': error.status, 'authorizer.error': error.text ?? 'Internal server error' });
      }
      throw error;
    }
  }

  private async integrate(
    routed: RoutedRequest,
    caller: CallerIdentity,
    variables: RequestVariables,
  ): Promise<GatewayAnswer> {
    const { request, api, route } = routed;
    const { integration } = route.method;
    if (integration.type === 'MOCK') {
      const { pathParameters } = route;
      const source = { request, pathParameters, variables, stageVariables: api.stage.variables };
      const { integrationStatus, ...answer } = answerMock(integration, source);
      variables.set({ integrationStatus });
      return withTraceId(answer, request);
    }
    const began = performance.now();
    // Lambda's own status, which is 200 for a function that failed as well.
    let integrationStatus: number | undefined = 200;
    try {
      const answer = await answerLambdaProxy(integration, routed, caller, this.functions);
      variables.set({ 'integration.status': answer.status });
      return withTraceId(answer, request);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status !== 502) {
        integrationStatus = undefined;
      }
      throw error;
    } finally {
      const latency = Math.round(performance.now() - began);
      variables.set({
        integrationLatency: latency,
        'integration.latency': latency,
        integrationStatus,
        'integration.integrationStatus': integrationStatus,
      });
    }
  }
}

/** Longest ARN of a method with authorization, in bytes (quotas of REST APIs). */
const MAX_ARN_BYTES = 1600;

function checkArnLength(routed: RoutedRequest): void {
  const size = Buffer.byteLength(methodArn(routed));
  if (size <= MAX_ARN_BYTES) {
    return;
  }
  const cause = `the ARN of the method is ${size} bytes, allowed are ${MAX_ARN_BYTES}`;
  throw new GatewayError('DEFAULT_4XX', { status: 414, text: 'Request-URI Too Long', cause });
}

function baseVariables(api: RestApi, request: GatewayRequest): RequestVariables {
  const variables = new RequestVariables();
  variables.set({
    accountId: api.accountId,
    apiId: api.id,
    deploymentId: api.deploymentId,
    domainName: domainName(api),
    domainPrefix: api.id,
    extendedRequestId: request.extendedRequestId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': headerValues(request.headers, 'user-agent').at(-1),
    path: request.stagePath,
    protocol: request.protocol,
    requestId: request.requestId,
    requestTime: commonLogTime(request.time),
    requestTimeEpoch: request.time,
    stage: api.stage.name,
  });
  return variables;
}

function setAuthorizerVariables(variables: RequestVariables, authorization: Authorization): void {
  const { context, principalId, latency } = authorization;
  for (const [name, value] of Object.entries(context)) {
    variables.set({ [`authorizer.${name}`]: value });
  }
  variables.set({
    'authorizer.principalId': principalId,
    'authorizer.status': 200,
    'authorizer.latency': latency,
    'authorizer.integrationLatency': latency,
    'authorizer.integrationStatus': 200,
  });
}

function setErrorVariables(variables: RequestVariables, error: GatewayError): void {
  variables.set({
    'error.message': error.text ?? undefined,
    'error.messageString': JSON.stringify(error.text),
    'error.responseType': error.type,
    'error.validationErrorString': error.validation,
  });
}

function callerOf(authorization: Authorization | undefined, key: UsageKey | undefined): CallerIdentity {
  return {
    ...(authorization && {
      authorizer: {
        ...authorization.context,
        principalId: authorization.principalId,
        integrationLatency: authorization.latency,
      },
    }),
    ...(key && { apiKey: { id: key.id, value: key.value } }),
  };
}

function withIds(headers: GatewayAnswer['headers'], request: GatewayRequest): GatewayAnswer['headers'] {
  const ids = withHeaders([
    ['x-amzn-RequestId', request.requestId],
    ['x-amz-apigw-id', request.extendedRequestId],
  ]);
  const own = new Set(ids.map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !own.has(name.toLowerCase())), ...ids];
}

/** Answers of an integration say which trace they belong to; gateway responses do not. */
function withTraceId(answer: GatewayAnswer, request: GatewayRequest): GatewayAnswer {
  const [traceId = ''] = headerValues(request.headers, 'x-amzn-trace-id');
  const others = answer.headers.filter(([name]) => name.toLowerCase() !== 'x-amzn-trace-id');
  return { ...answer, headers: [...others, ['X-Amzn-Trace-Id', traceId]] };
}

/** A defect of the sandbox itself: the caller sees 500, the execution log what happened. */
function internal(error: unknown): GatewayError {
  const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new GatewayError('DEFAULT_5XX', { cause: `internal: ${cause}` });
}
