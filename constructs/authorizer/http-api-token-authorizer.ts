import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { DefaultTokenResolver, StringConcat, TerraformResource, TerraformStack, Token, Tokenization } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { API_STAGE_VARIABLE } from '../../lambdas/authorizer/config';
import { ConstructError } from '../support/errors';
import type { IFunction } from '../support/function-ref';
import { checkInteger } from '../support/node-function-checks';

/** An HTTP API of API Gateway; an `aws_apigatewayv2_api` is one. */
export interface IHttpApi {
  readonly id: string;
  readonly executionArn: string;
}

export interface HttpApiTokenAuthorizerProps {
  readonly api: IHttpApi;
  /** By what the authorizer function knows the API: the key in its `apis`, where `gateway` is `http`. */
  readonly apiId: string;
  /** Name of the authorizer: 1 to 128 characters. */
  readonly authorizerName: string;
  /** The function, for example a {@link TokenAuthorizer}. */
  readonly function: IFunction;
  /**
   * How long API Gateway keeps a verdict, in seconds, 0 to 300: the same number as `resultCacheSeconds` of the API. A
   * kept verdict holds for one token, one route and one source address, and can outlive the token's expiry by this
   * time.
   *
   * @default 0
   */
  readonly resultTtlSeconds?: number;
  /**
   * Routes of the API in this stack that may stay without the authorizer, by their route key, each with a written
   * reason.
   *
   * @default - none
   */
  readonly publicRoutes?: Readonly<Record<string, string>>;
}

/** One verdict is kept for requests that agree in all of these; the first must be there, or the answer is 401. */
const IDENTITY_SOURCES = ['$request.header.Authorization', '$context.routeKey', '$context.identity.sourceIp'];

/**
 * Protects somebody's HTTP API (API Gateway v2) with the token authorizer: payload format 2.0 and simple responses.
 *
 * The stage has to have the variables of {@link stageVariables}. Routes get the authorizer by {@link protect}. Each
 * route of the API in the stack must have it or stand in `publicRoutes`, greedy ones and `$default` too: an HTTP API
 * takes a request with a slash at its end to them.
 */
export class HttpApiTokenAuthorizer extends Construct {
  readonly authorizerId: string;
  readonly resource: Apigatewayv2Authorizer;
  readonly permission: LambdaPermission;
  /** Variables that the stages of the API need, beside their own. */
  readonly stageVariables: Readonly<Record<string, string>>;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: HttpApiTokenAuthorizerProps,
  ) {
    super(scope, id);
    const { api, apiId, authorizerName, resultTtlSeconds = 0 } = props;
    this.validateProps();

    this.resource = new Apigatewayv2Authorizer(this, 'Resource', {
      apiId: api.id,
      name: authorizerName,
      authorizerType: 'REQUEST',
      authorizerUri: props.function.invokeArn,
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      identitySources: IDENTITY_SOURCES,
      authorizerResultTtlInSeconds: resultTtlSeconds,
    });
    this.authorizerId = this.resource.id;
    this.permission = new LambdaPermission(this, 'Authorize', {
      statementId: `${apiId}-http-authorizer`,
      action: 'lambda:InvokeFunction',
      functionName: props.function.functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${api.executionArn}/authorizers/${this.authorizerId}`,
    });
    this.stageVariables = { [API_STAGE_VARIABLE]: apiId };
    this.node.addValidation({ validate: () => this.findOpenRoutes() });
  }

  /**
   * Puts routes behind the authorizer.
   *
   * @throws {ConstructError} when a route has another kind of authorization already
   */
  protect(...routes: readonly Apigatewayv2Route[]): void {
    for (const route of routes) {
      const kind = route.authorizationTypeInput;
      if (kind !== undefined && kind !== 'NONE' && kind !== 'CUSTOM') {
        throw new ConstructError(
          `route ${route.routeKeyInput} has the authorization ${kind}, allowed is none before the authorizer is put`,
          this,
        );
      }
      route.authorizationType = 'CUSTOM';
      route.authorizerId = this.authorizerId;
    }
  }

  private validateProps(): void {
    const { apiId, authorizerName, resultTtlSeconds, publicRoutes = {} } = this.props;
    if (!Token.isUnresolved(apiId) && !/^[A-Za-z0-9_-]{1,64}$/.test(apiId)) {
      throw new ConstructError(`apiId is ${JSON.stringify(apiId)}, allowed are 1 to 64 of A-Z a-z 0-9 - _`, this);
    }
    if (!Token.isUnresolved(authorizerName) && (authorizerName.length < 1 || authorizerName.length > 128)) {
      throw new ConstructError(
        `authorizerName is ${JSON.stringify(authorizerName)}, allowed are 1 to 128 characters`,
        this,
      );
    }
    checkInteger(this, 'resultTtlSeconds', resultTtlSeconds, 0, 300);
    const silent = Object.keys(publicRoutes).find((key) => publicRoutes[key]?.trim() === '');
    if (silent !== undefined) {
      throw new ConstructError(`publicRoutes has ${silent} without a reason, a written reason is required`, this);
    }
  }

  /** Routes of the API, anywhere in the stack, that anybody may call by a slip of the pen. */
  private findOpenRoutes(): string[] {
    const stack = TerraformStack.of(this);
    const { api, publicRoutes = {} } = this.props;
    const resolver = new DefaultTokenResolver(new StringConcat());
    // Two texts for the same attribute are equal when they are resolved.
    const isSame = (one: string | undefined, other: string) =>
      Tokenization.resolve(one, { scope: stack, resolver, preparing: false }) ===
      Tokenization.resolve(other, { scope: stack, resolver, preparing: false });
    return stack.node.findAll().flatMap((node) => {
      if (!isRoute(node) || !isSame(node.apiIdInput, api.id)) {
        return [];
      }
      const key = node.routeKeyInput ?? '';
      const isProtected = node.authorizationTypeInput === 'CUSTOM' && isSame(node.authorizerIdInput, this.authorizerId);
      return isProtected || Object.hasOwn(publicRoutes, key)
        ? []
        : [`route ${key} has no authorizer, allowed is that for a route in publicRoutes with a written reason`];
    });
  }
}

function isRoute(node: IConstruct): node is Apigatewayv2Route {
  return TerraformResource.isTerraformResource(node) && node.terraformResourceType === Apigatewayv2Route.tfResourceType;
}
