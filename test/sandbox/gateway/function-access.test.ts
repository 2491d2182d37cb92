import { FunctionAccess, FunctionUnavailable, functionNameOf } from '../../../sandbox/gateway/function-access';
import type { LambdaPermission } from '../../../sandbox/gateway/model';
import { UnknownFunctionError } from '../../../sandbox/runtime';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:sales';
const API = 'arn:aws:execute-api:eu-west-1:123456789012:abcdefghij';
const GRANT: LambdaPermission = {
  functionName: 'sales',
  action: 'lambda:InvokeFunction',
  principal: 'apigateway.amazonaws.com',
};

function permitted(permission: Partial<LambdaPermission>, source = `${API}/dev/GET/v1/sales/{region}`): boolean {
  const access = new FunctionAccess(() => Promise.reject(new Error('not called')), [{ ...GRANT, ...permission }]);
  return access.refusal(ARN, source) === undefined;
}

describe('calls of functions', () => {
  test.each([
    [ARN, 'sales'],
    [`${ARN}:live`, 'sales'],
    ['sales', 'sales'],
  ])('the name in %s is %s', (arn, name) => {
    expect(functionNameOf(arn)).toBe(name);
  });

  test.each([
    ['without a source', {}, true],
    ['of the function by its ARN', { functionName: ARN }, true],
    ['of another function', { functionName: 'status' }, false],
    ['for another service', { principal: 'events.amazonaws.com' }, false],
    ['of another action', { action: 'lambda:GetFunction' }, false],
    ['for the whole API', { sourceArn: `${API}/*` }, true],
    ['for the stage', { sourceArn: `${API}/dev/*` }, true],
    ['for another stage', { sourceArn: `${API}/prod/*` }, false],
    ['for the route with its parameter as a star', { sourceArn: `${API}/*/GET/v1/sales/*` }, true],
    ['for another method', { sourceArn: `${API}/*/POST/v1/sales/*` }, false],
    ['for the authorizer', { sourceArn: `${API}/authorizers/abc123` }, false],
  ])('a permission %s: %s', (_name, permission, expected) => {
    expect(permitted(permission)).toBe(expected);
  });

  test.each([
    ['for the account', { sourceAccount: '123456789012' }, true],
    ['for another account', { sourceAccount: '210987654321' }, false],
    ['for the secret', { sourceArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pepper-a1b2c3' }, true],
    ['for another secret', { sourceArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys-a1b2c3' }, false],
  ])('a permission of Secrets Manager %s: %s', (_name, permission, expected) => {
    const principal = 'secretsmanager.amazonaws.com';
    const access = new FunctionAccess(
      () => Promise.reject(new Error('not called')),
      [{ ...GRANT, principal, ...permission }],
    );
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pepper-a1b2c3';
    expect(access.refusal(ARN, secret, principal) === undefined).toBe(expected);
    expect(access.refusal(ARN, secret)).toContain('has no permission');
  });

  test('without a permission the function is not called', async () => {
    const invoke = jest.fn();
    const call = new FunctionAccess(invoke, []).call({ functionArn: ARN, sourceArn: API, event: {} });
    await expect(call).rejects.toThrow(FunctionUnavailable);
    expect(invoke).not.toHaveBeenCalled();
  });

  test('a function that is not in the plan is unavailable, any other failure is not hidden', async () => {
    const failing = (error: Error): Promise<unknown> =>
      new FunctionAccess(() => Promise.reject(error), [GRANT]).call({ functionArn: ARN, sourceArn: API, event: {} });
    await expect(failing(new UnknownFunctionError('sales', []))).rejects.toThrow(FunctionUnavailable);
    await expect(failing(new TypeError('broken'))).rejects.toThrow('broken');
  });
});
