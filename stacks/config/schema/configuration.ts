import {
  ACCOUNT,
  BRAND,
  DECLARED_SCOPE,
  ENVIRONMENT,
  GRANTED_SCOPE,
  PREFIX,
  REGION,
  TIER,
} from '../../../lambdas/lib/grammar';
import { api } from './api';
import {
  anyText,
  choice,
  constant,
  flag,
  integer,
  list,
  names,
  number,
  object,
  record,
  type Schema,
  type TypeOf,
  text,
} from './build';
import { FOLDER, NAME, TOPIC_ARN } from './grammar';
import { identity } from './identity';
import { issuer } from './issuer';
import { rotation } from './rotation';

const person = object('A person, as the issuer of its access tokens names it.', {
  required: { issuer: text('Exact "iss".'), subject: text('Exact "sub".', { minLength: 1 }) },
});

const policy = object('What every token has to meet. A team may ask for more, never for less.', {
  optional: {
    requiredFields: list(
      'Members of a request for a token that may not be left out.',
      choice('An entry.', ['description', 'tags', 'cidrs']),
      { uniqueItems: true, absent: 'none' },
    ),
    allowedScopes: list(
      'Scopes that tokens may hold; "sales:*" means every action of a resource.',
      text('An entry.', GRANTED_SCOPE),
      { minItems: 1, uniqueItems: true, absent: 'every scope of the configuration' },
    ),
    teamTiers: list('Tiers that teams choose for their applications by themselves.', text('An entry.', TIER), {
      uniqueItems: true,
      absent: 'none: whoever holds applications:write, or an operator, gives the tier',
    }),
  },
});

const tokens = object('What API tokens look like, how long they live, and how they are checked.', {
  required: {
    brand: text(
      'First part of every API token, 2 to 10 lower-case letters: "acme" gives acme_live_…. Scanners for secrets find tokens by it.',
      BRAND,
    ),
  },
  optional: {
    defaultLifetimeDays: integer('Lifetime in days of a token that is issued without one.', {
      minimum: 1,
      maximum: 3650,
      default: 90,
    }),
    maxLifetimeDays: integer('Longest lifetime in days that a token may be issued with.', {
      minimum: 1,
      maximum: 3650,
      default: 365,
    }),
    rotationOverlapSeconds: integer(
      'How long, in seconds, the secret before a new one is accepted after a rotation that does not say.',
      { minimum: 0, maximum: 2592000, default: 86400 },
    ),
    policy,
    operators: list('People who may do everything for every team.', person, {
      uniqueItems: true,
      absent: "administrators alone, by gatehouse bootstrap's token",
    }),
    auditors: list('People who may read everything of every team.', person, { uniqueItems: true, absent: 'nobody' }),
    revocationRefreshSeconds: integer('How old, in seconds, the set of revocations may be that the authorizer uses.', {
      minimum: 1,
      maximum: 300,
      default: 30,
    }),
    engine: choice('What checks the signatures of access tokens.', ['jose', 'node-crypto'], { default: 'jose' }),
  },
});

export const tier = object('A usage plan.', {
  required: {
    rateLimit: number('Steady rate in requests per second.', { minimum: 0, maximum: 10000 }),
    burstLimit: integer('Requests that may come at once.', { minimum: 0, maximum: 5000 }),
  },
  optional: {
    quota: object(
      'Requests in a period.',
      {
        required: {
          limit: integer('Requests in a period.', { minimum: 1 }),
          period: choice('Calendar day, week (from Sunday) or month, in UTC.', ['DAY', 'WEEK', 'MONTH']),
        },
      },
      { absent: 'as many as the rate lets through' },
    ),
  },
});

const dpop = object('Which DPoP proofs (RFC 9449) are accepted.', {
  optional: {
    algorithms: list('Accepted JWS algorithms of proofs.', choice('An entry.', ['ES256', 'EdDSA', 'PS256', 'RS256']), {
      minItems: 1,
      uniqueItems: true,
      default: ['ES256', 'EdDSA', 'PS256', 'RS256'],
    }),
    maxAgeSeconds: integer('Age in seconds at which a proof is refused.', { minimum: 1, maximum: 300, default: 60 }),
    leewaySeconds: integer('Accepted clock difference in seconds.', { minimum: 0, maximum: 60, default: 5 }),
  },
});

