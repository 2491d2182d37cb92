/** An authorizer's result that allows the listed `METHOD/path` patterns, and denies all else. */
export function allow(resources: readonly string[], more: Record<string, unknown> = {}): Record<string, unknown> {
  const arns = resources.map((resource) => `{prefix}/${resource}`);
  return {
    principalId: 'tester',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: arns },
        { Effect: 'Deny', Action: 'execute-api:Invoke', NotResource: arns },
      ],
    },
    ...more,
  };
}

/** An authorizer's result with these statements. */
export function policy(
  statements: readonly Record<string, unknown>[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    principalId: 'tester',
    policyDocument: {
      Version: '2012-10-17',
      Statement: statements.map((statement) => ({ Action: 'execute-api:Invoke', ...statement })),
    },
    ...more,
  };
}
