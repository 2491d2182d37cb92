import { arrayOf, isObject, type Json, type JsonObject, objectOf, stringsOf } from '../json';
import type { Attributes } from '../reader/attributes';
import { resolveReferences } from '../reader/references';
import type { Resource, Stack } from '../reader/stack';
import { known, unknown, type Value } from '../three-valued';
import type { ApiDocument } from './openapi-routes';
import { readPolicyData, statementLabel } from './policy-data';
import { parseKnownJson, parseTemplateJson, type SymbolicJson } from './symbolic-json';
import type { LambdaPermission, Policy, PolicyCondition, PolicyPrincipal, PolicyStatement, PolicyText } from './types';

/** Attributes that hold a policy document. A trust policy says who may assume the role: it is the role's resource policy. */
const POLICY_ATTRIBUTES: readonly {
  readonly type: string;
  readonly attribute: string;
  readonly kind: Policy['kind'];
}[] = [
  { type: 'aws_iam_policy', attribute: 'policy', kind: 'identity' },
  { type: 'aws_iam_role_policy', attribute: 'policy', kind: 'identity' },
  { type: 'aws_iam_user_policy', attribute: 'policy', kind: 'identity' },
  { type: 'aws_iam_group_policy', attribute: 'policy', kind: 'identity' },
  { type: 'aws_iam_role', attribute: 'assume_role_policy', kind: 'resource' },
  { type: 'aws_api_gateway_rest_api', attribute: 'policy', kind: 'resource' },
  { type: 'aws_api_gateway_rest_api_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_cloudwatch_event_bus_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_cloudwatch_log_resource_policy', attribute: 'policy_document', kind: 'resource' },
  { type: 'aws_dynamodb_resource_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_ecr_repository_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_elasticsearch_domain_policy', attribute: 'access_policies', kind: 'resource' },
  { type: 'aws_opensearch_domain_policy', attribute: 'access_policies', kind: 'resource' },
  { type: 'aws_kms_key', attribute: 'policy', kind: 'resource' },
  { type: 'aws_kms_key_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_s3_bucket_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_secretsmanager_secret', attribute: 'policy', kind: 'resource' },
  { type: 'aws_secretsmanager_secret_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_sns_topic', attribute: 'policy', kind: 'resource' },
  { type: 'aws_sns_topic_policy', attribute: 'policy', kind: 'resource' },
  { type: 'aws_sqs_queue', attribute: 'policy', kind: 'resource' },
  { type: 'aws_sqs_queue_policy', attribute: 'policy', kind: 'resource' },
];

/** The policy documents of a stack. */
export function readPolicies(stack: Stack, documents: readonly ApiDocument[]): Policy[] {
  const policies: Policy[] = [];
  for (const { type, attribute, kind } of POLICY_ATTRIBUTES) {
    for (const resource of stack.ofType(type)) {
      const statements = statementsOf(stack, resource, resource.attributes, attribute);
      if (statements.kind !== 'absent') {
        policies.push(policy(stack, resource, attribute, kind, statements));
      }
    }
  }
  for (const resource of stack.ofType('aws_iam_role')) {
    policies.push(...inlinePolicies(stack, resource));
  }
  for (const { resource, body, sensitive } of documents) {
    const embedded = objectOf(body.document)['x-amazon-apigateway-policy'];
    if (embedded !== undefined) {
      const statements = readStatements({ document: embedded, text: body.text }, sensitive);
      policies.push(policy(stack, resource, 'body x-amazon-apigateway-policy', 'resource', statements));
    }
  }
  return policies;
}

/** The function permissions of a stack. */
export function readLambdaPermissions(stack: Stack): LambdaPermission[] {
  return stack.ofType('aws_lambda_permission').map((resource) => ({
    stack,
    address: resource.address,
    constructPath: resource.config?.constructPath,
    principal: resource.attributes.string('principal'),
    action: resource.attributes.string('action'),
    restricted: ['source_arn', 'source_account', 'principal_org_id'].some((attribute) => {
      const value = resource.attributes.value(attribute);
      return value.kind === 'known' || (value.kind === 'unknown' && resource.attributes.configured(attribute));
    }),
  }));
}

function policy(
  stack: Stack,
  resource: Resource,
  attribute: string,
  kind: Policy['kind'],
  statements: Value<readonly PolicyStatement[]>,
): Policy {
  const constructPath = resource.config?.constructPath;
  return { stack, address: resource.address, constructPath, attribute, kind, resourceType: resource.type, statements };
}

