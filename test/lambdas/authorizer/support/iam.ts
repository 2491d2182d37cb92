import { isIPv4 } from 'node:net';
import type { PolicyDocument, PolicyStatement } from '../../../../lambdas/authorizer/answer/policy';

/** What a policy says; API Gateway answers 403 to both denials, but a resource policy can overrule the implicit one. */
export type Verdict = 'allow' | 'explicit deny' | 'implicit deny';

export interface IamRequest {
  readonly arn: string;
  /** Epoch seconds. @default 0 */
  readonly now?: number;
  /** @default "192.0.2.1" */
  readonly sourceIp?: string;
}

/**
 * Evaluates a policy as IAM does, written apart from the code under test. An operator or a key that it does not know is
 * an error, so that no condition is skipped.
 */
export function evaluate(policy: PolicyDocument, request: IamRequest): Verdict {
  const matching = policy.Statement.filter((statement) => applies(statement, request));
  if (matching.some((statement) => statement.Effect === 'Deny')) {
    return 'explicit deny';
  }
  return matching.length > 0 ? 'allow' : 'implicit deny';
}

/** Whether an IAM resource matches an ARN: `*` is any text, slashes included, and `?` one character. */
export function resourceMatches(resource: string, arn: string): boolean {
  const source = resource
    .replace(/[.+^${}()|[\]\\/-]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(arn);
}

function applies(statement: PolicyStatement, request: IamRequest): boolean {
  const { Action, Resource, NotResource, Condition = {} } = statement;
  if (Action !== 'execute-api:Invoke' || (Resource === undefined) === (NotResource === undefined)) {
    throw new Error('statement has another action, or not one of Resource and NotResource');
  }
  if (Resource?.length === 0 || NotResource?.length === 0) {
    throw new Error('statement has an empty list of resources');
  }
  const named = (Resource ?? NotResource ?? []).some((one) => resourceMatches(one, request.arn));
  return named === (Resource !== undefined) && Object.entries(Condition).every((one) => holds(one, request));
}

function holds(
  [operator, keys]: [string, Readonly<Record<string, string | readonly string[]>>],
  request: IamRequest,
): boolean {
  const now = request.now ?? 0;
  return Object.entries(keys).every(([key, value]) => {
    const values = [value].flat();
    switch (`${operator} ${key}`) {
      case 'DateLessThan aws:CurrentTime':
        return values.some((one) => now < seconds(one));
      case 'DateGreaterThanEquals aws:CurrentTime':
        return values.some((one) => now >= seconds(one));
      case 'IpAddress aws:SourceIp':
        return values.some((one) => isWithin(request.sourceIp ?? '192.0.2.1', one));
      case 'NotIpAddress aws:SourceIp':
        return !values.some((one) => isWithin(request.sourceIp ?? '192.0.2.1', one));
      default:
        throw new Error(`condition ${operator} ${key} is not known`);
    }
  });
}

function seconds(date: string): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date)) {
    throw new Error(`${date} is no date as IAM takes it`);
  }
  return Date.parse(date) / 1000;
}

function isWithin(address: string, cidr: string): boolean {
  const [network = '', prefix] = cidr.split('/');
  if (isIPv4(address) !== isIPv4(network)) {
    return false;
  }
  const rest = BigInt((isIPv4(network) ? 32 : 128) - Number(prefix));
  return toNumber(address) >> rest === toNumber(network) >> rest;
}

function toNumber(address: string): bigint {
  if (isIPv4(address)) {
    return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  }
  const [head = '', tail] = address.split('::').map((side) => side.split(':').filter(Boolean));
  const left = [...head];
  const right = tail ?? [];
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}
