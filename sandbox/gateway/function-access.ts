import { type InvokeFailure, type InvokeResult, UnknownFunctionError } from '../runtime/types';
import type { LambdaPermission } from './model';
import { arnMatches } from './policy';

/** The function cannot be called at all; what calls it answers with its own configuration error. */
export class FunctionUnavailable extends Error {
  override readonly name = 'FunctionUnavailable';
}

/** One call of a function by API Gateway. */
export interface FunctionCall {
  readonly functionArn: string;
  /** ARN of what calls, as a function's resource policy sees it. */
  readonly sourceArn: string;
  readonly event: unknown;
}

/** Calls functions as API Gateway does: by ARN, and only with a permission in the function's resource policy. */
export class FunctionAccess {
  constructor(
    private readonly invokeByName: (functionName: string, event: unknown) => Promise<InvokeResult>,
    private readonly permissions: readonly LambdaPermission[],
  ) {}

  /** @throws {FunctionUnavailable} for a function that is not in the synthesized stacks, or that API Gateway may not call */
  async call({ functionArn, sourceArn, event }: FunctionCall): Promise<InvokeResult> {
    const name = functionNameOf(functionArn);
    const refusal = this.refusal(functionArn, sourceArn);
    if (refusal !== undefined) {
      throw new FunctionUnavailable(refusal);
    }
    try {
      return await this.invokeByName(name, event);
    } catch (error) {
      if (error instanceof UnknownFunctionError) {
        throw new FunctionUnavailable(error.message);
      }
      throw error;
    }
  }

  /** Why a service may not call a function from this source; `undefined` when it may. */
  refusal(functionArn: string, sourceArn: string, principal = 'apigateway.amazonaws.com'): string | undefined {
    const name = functionNameOf(functionArn);
    const account = sourceArn.split(':')[4];
    const permitted = this.permissions.some(
      (permission) =>
        functionNameOf(permission.functionName) === name &&
        (permission.action === 'lambda:InvokeFunction' || permission.action === 'lambda:*') &&
        permission.principal === principal &&
        (permission.sourceAccount === undefined || permission.sourceAccount === account) &&
        (permission.sourceArn === undefined || covers(permission.sourceArn, sourceArn)),
    );
    return permitted
      ? undefined
      : `function ${name} has no permission (aws_lambda_permission) for ${principal === 'apigateway.amazonaws.com' ? '' : `${principal} and `}${sourceArn}`;
  }
}

/** Name in a function's ARN; a bare name stays. */
export function functionNameOf(arnOrName: string): string {
  return /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(arnOrName)?.[1] ?? arnOrName;
}

/**
 * What a failed function is said to have done, without any text of its own. Of a module that is not in the package the name is
 * told: nothing else helps, and it is no secret.
 */
export function failureText({ errorType, errorMessage }: InvokeFailure): string {
  const module =
    errorType === 'Runtime.ImportModuleError'
      ? /Cannot find (?:module|package) '([^'\n]+)'/.exec(errorMessage)?.[1]
      : undefined;
  return module === undefined ? errorType : `${errorType}: its package has no module ${JSON.stringify(module)}`;
}

/** A path parameter may stand in a permission as it does in the template, or as `*`. */
function covers(pattern: string, sourceArn: string): boolean {
  return arnMatches(pattern, sourceArn) || pattern === sourceArn.replace(/\{[^}]+\}/g, '*');
}
