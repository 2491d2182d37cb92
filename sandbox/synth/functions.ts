import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { defined } from '../../lambdas/lib/defined';
import { functionNameOf } from '../gateway/function-access';
import type { LambdaPermission } from '../gateway/model';
import type { FunctionSpec } from '../runtime';
import { SynthError } from './errors';
import type { Resource, StackResources } from './resources';
import { objectOf } from './stacks';

/** The functions of the stacks. @throws {SynthError} for a package that is not a zip file on disk */
export function readFunctions(stacks: readonly StackResources[]): FunctionSpec[] {
  return stacks.flatMap((stack) => stack.ofType('aws_lambda_function')).map(readFunction);
}

function readFunction(resource: Resource): FunctionSpec {
  const name = resource.text('function_name');
  const [environment = {}] = resource.blocks('environment');
  const variables = objectOf(environment.variables, `${resource.label}.environment.variables`);
  const concurrency = resource.optionalNumber('reserved_concurrent_executions') ?? -1;
  if (concurrency === 0) {
    throw new SynthError(`${resource.label} has reserved_concurrent_executions 0: it could never run`);
  }
  return {
    name,
    arn: resource.text('arn'),
    zipFile: zipFileOf(resource),
    handler: resource.text('handler'),
    runtime: resource.text('runtime'),
    // What Terraform's provider takes when these are not given.
    timeoutSeconds: resource.optionalNumber('timeout') ?? 3,
    memoryMb: resource.optionalNumber('memory_size') ?? 128,
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
    logGroup: `/aws/lambda/${name}`,
    ...(concurrency > 0 ? { concurrency } : {}),
  };
}

function zipFileOf(resource: Resource): string {
  const file = path.resolve(resource.stack.folder, resource.text('filename'));
  if (!existsSync(file)) {
    throw new SynthError(`${resource.label}.filename is ${file}, which does not exist`);
  }
  return file;
}

/** Statements of the functions' resource policies. */
export function readPermissions(stacks: readonly StackResources[]): LambdaPermission[] {
  return stacks
    .flatMap((stack) => stack.ofType('aws_lambda_permission'))
    .map((resource) => {
      const sourceArn = resource.optionalText('source_arn');
      const sourceAccount = resource.optionalText('source_account');
      return {
        functionName: functionNameOf(resource.text('function_name')),
        action: resource.text('action'),
        principal: resource.text('principal'),
        ...defined({ sourceArn, sourceAccount }),
      };
    });
}

/** ARN of the function that an invocation URI names. @throws {SynthError} for any other URI */
export function functionArnOf(resource: Resource, attribute: string): string {
  const uri = resource.text(attribute);
  const arn = /^arn:[^:]+:apigateway:[^:]+:lambda:path\/[^/]+\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (arn === undefined || arn.includes('${')) {
    throw new SynthError(
      `${resource.label}.${attribute} is ${JSON.stringify(uri)}, the sandbox supports the invocation ARN of a function`,
    );
  }
  return arn;
}
