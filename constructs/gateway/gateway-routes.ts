import { ApiGatewayIntegration } from '@cdktf/provider-aws/lib/api-gateway-integration';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayModel } from '@cdktf/provider-aws/lib/api-gateway-model';
import { ApiGatewayRequestValidator } from '@cdktf/provider-aws/lib/api-gateway-request-validator';
import { ApiGatewayResource } from '@cdktf/provider-aws/lib/api-gateway-resource';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import type { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import type { CorsOptions } from '../api/cors';
import { parsePath, RouteError, segmentText } from '../api/path';
import { type RequestBody, type RouteDefinition, routeKey } from '../api/route';
import { escapeTerraform } from '../support/terraform-text';
import { anyOfSchemas } from './any-schema';
import { Preflight } from './preflight';
import { modelId, modelName, pathId, routeId } from './route-ids';

export interface GatewayRoutesProps {
  readonly restApi: ApiGatewayRestApi;
  /** With one origin. */
  readonly cors: CorsOptions | undefined;
}

/** What a method needs besides its route. */
export interface MethodOptions {
  readonly invokeArn: string;
  /** @default - the method asks no authorizer */
  readonly authorizerId: string | undefined;
  readonly apiKeyRequired: boolean;
}

/** Quota "model size" of API Gateway. */
const MOST_MODEL_BYTES = 400 * 1024;

type ValidatorId = 'Body' | 'Parameters' | 'BodyAndParameters';

/** The tree of paths, with methods, integrations, models, validators and preflights: what routes become in Terraform. */
export class GatewayRoutes extends Construct {
  private readonly made: TerraformResource[] = [];
  private readonly methodsByKey = new Map<string, ApiGatewayMethod>();
  /** Ids of the resources by path; the root is the API's own. */
  private readonly resourceIds = new Map<string, string>();
  private readonly methodNames = new Map<string, string[]>();
  private readonly validators = new Map<ValidatorId, ApiGatewayRequestValidator>();
  private readonly restApiId: string;
  private readonly parents: Record<
    'paths' | 'methods' | 'integrations' | 'models' | 'validators' | 'preflights',
    Construct
  >;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayRoutesProps,
  ) {
    super(scope, id);
    this.restApiId = props.restApi.id;
    this.resourceIds.set('', props.restApi.rootResourceId);
    this.parents = {
      paths: new Construct(this, 'Path'),
      methods: new Construct(this, 'Method'),
      integrations: new Construct(this, 'Integration'),
      models: new Construct(this, 'Model'),
      validators: new Construct(this, 'Validator'),
      preflights: new Construct(this, 'Preflight'),
    };
  }

  /** Everything that a deployment contains of the routes. */
  get resources(): readonly TerraformResource[] {
    return this.made;
  }

  /** Methods by route key, without the preflights. */
  get methods(): ReadonlyMap<string, ApiGatewayMethod> {
    return this.methodsByKey;
  }

  /** Paths that have a preflight of their own. */
  get preflightPaths(): readonly string[] {
    return this.props.cors === undefined ? [] : [...this.methodNames.keys()];
  }

  /** Number of the API's resources as its quota counts them, with the root. */
  get resourceCount(): number {
    return this.resourceIds.size;
  }

  /** @throws {RouteError} for a body schema that is larger than a model may be */
  add(route: RouteDefinition, options: MethodOptions): void {
    const { restApiId } = this;
    const resourceId = this.resourceOf(route.path);
    const id = routeId(route);
    const models = this.models(route);
    const validator = this.validator(models !== undefined, this.checksParameters(route));
    const method = new ApiGatewayMethod(this.parents.methods, id, {
      restApiId,
      resourceId,
      httpMethod: route.method,
      authorization: { scopes: 'CUSTOM', authenticated: 'CUSTOM', iam: 'AWS_IAM', public: 'NONE' }[route.rule.kind],
      apiKeyRequired: options.apiKeyRequired,
      ...(options.authorizerId === undefined ? {} : { authorizerId: options.authorizerId }),
      ...(route.operationId === undefined ? {} : { operationName: escapeTerraform(route.operationId) }),
      ...(route.requestParameters === undefined ? {} : { requestParameters: { ...route.requestParameters } }),
      ...(models === undefined ? {} : { requestModels: models }),
      ...(validator === undefined ? {} : { requestValidatorId: validator.id }),
    });
    const integration = new ApiGatewayIntegration(this.parents.integrations, id, {
      restApiId,
      resourceId,
      httpMethod: method.httpMethod,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: options.invokeArn,
    });
    this.methodsByKey.set(routeKey(route), method);
    this.deploy(method, integration);
    this.addPreflight(route, resourceId);
  }

  private addPreflight(route: RouteDefinition, resourceId: string): void {
    const names = this.methodNames.get(route.path);
    if (names !== undefined) {
      names.push(route.method);
      return;
    }
    const methods = [route.method];
    this.methodNames.set(route.path, methods);
    const { cors } = this.props;
    const [allowOrigin] = cors?.allowOrigins ?? [];
    if (cors !== undefined && allowOrigin !== undefined) {
      const preflight = new Preflight(this.parents.preflights, pathId(route.path), {
        restApiId: this.restApiId,
        resourceId,
        allowOrigin,
        cors,
        methods: () => [...methods].sort(),
      });
      this.deploy(...preflight.resources);
    }
  }

  private resourceOf(path: string): string {
    let current = '';
    let id = this.resourceIds.get(current) ?? '';
    for (const segment of parsePath(path)) {
      const part = segmentText(segment);
      current += `/${part}`;
      const known = this.resourceIds.get(current);
      if (known === undefined) {
        const resource = new ApiGatewayResource(this.parents.paths, pathId(current), {
          restApiId: this.restApiId,
          parentId: id,
          pathPart: part,
        });
        this.deploy(resource);
        this.resourceIds.set(current, resource.id);
        id = resource.id;
      } else {
        id = known;
      }
    }
    return id;
  }

  /**
   * Names of models by content type, of a required body; an absent body cannot be let through beside one. `$default` holds for every
   * type that is not named, and for whatever API Gateway does not take for a named one: without it such a body would reach the
   * backend unchecked.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
   */
  private models(route: RouteDefinition): Record<string, string> | undefined {
    const { requestBody } = route;
    if (requestBody?.required !== true) {
      return undefined;
    }
    const { others = [], otherTypes = false } = requestBody;
    const byType: Record<string, string> = {};
    let fallback = '';
    for (const [index, { schema, contentTypes = ['application/json'] }] of [requestBody, ...others].entries()) {
      fallback = this.model(route, schema, index === 0 ? undefined : contentTypes[0]);
      for (const type of contentTypes) {
        byType[type] = fallback;
      }
    }
    if (otherTypes) {
      return byType;
    }
    const any = others.length === 0 ? undefined : anyOfSchemas([requestBody, ...others].map(({ schema }) => schema));
    return { ...byType, $default: any === undefined ? fallback : this.model(route, any, '$default') };
  }

  /** @param of what the model is for, where a route has several */
  private model(route: RouteDefinition, schema: RequestBody['schema'], of?: string): string {
    const text = JSON.stringify(schema);
    if (Buffer.byteLength(text) > MOST_MODEL_BYTES) {
      throw new RouteError(
        `route ${routeKey(route)} has a schema of ${Buffer.byteLength(text)} bytes, allowed are ${MOST_MODEL_BYTES} (quota of API Gateway, cannot be raised)`,
      );
    }
    const model = new ApiGatewayModel(this.parents.models, modelId(route, of), {
      restApiId: this.restApiId,
      name: modelName(route, of),
      contentType: 'application/json',
      schema: escapeTerraform(text),
    });
    this.deploy(model);
    return model.name;
  }

  private checksParameters(route: RouteDefinition): boolean {
    return Object.values(route.requestParameters ?? {}).includes(true);
  }

  private validator(body: boolean, parameters: boolean): ApiGatewayRequestValidator | undefined {
    if (!body && !parameters) {
      return undefined;
    }
    const id: ValidatorId = body && parameters ? 'BodyAndParameters' : body ? 'Body' : 'Parameters';
    const known = this.validators.get(id);
    if (known !== undefined) {
      return known;
    }
    const validator = new ApiGatewayRequestValidator(this.parents.validators, id, {
      restApiId: this.restApiId,
      name: { Body: 'body', Parameters: 'parameters', BodyAndParameters: 'body-and-parameters' }[id],
      validateRequestBody: body,
      validateRequestParameters: parameters,
    });
    this.validators.set(id, validator);
    this.deploy(validator);
    return validator;
  }

  private deploy(...resources: readonly TerraformResource[]): void {
    this.made.push(...resources);
  }
}
