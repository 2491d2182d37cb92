import type { Attributes } from '../reader/attributes';
import { orDefault, REDACTED, unknown, type Value } from '../three-valued';
import type { Rule } from './rule';
import {
  blockOf,
  booleanOf,
  finding,
  type Judgement,
  numberOf,
  resourcesOf,
  textOf,
  textsOf,
} from './shared/resources';

/** Longest life of an access token that an API cannot be asked about, in seconds; Cognito's own default. */
const LONGEST_SECONDS = 3600;

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Ways to sign in at which the client sees the password (RFC 9700, 2.4). */
const PASSWORD_FLOWS = ['USER_PASSWORD_AUTH', 'ALLOW_USER_PASSWORD_AUTH'];

type Check = readonly [attribute: string, judge: (attributes: Attributes) => Judgement];

const CHECKS: readonly Check[] = [
  ['allowed_oauth_flows', judgeFlows],
  ['callback_urls', judgeCallbacks],
  ['explicit_auth_flows', judgePasswords],
  ['access_token_validity', judgeLifetime],
  ['enable_token_revocation', judgeRevocation],
];

/** A client asks only in ways that keep its tokens with it, and for tokens that end soon. */
export const oauthClientSettings: Rule = {
  id: 'AUTHZ-022',
  title: 'OAuth client with weak settings',
  why: 'Tokens in the address of a page end up in histories and logs, a callback over http gives the code to the network, and a password that the client sees is no longer only its owner’s. A long access token works on for as long as it lasts after everything else was revoked.',
  cause: 'The settings were taken over from an old client or an example, or widened to make a test pass.',
  fix: 'Use the code flow with PKCE, callbacks over https (http for loopback alone), no password flow, access tokens of an hour at most, and enable_token_revocation.',
  severity: 'high',
  references: [
    'https://www.rfc-editor.org/rfc/rfc9700#section-2.1',
    'https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html',
  ],
  check: (model) =>
    resourcesOf(model, 'aws_cognito_user_pool_client').flatMap((placed) =>
      CHECKS.map(([attribute, check]) => finding(placed, attribute, check(placed.resource.attributes))),
    ),
};

function judgeFlows(attributes: Attributes): Judgement {
  return none(
    attributes,
    'allowed_oauth_flows',
    (flow) => flow === 'implicit',
    () => 'the implicit flow puts access tokens into addresses',
  );
}

function judgeCallbacks(attributes: Attributes): Judgement {
  return none(
    attributes,
    'callback_urls',
    (url) => /^http:/i.test(url) && !/^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/i.test(url),
    (url) => `${url} is a callback over http`,
  );
}

function judgePasswords(attributes: Attributes): Judgement {
  return none(
    attributes,
    'explicit_auth_flows',
    (flow) => PASSWORD_FLOWS.includes(flow),
    (flow) => `with ${flow} the client sees passwords`,
  );
}

/** Judges a list none of whose texts may be bad. */
function none(
  attributes: Attributes,
  name: string,
  isBad: (text: string) => boolean,
  message: (text: string) => string,
): Judgement {
  const texts = textsOf(attributes, name);
  if (texts.kind === 'unknown') {
    return ['unknown', `${name} is ${texts.cause}`];
  }
  const bad = texts.kind === 'known' ? texts.value.find(isBad) : undefined;
  return bad === undefined
    ? ['pass', `${name} has nothing that is weak`]
    : ['fail', message(texts.kind === 'known' && texts.sensitive ? REDACTED : bad)];
}

function judgeLifetime(attributes: Attributes): Judgement {
  const seconds = lifetimeSeconds(attributes);
  if (seconds.kind === 'unknown') {
    return ['unknown', `the life of its access tokens is ${seconds.cause}`];
  }
  const value = seconds.kind === 'absent' ? LONGEST_SECONDS : seconds.value;
  return value > LONGEST_SECONDS
    ? ['fail', `its access tokens last ${value} s, longer than ${LONGEST_SECONDS} s`]
    : ['pass', `its access tokens last ${value} s`];
}

/** Cognito counts in hours where no unit is given. */
function lifetimeSeconds(attributes: Attributes): Value<number> {
  const count = numberOf(attributes, 'access_token_validity');
  const units = blockOf(attributes, 'token_validity_units');
  const unit = units.kind === 'known' ? orDefault(textOf(units.value, 'access_token'), 'hours') : units;
  if (count.kind !== 'known' || unit.kind === 'unknown') {
    return count.kind === 'known' ? unknown('in a unit that is not known') : count;
  }
  const length = UNIT_SECONDS[unit.kind === 'known' ? unit.value : 'hours'];
  return length === undefined ? unknown('in a unit that is not known') : { ...count, value: count.value * length };
}

function judgeRevocation(attributes: Attributes): Judgement {
  const enabled = booleanOf(attributes, 'enable_token_revocation');
  if (enabled.kind === 'unknown') {
    return ['unknown', `enable_token_revocation is ${enabled.cause}`];
  }
  return enabled.kind === 'known' && !enabled.value
    ? ['fail', 'its tokens cannot be revoked']
    : ['pass', 'its tokens can be revoked'];
}
