import { Apigatewayv2Authorizer } from '@cdktf/provider-aws/lib/apigatewayv2-authorizer';
import { Apigatewayv2Route } from '@cdktf/provider-aws/lib/apigatewayv2-route';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { DefaultTokenResolver, StringConcat, TerraformResource, TerraformStack, Token, Tokenization } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { API_STAGE_VARIABLE } from '../../lambdas/authorizer/config';
import { type ApiDefinition, routeKey } from '../api';
import { DEFAULT_ALLOW_HEADERS } from '../api/cors';
import { ConstructError } from '../support/errors';
import { checkKnownApi } from './known-api';
import type { ITokenAuthorizer } from './token-authorizer';

/** An HTTP API of API Gateway; an `aws_apigatewayv2_api` is one. */
export interface IHttpApi {
  readonly id: string;
  readonly executionArn: string;
}

export interface HttpApiTokenAuthorizerProps {
  /** What is true of the API; its `gateway` is `http`. A kept verdict can outlive a token's expiry by `resultCacheSeconds`. */
  readonly api: ApiDefinition;
  /** The API itself. */
  readonly httpApi: IHttpApi;
  /** Name of the authorizer: 1 to 128 characters. */
  readonly authorizerName: string;
  /** The function that decides; it has to know the API. */
  readonly authorizer: ITokenAuthorizer;
  /**
   * Routes of the API in this stack that may stay without the authorizer, besides the `public` ones of the definition: by their route
   * key, such as `$default`, each with a written reason.
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
 * route of the API in the stack must have it, be public in the definition, or stand in `publicRoutes`, greedy ones and `$default` too:
 * an HTTP API takes a request with a slash at its end to them.
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
    const { api, httpApi, authorizer, authorizerName } = props;
    this.validateProps();

    this.resource = new Apigatewayv2Authorizer(this, 'Resource', {
      apiId: httpApi.id,
      name: authorizerName,
      authorizerType: 'REQUEST',
      authorizerUri: authorizer.invokeArn,
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      identitySources: IDENTITY_SOURCES,
      authorizerResultTtlInSeconds: api.resultCacheSeconds,
    });
    this.authorizerId = this.resource.id;
    this.permission = new LambdaPermission(this, 'Authorize', {
      // A statement id has no dots.
      statementId: `${api.id.replaceAll('.', '_2e')}-http-authorizer`,
      action: 'lambda:InvokeFunction',
      functionName: authorizer.functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn: `${httpApi.executionArn}/authorizers/${this.authorizerId}`,
    });
    this.stageVariables = { [API_STAGE_VARIABLE]: api.id };
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
          `route ${route.routeKeyInput} has the authorization ${kind}, allowed is no authorization before protect() is called`,
          this,
        );
      }
      route.authorizationType = 'CUSTOM';
      route.authorizerId = this.authorizerId;
    }
  }

  private validateProps(): void {
    const { api, authorizer, authorizerName, publicRoutes = {} } = this.props;
    if (api.gateway !== 'http') {
      throw new ConstructError(
        `the API ${JSON.stringify(api.id)} is defined for a REST API, allowed is gateway "http" in its definition`,
        this,
      );
    }
    checkKnownApi(this, authorizer, api);
    if (!Token.isUnresolved(authorizerName) && (authorizerName.length < 1 || authorizerName.length > 128)) {
      throw new ConstructError(
        `authorizerName is ${JSON.stringify(authorizerName)}, allowed are 1 to 128 characters`,
        this,
      );
    }
    const silent = Object.keys(publicRoutes).find((key) => publicRoutes[key]?.trim() === '');
    if (silent !== undefined) {
      throw new ConstructError(`publicRoutes has ${silent} without a reason, a written reason is required`, this);
    }
    const closed = api.routes.find(
      (route) => route.rule.kind !== 'public' && Object.hasOwn(publicRoutes, routeKey(route)),
    );
    if (closed !== undefined) {
      throw new ConstructError(
        `publicRoutes has ${routeKey(closed)}, whose access rule in the API ${JSON.stringify(api.id)} is ${closed.rule.kind}: allowed are routes that are not in the definition, or are public in it`,
        this,
      );
    }
  }

  /** Routes of the API, anywhere in the stack, that anybody may call by a slip of the pen. */
  private findOpenRoutes(): string[] {
    const stack = TerraformStack.of(this);
    const { api, httpApi, publicRoutes = {} } = this.props;
    const open = new Set([
      ...Object.keys(publicRoutes),
      ...api.routes.filter(({ rule }) => rule.kind === 'public').map(routeKey),
    ]);
    const resolver = new DefaultTokenResolver(new StringConcat());
    // Two texts for the same attribute are equal when they are resolved.
    const isSame = (one: string | undefined, other: string) =>
      Tokenization.resolve(one, { scope: stack, resolver, preparing: false }) ===
      Tokenization.resolve(other, { scope: stack, resolver, preparing: false });
    return stack.node.findAll().flatMap((node) => {
      if (!isRoute(node) || !isSame(node.apiIdInput, httpApi.id)) {
        return [];
      }
      const key = node.routeKeyInput ?? '';
      const isProtected = node.authorizationTypeInput === 'CUSTOM' && isSame(node.authorizerIdInput, this.authorizerId);
      return isProtected || open.has(key)
        ? []
        : [
            `route ${key} has no authorizer, allowed without it are only routes that are public in the API, or are listed in publicRoutes with a written reason`,
          ];
    });
  }
}

function isRoute(node: IConstruct): node is Apigatewayv2Route {
  return TerraformResource.isTerraformResource(node) && node.terraformResourceType === Apigatewayv2Route.tfResourceType;
}

/** Settings of cross-origin access, as `cors_configuration` of an `aws_apigatewayv2_api` takes them; such an API may have several origins. */
export function httpApiCors({ cors, routes }: ApiDefinition): {
  allowOrigins: string[];
  allowHeaders: string[];
  allowMethods: string[];
  maxAge: number;
} {
  const { allowOrigins = [], allowHeaders = DEFAULT_ALLOW_HEADERS, maxAgeSeconds = 600 } = cors ?? {};
  return {
    allowOrigins: [...allowOrigins],
    allowHeaders: [...allowHeaders],
    allowMethods: [...new Set(routes.map(({ method }) => method))].sort(),
    maxAge: maxAgeSeconds,
  };
}
