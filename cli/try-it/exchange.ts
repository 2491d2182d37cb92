import { OAUTH_PATHS } from '../../lambdas/token-endpoint/config';
import type { Sandbox } from '../../sandbox';
import { IDENTITY_API } from '../../stacks/config/identity';

/** Members of an exchange of an API token (RFC 8693, 2.1). */
const FORM = [
  'grant_type=urn:ietf:params:oauth:grant-type:token-exchange',
  'subject_token_type=urn:ietf:params:oauth:token-type:access_token',
];

/** Address of the token endpoint that a sandbox serves. @default - its environment has no identity */
export function tokenEndpointUrl({ apis }: Pick<Sandbox, 'apis'>): string | undefined {
  const identity = apis.find(({ api }) => api === IDENTITY_API);
  return identity && `${identity.baseUrl}${OAUTH_PATHS.token}`;
}

/** A command that exchanges an API token for an access token. @default - there is no token endpoint */
export function exchangeCurl(sandbox: Pick<Sandbox, 'apis'>, token: string): string | undefined {
  const url = tokenEndpointUrl(sandbox);
  return url && `curl -s ${[...FORM, `subject_token=${token}`].map((member) => `-d ${member}`).join(' ')} ${url}`;
}
