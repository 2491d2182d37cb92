import { APPLICATION } from '../../../lambdas/lib/grammar';
import {
  anyText,
  choice,
  constant,
  flag,
  integer,
  type Keywords,
  list,
  names,
  object,
  record,
  type Schema,
  type TypeOf,
  text,
} from './build';
import {
  ANY_KEY_ARN,
  APP_CLIENT,
  HTTPS_ADDRESS,
  JSON_POINTER,
  NAME,
  ROLE_ARN,
  SCHEDULE,
  USER_POOL,
  WINDOW,
} from './grammar';

const schedule = text('When it is rotated: cron(0 hours day-of-month month day-of-week *), UTC.', {
  ...SCHEDULE,
  default: 'cron(0 3 1 1/2 ? *)',
});

const window = text('Time within which the rotation begins, "1h" to "24h".', { ...WINDOW, default: '1h' });

const call = {
  required: {
    method: choice('HTTP method.', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    url: text('HTTPS address; {token}, {id}, {label} and {admin} are filled in.', HTTPS_ADDRESS),
  },
  optional: {
    headers: record(
      'Request headers; {token}, {id}, {label} and {admin} are filled in.',
      undefined,
      anyText('One of them.'),
    ),
    body: anyText('Request body; {token}, {id}, {label} and {admin} are filled in.'),
    statuses: list('Statuses that mean success.', integer('An entry.', { minimum: 100, maximum: 599 }), {
      minItems: 1,
      absent: 'any of 2xx',
    }),
    id: text('Where the answer has the id of the token.', JSON_POINTER),
    token: text('Where the answer has the token.', JSON_POINTER),
    expiresAt: text('Where the answer has the end of the lifetime.', JSON_POINTER),
    items: text('Where the answer has the list.', JSON_POINTER),
    label: text('Where an entry of the list has its label.', JSON_POINTER),
    cursor: text('Where the answer has the cursor of the next page.', JSON_POINTER),
  },
};

type Call = TypeOf<ReturnType<typeof plainCall>>;

function plainCall(description: string) {
  return object(description, call);
}

/** A call over HTTP whose answer has to have some of the places. */
function httpCall<const N extends keyof Call = never>(
  description: string,
  places: readonly N[] = [],
): Schema<Call & { readonly [K in N]-?: NonNullable<Call[K]> }> {
  const plain: Keywords = plainCall(description);
  const demanding: Keywords = { ...plain, required: [...(plain.required ?? []), ...places] };
  return demanding;
}

const pepper = object('The pepper of the token hashes; it is rotated in any case.', {
  optional: {
    schedule: schedule,
    window: window,
    skewSeconds: integer('Accepted clock difference in seconds.', { minimum: 0, maximum: 31536000, default: 60 }),
    rollBackSeconds: integer('How long a former pepper is kept to go back to, in seconds.', {
      minimum: 0,
      maximum: 31536000,
      default: 86400,
    }),
  },
});

const signingKeys = object(
  'Keys that sign access tokens, and their public key set.',
  {
    optional: {
      api: anyText(
        'API that serves the public keys, at /.well-known/jwks.json. It may be left out where every environment has an identity, which serves them.',
      ),
      algorithm: choice('JWS algorithm of new keys.', ['ES256', 'RS256', 'EdDSA'], { default: 'ES256' }),
      jwksUrl: text(
        'Address of the key set as verifiers see it, read to test that a new key is published.',
        HTTPS_ADDRESS,
      ),
      schedule: schedule,
      window: window,
      writerCacheSeconds: integer('How long a signer keeps its copy of the keys, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 300,
      }),
      publicationCacheSeconds: integer('How long the published key set may be cached, in seconds.', {
        minimum: 10,
        maximum: 31536000,
        default: 300,
      }),
      verifierCacheSeconds: integer('How long verifiers keep their copy of the key set, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 86400,
      }),
      skewSeconds: integer('Accepted clock difference in seconds.', { minimum: 0, maximum: 31536000, default: 60 }),
      maxTokenLifetimeSeconds: integer(
        'Longest lifetime of a signed token in seconds: so long a retired public key is served.',
        { minimum: 60, maximum: 31536000, default: 3600 },
      ),
      rollBackSeconds: integer('How long a former key is kept to go back to, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 86400,
      }),
    },
  },
  { absent: 'there are none' },
);