function inlinePolicies(stack: Stack, resource: Resource): Policy[] {
  const blocks = resource.attributes.blocks('inline_policy');
  if (blocks.kind !== 'known') {
    return [policy(stack, resource, 'inline_policy', 'identity', blocks)];
  }
  return blocks.value.flatMap((block, index) => {
    const statements = statementsOf(stack, resource, block, 'policy');
    return statements.kind === 'absent'
      ? []
      : [policy(stack, resource, `inline_policy[${index}].policy`, 'identity', statements)];
  });
}

/** The ladder: the known text; else the document of a data source that is read during apply; else the template; else unknown. */
function statementsOf(
  stack: Stack,
  resource: Resource,
  attributes: Attributes,
  attribute: string,
): Value<readonly PolicyStatement[]> {
  const value = attributes.string(attribute);
  if (value.kind === 'absent' || (value.kind === 'known' && value.value === '')) {
    return { kind: 'absent' };
  }
  if (value.kind === 'known') {
    const json = parseKnownJson(value.value);
    return json === undefined ? unknown('no JSON') : readStatements(json, value.sensitive);
  }
  const expression = attributes.expression(attribute);
  if (expression === undefined) {
    // Nobody set it: the provider fills it in, and AWS makes its default policy.
    return attributes.configured(attribute) ? value : { kind: 'absent' };
  }
  const { targets, unresolved } = resolveReferences(stack, resource, expression);
  const document = targets[0]?.resource;
  if (targets.length === 1 && unresolved.length === 0 && document?.type === 'aws_iam_policy_document') {
    return readPolicyData(document);
  }
  const json = typeof expression.constant === 'string' ? parseTemplateJson(expression.constant) : undefined;
  return json === undefined ? value : readStatements(json, false);
}

function readStatements(json: SymbolicJson, sensitive: boolean): Value<readonly PolicyStatement[]> {
  const list = isObject(json.document) ? json.document.Statement : undefined;
  const statements = isObject(list) ? [list] : arrayOf(list);
  if (statements.length === 0 || !statements.every(isObject)) {
    return unknown('not readable: it has no statements');
  }
  const read = statements.map((statement, index) => readStatement(statement, index, json, sensitive));
  const complete = read.filter((statement) => statement !== undefined);
  return complete.length === read.length
    ? known(complete, sensitive)
    : unknown('not readable: a statement has an unexpected form');
}

function readStatement(
  statement: JsonObject,
  index: number,
  json: SymbolicJson,
  sensitive: boolean,
): PolicyStatement | undefined {
  const texts = (value: Json | undefined): readonly PolicyText[] | undefined =>
    stringsOf(value)?.map((text) => json.text(text));
  const effect = texts(statement.Effect)?.[0];
  const result = {
    label: statementLabel(index, sensitive ? undefined : statement.Sid),
    actions: texts(statement.Action),
    notActions: texts(statement.NotAction),
    resources: texts(statement.Resource),
    notResources: texts(statement.NotResource),
    principals: principalsOf(statement.Principal, json),
    notPrincipals: principalsOf(statement.NotPrincipal, json),
    conditions: conditionsOf(statement.Condition, json),
  };
  return effect === undefined || (result.actions === undefined && result.notActions === undefined)
    ? undefined
    : { effect, ...result };
}

function principalsOf(value: Json | undefined, json: SymbolicJson): readonly PolicyPrincipal[] | undefined {
  if (typeof value === 'string') {
    return [{ type: '*', id: json.text(value) }];
  }
  if (!isObject(value)) {
    return undefined;
  }
  return Object.entries(value).flatMap(([type, ids]) =>
    (stringsOf(ids) ?? []).map((id) => ({ type, id: json.text(id) })),
  );
}

function conditionsOf(value: Json | undefined, json: SymbolicJson): PolicyCondition[] {
  return Object.entries(objectOf(value)).flatMap(([operator, tests]) =>
    Object.entries(objectOf(tests)).map(([key, values]) => ({
      operator,
      key: json.text(key),
      // Numbers and booleans may stand there without quotes.
      values: (Array.isArray(values) ? values : [values]).map((item) => json.text(String(item))),
    })),
  );
}
