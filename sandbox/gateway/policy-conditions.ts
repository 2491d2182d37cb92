import { BlockList, isIP } from 'node:net';

/** What a condition is decided on. */
export interface ConditionInput {
  readonly sourceIp: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type Condition = (input: ConditionInput) => boolean;

/** A policy that cannot be evaluated: it must never count as a match. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

type Compare = (now: number, limit: number) => boolean;

const DATE_OPERATORS: Readonly<Record<string, Compare>> = {
  DateLessThan: (now, limit) => now < limit,
  DateLessThanEquals: (now, limit) => now <= limit,
  DateGreaterThan: (now, limit) => now > limit,
  DateGreaterThanEquals: (now, limit) => now >= limit,
};

const CURRENT_TIME = 'aws:currenttime';
const SOURCE_IP = 'aws:sourceip';

/**
 * Compiles the `Condition` of a statement. All operators and keys must hold; of several values of one key, one must
 * (none for a negated operator).
 *
 * @throws {PolicyError} for an operator or key that the sandbox does not know, and for a malformed value
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function compileConditions(block: unknown): Condition[] {
  if (block === undefined) return [];
  return entries(block, 'Condition').flatMap(([operator, keys]) =>
    entries(keys, `Condition.${operator}`).map(([key, values]) => compileOne(operator, key, texts(values, operator))),
  );
}

function compileOne(operator: string, key: string, values: readonly string[]): Condition {
  const compare = DATE_OPERATORS[operator];
  // Condition keys are not case-sensitive (IAM user guide).
  const name = key.toLowerCase();
  if (compare !== undefined && name === CURRENT_TIME) {
    const limits = values.map(epochMilliseconds);
    return ({ now }) => limits.some((limit) => compare(now, limit));
  }
  if ((operator === 'IpAddress' || operator === 'NotIpAddress') && name === SOURCE_IP) {
    const networks = networkList(values);
    const wanted = operator === 'IpAddress';
    return ({ sourceIp }) => contains(networks, sourceIp) === wanted;
  }
  throw new PolicyError(
    `condition ${operator} on ${key} is unknown, known are ${Object.keys(DATE_OPERATORS).join(', ')} on aws:CurrentTime and IpAddress, NotIpAddress on aws:SourceIp`,
  );
}

function epochMilliseconds(text: string): number {
  // Either ISO 8601 or epoch seconds.
  const value = /^\d+$/.test(text)
    ? Number(text) * 1000
    : /^\d{4}-\d\d-\d\dT/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (Number.isNaN(value))
    throw new PolicyError(`date is ${JSON.stringify(text)}, allowed are ISO 8601 and epoch seconds`);
  return value;
}

/** Networks by the version of IP: one list of both would take an IPv4 address for a part of `::/0`. */
type Networks = Readonly<Record<'ipv4' | 'ipv6', BlockList>>;

function networkList(values: readonly string[]): Networks {
  const lists: Networks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const value of values) {
    const [address = '', prefix, ...rest] = value.split('/');
    const version = isIP(address);
    const bits = version === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (version === 0 || rest.length > 0 || length < 0 || length > bits) {
      throw new PolicyError(
        `source network is ${JSON.stringify(value)}, allowed are IPv4 and IPv6 addresses and CIDR blocks`,
      );
    }
    const family = familyOf(version);
    lists[family].addSubnet(address, length, family);
  }
  return lists;
}

function contains(networks: Networks, sourceIp: string): boolean {
  const version = isIP(sourceIp);
  if (version === 0) throw new PolicyError(`source address is ${JSON.stringify(sourceIp)}, expected an IP address`);
  const family = familyOf(version);
  return networks[family].check(sourceIp, family);
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}

function entries(value: unknown, what: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicyError(`${what} is ${JSON.stringify(value)}, expected an object`);
  }
  return Object.entries(value);
}

function texts(value: unknown, what: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((item) => typeof item === 'string' || typeof item === 'number')) {
    throw new PolicyError(`values of ${what} are ${JSON.stringify(value)}, expected texts`);
  }
  return list.map(String);
}
