import { BASE_PATH, ORIGIN, PUBLIC_URL, RESOURCE } from '../../../lambdas/lib/grammar';
import { anyText, choice, flag, integer, list, names, object, record, text } from './build';
import { HANDLER, MEDIA_TYPE, NAME, VARIABLE } from './grammar';
import { stageThrottle } from './throttle';

export const backend = object('A Lambda backend.', {
  required: {
    bundle: text('Folder with the bundled function, relative to this file.'),
  },
  optional: {
    handler: text('Module and export that answer.', { ...HANDLER, default: 'index.handler' }),
    timeoutSeconds: integer('Longest time of a call in seconds; API Gateway waits 29 at most.', {
      minimum: 1,
      maximum: 29,
      default: 10,
    }),
    providedModules: list(
      'Modules that the code asks for and that are not in the bundle: of a layer, or never loaded.',
      text('An entry.'),
      { uniqueItems: true },
    ),
    memoryMb: integer('Memory in MiB.', { minimum: 128, maximum: 10240, default: 256 }),
    environment: record('Plain settings of the function, never a secret.', names(VARIABLE), anyText('One of them.')),
  },
});

export const api = object('An API.', {
  required: {
    openapi: text('OpenAPI document (3.0 or 3.1, JSON or YAML), relative to this file.'),
    backends: record(
      'Lambda backends by name; an operation names its own in x-gatehouse-backend.',
      names(NAME),
      backend,
      { minProperties: 1 },
    ),
  },
  optional: {
    binaryMediaTypes: list(
      'Media types whose bodies are bytes, for example image/png or image/*.',
      text('An entry.', MEDIA_TYPE),
      { uniqueItems: true, absent: 'those that the OpenAPI document describes as binary' },
    ),
    tokenService: object(
      'Serves the token service on this API.',
      {
        required: {
          basePath: text('Path before the routes of the token service: "/v1" gives /v1/tokens.', BASE_PATH),
        },
      },
      { absent: 'not served here' },
    ),
    cors: object(
      'Lets a browser application of another origin call this API.',
      {
        required: {
          allowOrigin: text('Origin of the browser application, such as "https://app.example.com".', ORIGIN),
        },
      },
      { absent: 'no CORS' },
    ),
    resultCacheSeconds: integer('How long API Gateway keeps an authorizer result, in seconds.', {
      minimum: 0,
      maximum: 3600,
      default: 60,
    }),
    resultPerRoute: flag('Whether a result is always kept for token, method and resource, and not for the whole API.', {
      default: false,
    }),
    publicUrls: list(
      'Addresses under which the API is published, as DPoP proofs name it.',
      text('An entry.', PUBLIC_URL),
      { minItems: 1, uniqueItems: true, absent: 'what the gateway received' },
    ),
    resource: text(
      "Address by which access tokens of the environment's identity are asked for this API alone (RFC 8707).",
      {
        ...RESOURCE,
        absent: 'the first of publicUrls',
      },
    ),
    revocation: choice(
      'How a revocation reaches the API: "strict" with the next request, at the price of a read for each; "bounded" within resultCacheSeconds and tokens.revocationRefreshSeconds together (default).',
      ['strict', 'bounded'],
      { default: 'bounded' },
    ),
    cidrs: list('Networks that the API may be called from, IPv4 and IPv6.', text('An entry.'), {
      minItems: 1,
      maxItems: 50,
      uniqueItems: true,
      absent: 'any',
    }),
    shadowOpenapi: text(
      'OpenAPI document whose access rules the authorizer evaluates and logs beside those of openapi, without enforcing them.',
    ),
    revocationCanary: object(
      'Measures, by a scheduled function, how fast a revocation is at this API.',
      {
        required: {
          route: text('GET route of this API that needs scopes and no parameter, such as "GET /v1/orders".'),
        },
        optional: {
          tier: text('Tier of the token that the canary uses, one of "tiers"; needed where there are tiers.', {
            absent: 'its calls are not metered',
          }),
          everyMinutes: integer('Minutes between two runs.', { minimum: 5, maximum: 1440, default: 15 }),
        },
      },
      { absent: 'not measured' },
    ),
    throttle: stageThrottle(
      'Limit of each method, for all callers together.',
      '1000 requests per second, 2000 at once',
    ),
  },
});
