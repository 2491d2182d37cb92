/** What an authorizer of type REQUEST is told to do. */
export interface AuthorizerDefinition {
  readonly id: string;
  readonly name: string;
  readonly functionArn: string;
  /** For example `method.request.header.Authorization`; together they are the cache key. */
  readonly identitySources: readonly string[];
  /** 0 turns the cache off. */
  readonly ttlSeconds: number;
}

export interface IntegrationResponseDefinition {
  readonly statusCode: string;
  /** Regular expression over the integration's status; absent in the default response. */
  readonly selectionPattern?: string;
  /** `method.response.header.<name>` to a mapping expression. */
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export type IntegrationDefinition =
  | { readonly type: 'AWS_PROXY'; readonly functionArn: string; readonly timeoutMilliseconds: number }
  | {
      readonly type: 'MOCK';
      readonly requestTemplates: Readonly<Record<string, string>>;
      readonly passthroughBehavior: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
      readonly responses: readonly IntegrationResponseDefinition[];
    };

export interface MethodDefinition {
  /** Upper case, or `ANY`. */
  readonly httpMethod: string;
  readonly authorization: 'NONE' | 'CUSTOM' | 'AWS_IAM';
  /** With authorization `CUSTOM` only. */
  readonly authorizerId?: string;
  readonly apiKeyRequired: boolean;
  readonly operationName?: string;
  /** `method.request.<location>.<name>` to whether it is required. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  /** Content type, or `$default`, to the name of a model. */
  readonly requestModels: Readonly<Record<string, string>>;
  readonly validateBody: boolean;
  readonly validateParameters: boolean;
  readonly integration: IntegrationDefinition;
}

export interface ResourceDefinition {
  readonly id: string;
  /** Template, for example `/v1/sales/{region}`. */
  readonly path: string;
  readonly methods: readonly MethodDefinition[];
}

export interface GatewayResponseDefinition {
  /** @default - the status of the error itself */
  readonly statusCode?: number;
  readonly responseTemplates: Readonly<Record<string, string>>;
  /** `gatewayresponse.header.<name>` to a mapping expression. */
  readonly responseParameters: Readonly<Record<string, string>>;
}

/** What a deployment is a snapshot of. Plain data: it is kept on disk between two starts. */
export interface ApiDefinition {
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  readonly binaryMediaTypes: readonly string[];
  readonly resources: readonly ResourceDefinition[];
  readonly authorizers: readonly AuthorizerDefinition[];
  /** JSON Schema draft 4 by the name of the model. */
  readonly models: Readonly<Record<string, unknown>>;
  /** By response type, `UNAUTHORIZED` for example. */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponseDefinition>>;
}

export interface ThrottleSettings {
  /** Requests per second. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
}

export interface StageDefinition {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly accessLog?: { readonly logGroup: string; readonly format: string };
  /** Throttles by `<METHOD> <path>`, and by `*` for every method without one of its own. */
  readonly throttles: Readonly<Record<string, ThrottleSettings>>;
}

/** One deployed stage of a REST API. */
export interface RestApi {
  /** Ten lower-case letters and digits. */
  readonly id: string;
  readonly name: string;
  /** Name in the addresses of the sandbox: the kit's name of the API, else the name of the REST API. */
  readonly api: string;
  readonly region: string;
  readonly accountId: string;
  readonly deploymentId: string;
  readonly stage: StageDefinition;
  readonly definition: ApiDefinition;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly apiStages: readonly {
    readonly apiId: string;
    readonly stage: string;
    /** By `<METHOD> <path>`. */
    readonly throttles: Readonly<Record<string, ThrottleSettings>>;
  }[];
  readonly throttle?: ThrottleSettings;
  readonly tags?: Readonly<Record<string, string>>;
  readonly quota?: { readonly limit: number; readonly offset: number; readonly period: 'DAY' | 'WEEK' | 'MONTH' };
}

/** A statement of a function's resource policy. */
export interface LambdaPermission {
  readonly functionName: string;
  readonly action: string;
  readonly principal: string;
  /** Pattern. @default - every source */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}
