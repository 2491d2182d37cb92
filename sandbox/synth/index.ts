import type { BucketSpec, SecretSpec, SigningKeySpec, TableSpec } from '../aws';
import type { LogSubscriptionSpec } from '../events/log-subscriptions';
import type { ScheduleSpec } from '../events/schedules';
import { unknownVariables } from '../gateway/access-log';
import { authorizerSourceArn } from '../gateway/authorizer';
import { executionArn } from '../gateway/events';
import { FunctionAccess, functionNameOf } from '../gateway/function-access';
import type { LambdaPermission, RestApi, UsagePlan } from '../gateway/model';
import type { FunctionSpec } from '../runtime';
import { deploySnapshots } from './deployments';
import { SynthError } from './errors';
import { readFunctions, readPermissions } from './functions';
import { checkProperties, unsupportedNotes } from './properties';
import { StackResources } from './resources';
import { readSchedules } from './schedules';
import { type ReadStacksOptions, readStacks } from './stacks';
import { readStages } from './stages';
import { readBuckets, readSecrets, readSigningKeys, readTables } from './stores';
import { readSubscriptions } from './subscriptions';
import { readUsagePlans } from './usage-plans';

export { SynthError } from './errors';

export interface ReadSynthOptions extends ReadStacksOptions {
  /** Where the snapshots of deployments are kept. */
  readonly stateDir: string;
}

/** Everything that the sandbox runs, made of what was synthesized. */
export interface SynthModel {
  readonly apis: readonly RestApi[];
  readonly usagePlans: readonly UsagePlan[];
  readonly permissions: readonly LambdaPermission[];
  readonly functions: readonly FunctionSpec[];
  readonly tables: readonly TableSpec[];
  readonly secrets: readonly SecretSpec[];
  readonly buckets: readonly BucketSpec[];
  readonly signingKeys: readonly SigningKeySpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly subscriptions: readonly LogSubscriptionSpec[];
  readonly region: string;
  readonly accountId: string;
  /** What of the plan is not done, and what would fail when it is called. */
  readonly notes: readonly string[];
}

/**
 * Reads the synthesized stacks of an environment and resolves the references between their resources.
 *
 * @throws {SynthError} naming stack and resource, for what is missing, cannot be resolved, or would silently be lost
 */
export function readSynth(options: ReadSynthOptions): SynthModel {
  const stacks = readStacks(options).map((stack) => new StackResources(stack));
  const resources = stacks.flatMap((stack) => stack.all);
  checkProperties(resources);
  const [first] = resources;
  if (first === undefined) {
    throw new SynthError('the stacks have no resource');
  }
  const functions = readFunctions(stacks);
  const permissions = readPermissions(stacks);
  const { apis, notes } = deploySnapshots(readStages(stacks), options.stateDir);
  const { schedules, notes: scheduleNotes } = readSchedules(stacks);
  const { subscriptions, notes: subscriptionNotes } = readSubscriptions(stacks);
  return {
    apis,
    usagePlans: readUsagePlans(stacks),
    permissions,
    functions,
    tables: readTables(stacks),
    secrets: readSecrets(stacks),
    buckets: readBuckets(stacks),
    signingKeys: readSigningKeys(stacks),
    schedules,
    subscriptions,
    ...first.location,
    notes: [
      ...notes,
      ...apis.flatMap((api) => apiNotes(api, functions, permissions)),
      ...scheduleNotes,
      ...refusedSchedules(schedules, permissions),
      ...subscriptionNotes,
      ...refusedSubscriptions(subscriptions, permissions),
      ...unsupportedNotes(resources),
    ],
  };
}

/** Schedules whose function EventBridge has no permission to call. */
function refusedSchedules(schedules: readonly ScheduleSpec[], permissions: readonly LambdaPermission[]): string[] {
  const access = new FunctionAccess(() => Promise.reject(new Error('nothing is called')), permissions);
  return schedules.flatMap(({ ruleName, ruleArn, functionArn }) => {
    const refusal = access.refusal(functionArn, ruleArn, 'events.amazonaws.com');
    return refusal === undefined ? [] : [`schedule ${ruleName}: ${refusal}, nothing is called`];
  });
}

/** Subscriptions whose function CloudWatch Logs has no permission to call. */
function refusedSubscriptions(
  subscriptions: readonly LogSubscriptionSpec[],
  permissions: readonly LambdaPermission[],
): string[] {
  const access = new FunctionAccess(() => Promise.reject(new Error('nothing is called')), permissions);
  return subscriptions.flatMap(({ name, functionArn, logGroupArn }) => {
    const refusal = access.refusal(functionArn, logGroupArn, 'logs.amazonaws.com');
    return refusal === undefined ? [] : [`subscription ${name}: ${refusal}, nothing is delivered`];
  });
}

function apiNotes(
  api: RestApi,
  functions: readonly FunctionSpec[],
  permissions: readonly LambdaPermission[],
): string[] {
  const format = api.stage.accessLog?.format ?? '';
  const variables = unknownVariables(format).map(
    (name) => `${api.name}: the access log uses $context.${name}, which API Gateway does not have`,
  );
  return [...variables, ...new Set([...iamNotes(api), ...callNotes(api, functions, permissions)])];
}

function iamNotes(api: RestApi): string[] {
  const methods = api.definition.resources.flatMap((resource) => resource.methods);
  const count = methods.filter((method) => method.authorization === 'AWS_IAM').length;
  return count === 0 ? [] : [`${api.name}: ${count} AWS_IAM methods answer 403, signatures are not verified here`];
}

/** Functions that are missing, or that API Gateway has no permission to call. */
function callNotes(
  api: RestApi,
  functions: readonly FunctionSpec[],
  permissions: readonly LambdaPermission[],
): string[] {
  const access = new FunctionAccess(() => Promise.reject(new Error('nothing is called')), permissions);
  const calls = [
    ...api.definition.authorizers.map(({ id, functionArn }) => ({
      functionArn,
      sourceArn: authorizerSourceArn(api, id),
    })),
    ...api.definition.resources.flatMap(({ path, methods }) =>
      methods.flatMap(({ httpMethod, integration }) =>
        integration.type === 'AWS_PROXY'
          ? [
              {
                functionArn: integration.functionArn,
                sourceArn: `${executionArn(api)}/${api.stage.name}/${httpMethod}${path}`,
              },
            ]
          : [],
      ),
    ),
  ];
  return calls.flatMap(({ functionArn, sourceArn }) => {
    const name = functionNameOf(functionArn);
    const known = functions.some((candidate) => candidate.arn === functionArn.replace(/(:function:[^:]+):.*$/, '$1'));
    if (!known) {
      return [
        `${api.name}: function ${name} (${functionArn}) is not in the synthesized stacks, calls of it answer 500`,
      ];
    }
    const refusal = access.refusal(functionArn, sourceArn);
    return refusal === undefined ? [] : [`${api.name}: ${refusal}, calls answer 500`];
  });
}