const usage = object('What is kept of the calls that access logs tell of.', {
  optional: {
    retentionDays: integer('How long counts of calls are kept, in days.', { minimum: 1, maximum: 3653, default: 400 }),
    lines: object(
      'Keeps the lines of access logs in S3 too, for questions in SQL (Athena). They hold addresses of callers.',
      {
        optional: {
          retentionDays: integer('How long lines are kept, in days.', { minimum: 8, maximum: 3653, default: 90 }),
        },
      },
      { absent: 'no lines but those of the log groups' },
    ),
  },
});

const trail = object('The audit trail.', {
  optional: {
    retentionDays: integer(
      'For how many days seals and sealed entries cannot be deleted. In environments with live tokens nobody can shorten it afterwards.',
      { minimum: 1, maximum: 36500, default: 400 },
    ),
  },
});

export const environment = object('An environment.', {
  required: {
    tokenEnvironment: choice(
      'Environment word in the API tokens: a test token is refused where live ones are wanted.',
      ['live', 'test'],
    ),
  },
  optional: {
    account: text('AWS account id.', { ...ACCOUNT, absent: 'that of the configuration' }),
    region: text('AWS region.', { ...REGION, absent: 'that of the configuration' }),
    deletionProtection: flag('Protects the table, the key and the secrets from destruction.', { default: true }),
    logRetentionDays: choice(
      'How long function logs and access logs are kept, in days.',
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      { default: 365 },
    ),
    issuers: list('Issuers of access tokens that this environment accepts.', issuer, {
      absent: 'those of the configuration',
    }),
    identity,
  },
});

const local = object('Files beside the synthesized stacks.', {
  required: { type: constant('"local": files beside the synthesized stacks.', 'local') },
});

const s3 = object('A bucket.', {
  required: {
    type: constant('"s3": a bucket.', 's3'),
    bucket: text('Name of the bucket, which exists already.'),
    region: text('Region of the bucket.'),
  },
  optional: { keyPrefix: text('Folder in the bucket.', { ...FOLDER, default: 'gatehouse' }) },
});

export const stateBackend: Schema<TypeOf<typeof local> | TypeOf<typeof s3>> = {
  type: 'object',
  oneOf: [local, s3],
  description: 'Where Terraform keeps its state. Default: local files.',
};

/** The whole of `gatehouse.config.json`. The published schema, the types and the table in docs/configuration.md are made of it. */
export const configuration = object('Configuration of Gatehouse.', {
  required: {
    prefix: text('First part of every resource name.', PREFIX),
    account: text('AWS account id.', ACCOUNT),
    region: text('AWS region of every environment that names none, such as "eu-west-1".', REGION),
    tokens: tokens,
    scopes: record(
      'Every scope that a token can hold, "resource:action", with its description. An API that serves the token service needs tokens:read, tokens:write, teams:write and trail:read.',
      names(DECLARED_SCOPE),
      text('One of them.'),
      { minProperties: 1 },
    ),
    tiers: record('Usage plans by name: how many requests an application may make.', names(TIER), tier, {
      minProperties: 1,
    }),
    apis: record(
      'The APIs that the platform protects, by name: each an OpenAPI document and its backends.',
      names(NAME),
      api,
      { minProperties: 1 },
    ),
    environments: record(
      'Environments by name: each has a platform and gateways of its own.',
      names(ENVIRONMENT),
      environment,
      { minProperties: 1 },
    ),
  },
  optional: {
    $schema: anyText(
      'Where editors find this schema: "./node_modules/gatehouse/dist/stacks/config/gatehouse.config.schema.json". The kit itself does not read it.',
    ),
    issuers: list(
      'Issuers of access tokens (JWT) that every environment accepts which names none of its own.',
      issuer,
      { absent: 'API tokens only' },
    ),
    dpop: dpop,
    rotation: rotation,
    usage: usage,
    trail: trail,
    alarms: object(
      'Who is told of alarms.',
      {
        required: {
          topicArns: list('SNS topics; an environment uses those of its own region.', text('An entry.', TOPIC_ARN), {
            minItems: 1,
            maxItems: 5,
          }),
        },
      },
      { absent: 'nobody' },
    ),
    stateBackend: stateBackend,
  },
});

/** The JSON Schema of the configuration, as it is published for editors. */
export function publishedSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:gatehouse:config:1',
    title: 'Gatehouse configuration',
    ...configuration,
  };
}
