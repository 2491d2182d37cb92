import { createHash } from 'node:crypto';
import { secretArn } from '../aws';

/** What a computed attribute may be made of. */
export interface ComputedInput {
  /** `<stack>/<type>.<name>`: distinct for every resource. */
  readonly identity: string;
  readonly region: string;
  readonly accountId: string;
  /** A planned attribute as text. @throws for one that is not there */
  readonly text: (attribute: string) => string;
}

type Computed = (input: ComputedInput) => string;

/** Ten characters as API Gateway's ids have; the same source gives the same id on every machine. */
function shortId(source: string): string {
  const digest = createHash('sha256').update(source).digest();
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return [...digest.subarray(0, 10)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

function uuid(source: string): string {
  const hex = createHash('sha256').update(source).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

const ownId: Computed = ({ identity }) => shortId(identity);
const named =
  (attribute: string): Computed =>
  ({ text }) =>
    text(attribute);
const arn =
  (service: string, resource: (input: ComputedInput) => string): Computed =>
  (input) =>
    `arn:aws:${service}:${input.region}:${input.accountId}:${resource(input)}`;
const globalArn =
  (resource: (input: ComputedInput) => string): Computed =>
  (input) =>
    `arn:aws:iam::${input.accountId}:${resource(input)}`;

// By the name alone: the address of an API must not change when a construct is moved.
const restApiId: Computed = ({ text, region, accountId }) => shortId(`rest-api ${accountId} ${region} ${text('name')}`);
const lambdaArn = arn('lambda', ({ text }) => `function:${text('function_name')}`);
const invocation = (input: ComputedInput, qualifier = ''): string =>
  `arn:aws:apigateway:${input.region}:lambda:path/2015-03-31/functions/${lambdaArn(input)}${qualifier}/invocations`;
const keyId: Computed = ({ identity }) => uuid(identity);

/** Attributes that AWS would assign, by resource type. A planned attribute of the same name comes first. */
const COMPUTED: Readonly<Record<string, Readonly<Record<string, Computed>>>> = {
  aws_api_gateway_authorizer: {
    // By API and name, so that a deployment's snapshot stays right when a construct is moved.
    id: ({ text }) => shortId(`authorizer ${text('rest_api_id')} ${text('name')}`).slice(0, 6),
  },
  aws_api_gateway_deployment: { id: ownId },
  aws_api_gateway_integration: { id: ownId },
  aws_api_gateway_integration_response: { id: ownId },
  aws_api_gateway_method: { id: ownId },
  aws_api_gateway_method_response: { id: ownId },
  aws_api_gateway_method_settings: { id: ownId },
  aws_api_gateway_model: { id: ownId },
  aws_api_gateway_request_validator: { id: ownId },
  aws_api_gateway_resource: {
    id: ({ text }) => shortId(`resource ${text('rest_api_id')} ${text('parent_id')} ${text('path_part')}`),
  },
  aws_api_gateway_rest_api: {
    id: restApiId,
    root_resource_id: (input) => shortId(`root ${restApiId(input)}`),
    execution_arn: arn('execute-api', restApiId),
    arn: (input) => `arn:aws:apigateway:${input.region}::/restapis/${restApiId(input)}`,
  },
  aws_api_gateway_stage: {
    id: ({ text }) => `ags-${text('rest_api_id')}-${text('stage_name')}`,
    arn: ({ text, region }) =>
      `arn:aws:apigateway:${region}::/restapis/${text('rest_api_id')}/stages/${text('stage_name')}`,
    execution_arn: arn('execute-api', ({ text }) => `${text('rest_api_id')}/${text('stage_name')}`),
    invoke_url: ({ text, region }) =>
      `https://${text('rest_api_id')}.execute-api.${region}.amazonaws.com/${text('stage_name')}`,
  },
  aws_api_gateway_usage_plan: {
    id: ({ text, accountId, region }) => shortId(`usage-plan ${accountId} ${region} ${text('name')}`),
    arn: ({ text, region, accountId }) =>
      `arn:aws:apigateway:${region}::/usageplans/${shortId(`usage-plan ${accountId} ${region} ${text('name')}`)}`,
  },
  aws_cloudwatch_event_rule: { id: named('name'), arn: arn('events', ({ text }) => `rule/${text('name')}`) },
  aws_cloudwatch_log_group: { id: named('name'), arn: arn('logs', ({ text }) => `log-group:${text('name')}`) },
  aws_dynamodb_table: { id: named('name'), arn: arn('dynamodb', ({ text }) => `table/${text('name')}`) },
  aws_iam_role: { id: named('name'), arn: globalArn(({ text }) => `role/${text('name')}`) },
  aws_kms_alias: { id: named('name'), arn: arn('kms', named('name')) },
  aws_kms_key: { id: keyId, key_id: keyId, arn: arn('kms', (input) => `key/${keyId(input)}`) },
  aws_lambda_function: {
    id: named('function_name'),
    arn: lambdaArn,
    qualified_arn: (input) => `${lambdaArn(input)}:$LATEST`,
    invoke_arn: (input) => invocation(input),
    qualified_invoke_arn: (input) => invocation(input, ':$LATEST'),
    version: () => '$LATEST',
  },
  aws_s3_bucket: { id: named('bucket'), arn: ({ text }) => `arn:aws:s3:::${text('bucket')}` },
  aws_secretsmanager_secret: {
    id: ({ text, region, accountId }) => secretArn({ name: text('name'), region, accountId }),
    arn: ({ text, region, accountId }) => secretArn({ name: text('name'), region, accountId }),
  },
  aws_sns_topic: { id: arn('sns', named('name')), arn: arn('sns', named('name')) },
  aws_sqs_queue: {
    arn: arn('sqs', named('name')),
    url: ({ text, region, accountId }) => `https://sqs.${region}.amazonaws.com/${accountId}/${text('name')}`,
  },
};

/** A value that AWS would assign; `undefined` when the sandbox assigns none to the attribute. */
export function computedAttribute(type: string, attribute: string, input: ComputedInput): string | undefined {
  return COMPUTED[type]?.[attribute]?.(input);
}
