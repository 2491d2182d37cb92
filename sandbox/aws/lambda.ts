import { Hono } from 'hono';
import { UnknownFunctionError } from '../runtime/types';
import { AwsError, unsupported } from './protocol';
import type { LocalAwsOptions } from './types';

/** Lambda's Invoke, synchronous only (AWS Lambda API reference, Invoke). */
export function lambdaRoutes(invoke: LocalAwsOptions['invoke']): Hono {
  const app = new Hono();

  app.post('/2015-03-31/functions/:functionName/invocations', async (c) => {
    const type = c.req.header('x-amz-invocation-type') ?? 'RequestResponse';
    if (type !== 'RequestResponse') {
      throw unsupported(`Lambda Invoke with invocation type ${type}`);
    }
    const event = parsePayload(await c.req.text());
    const requested = c.req.param('functionName');
    const result = await invoke(
      functionNameOf(requested),
      event,
      c.req.query('Qualifier') ?? qualifierOf(requested),
    ).catch((error: unknown) => {
      if (!(error instanceof UnknownFunctionError)) {
        throw error;
      }
      throw new AwsError('ResourceNotFoundException', `Function not found: ${requested}`, 404);
    });
    c.header('x-amz-executed-version', '$LATEST');
    if (result.ok) {
      return c.body(JSON.stringify(result.payload), 200, { 'content-type': 'application/json' });
    }
    c.header('x-amz-function-error', 'Unhandled');
    const { errorType, errorMessage, trace } = result;
    return c.json({ errorType, errorMessage, ...(trace ? { trace } : {}) });
  });

  return app;
}

/**
 * From a name, a partial ARN (`account:function:name`) or an ARN, each with or without a qualifier.
 *
 * @throws AwsError `InvalidParameterValueException`.
 */
export function functionNameOf(reference: string): string {
  const match = /^(?:(?:arn:[^:]+:lambda:[^:]*:)?\d{12}:function:)?([A-Za-z0-9_-]+)(?::[A-Za-z0-9$_-]+)?$/.exec(
    reference,
  );
  if (!match?.[1]) {
    throw new AwsError('InvalidParameterValueException', 'FunctionName is no name and no function ARN');
  }
  return match[1];
}

/** Alias or version of a reference. `$LATEST` is what there is without one. */
function qualifierOf(reference: string): string | undefined {
  const parts = reference.split(':');
  const qualifier = [2, 4, 8].includes(parts.length) ? parts.at(-1) : undefined;
  return qualifier === '$LATEST' ? undefined : qualifier;
}

function parsePayload(text: string): unknown {
  if (text === '') {
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}
