import type { Grammar } from '../../../lambdas/lib/grammar';
import { APPLICATION } from '../../../lambdas/lib/grammar';

// What the configuration alone writes; the grammars that it shares with functions and constructs are in lambdas/lib/grammar.ts.

/** Names of APIs, backends and rotated secrets: parts of the names of stacks, functions and secrets. */
export const NAME: Grammar = {
  pattern: /^[a-z][a-z0-9-]{0,19}$/,
  allowed: 'a lower-case letter, then at most 19 lower-case letters, digits or hyphens',
};

/** An application that is not the platform's own. */
export const OWN_APPLICATION: Grammar = {
  pattern: /^(?!gatehouse-administration$)[a-z][a-z0-9-]{0,62}$/,
  allowed: `${APPLICATION.allowed}, other than "gatehouse-administration"`,
};

export const HTTPS_ADDRESS: Grammar = {
  pattern: /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:[0-9]+)?\/)/,
  allowed: 'an https address; http for localhost alone',
};

/** Address of an issuer of access tokens: paths are appended to it. */
export const ISSUER_URL: Grammar = {
  pattern: /^(https:\/\/[^/?#@\s]+|http:\/\/(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)(\/[^/?#\s]+)*$/,
  allowed:
    'an https address such as "https://auth.example.com" without query, and without a slash at its end; http for localhost alone',
};

export const ENDPOINT: Grammar = {
  pattern: /^https:\/\/[^@#\s]+$/,
  allowed: 'an address that begins with https:// and has neither credentials nor a fragment',
};

export const HANDLER: Grammar = {
  pattern: /^[\w./-]+\.[\w]+$/,
  allowed: 'a module and its export, such as "index.handler"',
};

export const VARIABLE: Grammar = {
  pattern: /^[A-Za-z][A-Za-z0-9_]*$/,
  allowed: 'a name of an environment variable: a letter, then letters, digits or underscores',
};

export const MEDIA_TYPE: Grammar = {
  pattern: /^([a-z0-9!#$&^_.+-]+|\*)\/([a-z0-9!#$&^_.+-]+|\*)$/,
  allowed: 'a media type in lower case, such as "image/png" or "image/*"',
};

export const SCHEDULE: Grammar = {
  pattern: /^cron\(0 \S+ \S+ \S+ \S+ \*\)$/,
  allowed: '"cron(0 hours day-of-month month day-of-week *)"',
};

export const WINDOW: Grammar = { pattern: /^([1-9]|1[0-9]|2[0-4])h$/, allowed: '"1h" to "24h"' };

export const JSON_POINTER: Grammar = { pattern: /^(\/[^/]*)*$/, allowed: 'a JSON pointer such as "/data/id"' };

export const FOLDER: Grammar = { pattern: /^[\w/-]+$/, allowed: 'a path of letters, digits, _ / and -' };

export const TOPIC_ARN: Grammar = {
  pattern: /^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+$/,
  allowed: 'the ARN of an SNS topic',
};

export const ANY_KEY_ARN: Grammar = { pattern: /^arn:aws[a-z-]*:kms:/, allowed: 'the ARN of a KMS key' };

export const KEY_ARN: Grammar = {
  pattern: /^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key\/[A-Za-z0-9-]+$/,
  allowed: 'the ARN of a KMS key, no alias',
};

export const ROLE_ARN: Grammar = {
  pattern: /^arn:aws[a-z-]*:iam::[0-9]{12}:role\//,
  allowed: 'the ARN of an IAM role',
};

export const SECRET_NAME: Grammar = {
  pattern: /^[\w/+=.@-]{1,512}$/,
  allowed: 'the name of a secret, 1 to 512 of A-Z a-z 0-9 _ / + = . @ -',
};

export const USER_POOL: Grammar = {
  pattern: /^[\w-]+_[0-9a-zA-Z]+$/,
  allowed: 'the id of a user pool, such as "eu-west-1_AbC123"',
};

export const APP_CLIENT: Grammar = { pattern: /^[\w+-]+$/, allowed: 'the id of an app client' };