const usageKeys = object(
  'API Gateway keys of applications.',
  {
    required: {
      applications: list(
        'Names of registered applications; each has a rotation of its own.',
        text('An entry.', APPLICATION),
        { minItems: 1, uniqueItems: true },
      ),
    },
    optional: {
      probeUrl: text('Address of a route whose API takes keys from the header, called to test a new key.', {
        ...HTTPS_ADDRESS,
        absent: 'only the control plane is asked',
      }),
      quietDays: integer(
        'Whole UTC days without a request that the former key must have had before it is disabled; 0 does not look.',
        { minimum: 0, maximum: 90, default: 1 },
      ),
      schedule: schedule,
      window: window,
      settleSeconds: integer(
        'Age in seconds of a new key before tokens use it: API Gateway does not honour it at once everywhere.',
        { minimum: 0, maximum: 31536000, default: 3600 },
      ),
      overlapSeconds: integer('How long both keys are accepted, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 86400,
      }),
      soakSeconds: integer('How long the disabled former key is kept before it is deleted, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 86400,
      }),
    },
  },
  { absent: 'they are not rotated' },
);

const upstreamTokens = record(
  'Tokens of upstream APIs, by a name.',
  names(NAME),
  object('One of them.', {
    required: {
      provider: object('How the upstream makes, lists, tests and revokes its tokens.', {
        required: {
          create: httpCall('The call that makes a token.', ['id', 'token']),
          probe: httpCall('The call that tests a token.'),
          revoke: httpCall('The call that revokes a token.'),
          idempotent: flag('Whether a second call with the same idempotency key gives the same token again.'),
          maxActive: integer('Tokens that the upstream lets live at a time.', { minimum: 1 }),
          overlap: choice(
            'Whether the former token works on while a new one exists: "both", or "none", which needs acceptedOutageSeconds.',
            ['both', 'none'],
          ),
          clientSupplied: flag('Whether the value is chosen here instead of by the upstream.'),
        },
        optional: {
          adminSecret: text('Name or ARN of a secret whose text may make tokens, filled in for {admin}.', {
            absent: 'the token in use may',
          }),
          list: httpCall('The call that lists tokens, to find those that a failed attempt left.', [
            'items',
            'id',
            'label',
          ]),
        },
      }),
    },
    optional: {
      recoveryKeyArn: text('KMS key by which a token is kept aside until it is stored.', ANY_KEY_ARN),
      schedule: schedule,
      window: window,
      overlapSeconds: integer('How long both tokens are accepted, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 86400,
      }),
      orphanSeconds: integer('Age in seconds at which a token that a failed attempt left is revoked.', {
        minimum: 60,
        maximum: 31536000,
        default: 3600,
      }),
      acceptedOutageSeconds: integer(
        'Longest outage in seconds that is accepted where two tokens cannot live at a time.',
        { minimum: 0, maximum: 31536000 },
      ),
    },
  }),
  { absent: 'there are none' },
);

const clientSecrets = record(
  'Secrets of OAuth clients, by a name.',
  names(NAME),
  object('One of them.', {
    required: {
      provider: object('Where the client is registered.', {
        required: {
          kind: constant('Kind of the provider.', 'cognito'),
          userPoolId: text('Id of the Cognito user pool.', USER_POOL),
          clientId: text('Id of the app client.', APP_CLIENT),
          tokenUrl: text('Token endpoint, called with the new secret to test it.', HTTPS_ADDRESS),
        },
        optional: {
          scope: text('Scope that the test asks for.', { absent: 'every scope of the client' }),
        },
      }),
    },
    optional: {
      existingSecret: choice(
        'What becomes of a secret that the first rotation finds: "retire" deletes it later; "keep" never does, and the second rotation is refused while it is there.',
        ['keep', 'retire'],
        { default: 'keep' },
      ),
      schedule: schedule,
      window: window,
      overlapSeconds: integer('How long both secrets are accepted, in seconds.', {
        minimum: 0,
        maximum: 31536000,
        default: 86400,
      }),
    },
  }),
  { absent: 'there are none' },
);

const breakGlassRoleArns = list(
  'Roles that may change values and read former ones in an emergency.',
  text('An entry.', ROLE_ARN),
  { absent: 'the rotation functions alone' },
);

export const rotation = object(
  'What is rotated, and when.',
  {
    optional: { pepper, signingKeys, usageKeys, upstreamTokens, clientSecrets, breakGlassRoleArns },
  },
  { absent: 'the pepper alone' },
);
