import type { Attributes } from '../reader/attributes';
import type { Rule, RuleFinding } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** Longest lives that the references below leave, in seconds. */
const LONGEST_SECONDS: Readonly<Record<string, readonly [most: number, what: string]>> = {
  exchangeSeconds: [900, 'access tokens that an API token was exchanged for'],
  clientSeconds: [3600, 'access tokens of clients'],
  proofSeconds: [300, 'DPoP proofs'],
};

const ADDRESSES = ['issuer', 'keySet'] as const;

/**
 * What a token endpoint says of itself in the plan: a `terraform_data` whose input is
 * `{ tokenEndpoint: <function name>, issuer, keySet, exchangeSeconds, clientSeconds, proofSeconds }`. Whoever takes DPoP not at all gives no
 * `proofSeconds`.
 */
export const tokenEndpointSettings: Rule = {
  id: 'AUTHZ-021',
  title: 'Token endpoint with weak settings',
  why: 'Whoever can answer for the key set over http can sign every token. An access token that lasts longer than its bound works on after what it was derived from was revoked and the revocation forgotten.',
  cause: 'Lifetimes were raised so that a client need not ask again, or an address of a test was left in place.',
  fix: 'Give the issuer and its key set https addresses, and keep to 900 seconds for exchanged tokens, 3600 for those of clients, 300 for proofs.',
  severity: 'high',
  references: [
    'https://www.rfc-editor.org/rfc/rfc8414#section-2',
    'https://www.rfc-editor.org/rfc/rfc9700#section-2.2',
    'https://www.rfc-editor.org/rfc/rfc9449#section-11.1',
  ],
  check: (model) =>
    resourcesOf(model, 'terraform_data').flatMap((placed): RuleFinding[] => {
      const input = placed.resource.attributes.object('input');
      return input.names().includes('tokenEndpoint') ? judgeEndpoint(placed, input) : [];
    }),
};

function judgeEndpoint(placed: Placed, input: Attributes): RuleFinding[] {
  return [
    ...ADDRESSES.map((name) => finding(placed, `input.${name}`, judgeAddress(input, name))),
    ...Object.entries(LONGEST_SECONDS)
      .filter(([name]) => input.names().includes(name))
      .map(([name, [most, what]]) => finding(placed, `input.${name}`, judgeSeconds(input, name, most, what))),
  ];
}

function judgeAddress(input: Attributes, name: string): Judgement {
  const address = input.string(name);
  if (address.kind === 'unknown') {
    return ['unknown', `${name} is ${address.cause}`];
  }
  if (address.kind === 'absent') {
    return ['fail', `it has no ${name}`];
  }
  // Loopback never leaves the machine: a developer's sandbox.
  return /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)([:/]|$))/.test(address.value)
    ? ['pass', `${name} is reached over https, or on this machine alone`]
    : ['fail', `${name} is ${JSON.stringify(address.value)}, which is no https address`];
}

function judgeSeconds(input: Attributes, name: string, most: number, what: string): Judgement {
  const seconds = input.number(name);
  if (seconds.kind !== 'known') {
    return ['unknown', `${name} is ${seconds.kind === 'unknown' ? seconds.cause : 'not known'}`];
  }
  return seconds.value > most
    ? ['fail', `${what} last ${seconds.value} s, longer than ${most} s`]
    : ['pass', `${what} last ${seconds.value} s`];
}
