import type { Attributes } from '../reader/attributes';
import { known, type Value } from '../three-valued';
import type { Rule } from './rule';
import { blocksOf, booleanOf, finding, isSet, type Judgement, resourcesOf } from './shared/resources';

/** Whether a resource keeps a secret of an OAuth client, and which attribute holds it. */
interface Place {
  readonly attribute: string;
  /** What is kept there; absent or false where nothing is. */
  readonly kept: (attributes: Attributes) => Value<boolean>;
  readonly message: string;
}

const PLACES: Readonly<Record<string, Place>> = {
  aws_cognito_user_pool_client: {
    attribute: 'generate_secret',
    kept: (attributes) => booleanOf(attributes, 'generate_secret'),
    message: 'Terraform reads the secret that Cognito generates and keeps it in the state',
  },
  aws_cognito_identity_provider: {
    attribute: 'provider_details',
    kept: (attributes) => {
      const details = attributes.object('provider_details');
      return details.whollyUnknown
        ? { kind: 'unknown', cause: 'known only after apply' }
        : known(isSet(details, 'client_secret'));
    },
    message: 'the secret with which the pool signs in at the provider is kept in plan and state',
  },
  aws_cloudwatch_event_connection: {
    attribute: 'auth_parameters',
    kept: (attributes) => inBlocks(attributes, ['auth_parameters', 'oauth', 'client_parameters']),
    message: 'the client secret of the connection is kept in plan and state',
  },
  aws_lb_listener: {
    attribute: 'default_action',
    kept: (attributes) => inBlocks(attributes, ['default_action', 'authenticate_oidc']),
    message: 'the client secret of the listener is kept in plan and state',
  },
  aws_lb_listener_rule: {
    attribute: 'action',
    kept: (attributes) => inBlocks(attributes, ['action', 'authenticate_oidc']),
    message: 'the client secret of the rule is kept in plan and state',
  },
};

/** Secrets of OAuth clients are made and rotated outside of Terraform. */
export const clientSecretInState: Rule = {
  id: 'SECRET-008',
  title: 'Secret of an OAuth client kept in the state',
  why: 'Whoever reads the state or a backup of it can ask for access tokens as the client. Rotating the secret means an apply, so it is not rotated.',
  cause: 'The resource has no write-only argument for the secret, or generates it by itself.',
  fix: 'Let the client authenticate by a key or a certificate (private_key_jwt, mutual TLS). Where it needs a secret, make the client outside of Terraform and put the secret straight into Secrets Manager, where it rotates.',
  severity: 'high',
  references: [
    'https://developer.hashicorp.com/terraform/language/manage-sensitive-data',
    'https://www.rfc-editor.org/rfc/rfc9700#section-2.5',
  ],
  check: (model) =>
    Object.entries(PLACES).flatMap(([type, place]) =>
      resourcesOf(model, type).map((placed) =>
        finding(placed, place.attribute, judge(place, place.kept(placed.resource.attributes))),
      ),
    ),
};

function judge({ attribute, message }: Place, kept: Value<boolean>): Judgement {
  if (kept.kind === 'unknown') {
    return ['unknown', `${attribute} is ${kept.cause}`];
  }
  return kept.kind === 'known' && kept.value ? ['fail', message] : ['pass', 'it keeps no secret of a client'];
}

/** Whether one of the innermost blocks sets `client_secret`. */
function inBlocks(attributes: Attributes, [name, ...rest]: readonly string[]): Value<boolean> {
  if (name === undefined) {
    return known(isSet(attributes, 'client_secret'));
  }
  const blocks = blocksOf(attributes, name);
  if (blocks.kind !== 'known') {
    return blocks.kind === 'unknown' ? blocks : known(false);
  }
  const answers = blocks.value.map((block) => inBlocks(block, rest));
  return (
    answers.find((answer) => answer.kind === 'known' && answer.value) ??
    answers.find(({ kind }) => kind === 'unknown') ??
    known(false)
  );
}
