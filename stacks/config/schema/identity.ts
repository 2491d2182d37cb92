import { LONGEST_DERIVED_SECONDS } from '../../../lambdas/lib/token-source';
import { flag, integer, object, text } from './build';
import { ISSUER_URL } from './grammar';
import { stageThrottle } from './throttle';

export const identity = object(
  'Access tokens for machines: OAuth endpoints, by a REST API of their own. They need /rotation/signingKeys.',
  {
    required: {
      publicUrl: text(
        'Address below which the endpoints are published, such as "https://auth.example.com", without a slash at its end: the "iss" of the tokens.',
        ISSUER_URL,
      ),
    },
    optional: {
      audience: text('"aud" of tokens that are asked for without a resource.', {
        minLength: 1,
        maxLength: 512,
        absent: 'publicUrl',
      }),
      exchangeSeconds: integer('Longest life of an access token that an API token was exchanged for, in seconds.', {
        minimum: 1,
        maximum: LONGEST_DERIVED_SECONDS.token,
        default: LONGEST_DERIVED_SECONDS.token,
      }),
      dpop: object(
        'Binds access tokens to a key of their holder, where the client proves it (RFC 9449).',
        {
          optional: {
            requireNonce: flag('Whether a proof must have a nonce of the endpoint.', { default: false }),
          },
        },
        { absent: 'no token is bound to a key' },
      ),
      mtlsUrl: text('Address of a domain with mutual TLS that leads to the same endpoints (RFC 8705).', {
        ...ISSUER_URL,
        absent: 'no client authenticates by a certificate',
      }),
      throttle: stageThrottle(
        'Limit of each endpoint, for all callers together.',
        '50 requests per second, 100 at once',
      ),
    },
  },
  { absent: 'no access token is issued' },
);
