import { isIP } from 'node:net';
import { type AddressRange, inRange, parseAddress, parseCidr } from '../../lambdas/lib/cidr';

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
  if (block === undefined) {
    return [];
  }
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
    const networks = values.map(parseNetwork);
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
  if (Number.isNaN(value)) {
    throw new PolicyError(`date is ${JSON.stringify(text)}, allowed are ISO 8601 and epoch seconds`);
  }
  return value;
}

/** A network, and the version of IP that it is written in: `::/0` holds no IPv4 address for IAM. */
interface Network {
  readonly version: number;
  readonly range: AddressRange;
}

function parseNetwork(text: string): Network {
  const range = parseCidr(text);
  if (range === undefined) {
    throw new PolicyError(
      `source network is ${JSON.stringify(text)}, allowed are IPv4 and IPv6 addresses and CIDR blocks`,
    );
  }
  return { version: isIP(text.split('/')[0] ?? ''), range };
}

function contains(networks: readonly Network[], sourceIp: string): boolean {
  const address = parseAddress(sourceIp);
  if (address === undefined) {
    throw new PolicyError(`source address is ${JSON.stringify(sourceIp)}, expected an IP address`);
  }
  const version = isIP(sourceIp);
  return networks.some((network) => network.version === version && inRange(address, network.range));
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
