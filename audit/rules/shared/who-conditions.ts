import type { PolicyCondition, PolicyText } from '../../model/types';

/**
 * Condition keys that tell who asks, from where, or for whom a service asks. Source: "AWS global condition context keys", IAM user guide.
 */
const WHO =
  /^(aws:(principal(orgid|orgpaths|account|arn|tag\/.+|isawsservice|servicename)|source(arn|account|orgid|orgpaths|vpc|vpce|vpcarn|ip|owner)|vpcsourceip|userid|federatedprovider|sourceidentity)|kms:calleraccount|sts:externalid|s3:dataaccesspoint(account|arn)|lambda:(sourcefunctionarn|eventsourcetoken)|events:source|ec2:sourceinstancearn|elasticfilesystem:accesspointarn)$/i;

/** Of what is asked with a token of an OpenID Connect provider: whose token it is. `aud` alone is that of every user of the provider. */
const WHOSE_TOKEN =
  /:(sub|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref|namespace_path|project_path)$/i;
/** Identity pools are their audience. */
const POOL = /^cognito-identity\.amazonaws\.com:aud$/i;

/** Operators that hold where a key is missing, or for all but what they name. */
const OPEN_OPERATOR = /IfExists$|^ForAllValues:|Not|^Null$/i;

/** What a list of conditions says about who: `yes`, `no`, or `unknown` where a key or a value is known only after apply. */
export type Restriction = 'yes' | 'no' | 'unknown';

/** Whether conditions keep anybody out who is not named, of a statement for everybody. */
export function restrictsWho(conditions: readonly PolicyCondition[]): Restriction {
  return judge(conditions, (key) => WHO.test(key));
}

/** Whether conditions keep out other users of an OpenID Connect provider than those that are meant. */
export function restrictsWhoseToken(conditions: readonly PolicyCondition[]): Restriction {
  return judge(conditions, (key) => WHOSE_TOKEN.test(key) || POOL.test(key));
}

function judge(conditions: readonly PolicyCondition[], isMeant: (key: string) => boolean): Restriction {
  const answers = conditions.map(({ operator, key, values }): Restriction => {
    if (OPEN_OPERATOR.test(operator)) {
      return 'no';
    }
    if (key.symbolic === 'anything') {
      return 'unknown';
    }
    // One value that everybody has opens the whole list.
    return !isMeant(key.text) || values.length === 0 || values.some((value) => isEverybody(operator, value))
      ? 'no'
      : 'yes';
  });
  return answers.find((answer) => answer === 'yes') ?? answers.find((answer) => answer === 'unknown') ?? 'no';
}

/** Whether a value is that of everybody: a wildcard, every address, an ARN of any account, every repository, any organization. */
function isEverybody(operator: string, { text, symbolic }: PolicyText): boolean {
  if (symbolic !== 'no') {
    // It is, or holds, an attribute of a resource, which is one thing.
    return false;
  }
  if (/^Bool/i.test(operator)) {
    return /^false$/i.test(text);
  }
  // Two halves of all addresses are all of them: so wide a range names nobody.
  if (/^[\d.]+\/[0-7]$|^[\da-f:]*:[\da-f:]*\/(\d|1[0-5])$/i.test(text)) {
    return true;
  }
  if (!/Like$|^Arn/i.test(operator)) {
    return false;
  }
  const [, account, resource = ''] = /^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.*)$/.exec(text) ?? [];
  if (account !== undefined) {
    // The names of buckets are unique, and their ARNs have no account.
    return /[*?]/.test(account) || (account === '' && /^[*?]/.test(resource));
  }
  return WIDE.some((pattern) => pattern.test(text));
}

/** Texts with a wildcard where it should say whose: at the beginning, in an account or organization, in the owner of a repository. */
const WIDE = [
  /^[*?]/,
  /^$/,
  /^arn:.*[*?]/,
  /^o-[^/]*[*?]/,
  /^\d*[*?][\d*?]*$/,
  /^(repo|project_path|organization|group|system:serviceaccount):[^/:]*[*?]/,
];
