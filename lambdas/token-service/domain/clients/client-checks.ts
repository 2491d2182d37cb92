import { CLIENT_TOKEN_SECONDS, type ClientCertificate, type ClientRecord } from '../../../lib/client-record';
import { parseDn } from '../../../token-endpoint/clients/distinguished-name';
import type { FaultDetail } from '../fault';
import { allowsScope, type Policy } from '../policy/policy';
import type { TokenSettings } from '../settings';

/** Everything of a client that is judged. */
export type JudgedClient = Pick<
  ClientRecord,
  'scopes' | 'authMethods' | 'certificate' | 'cidrs' | 'description' | 'accessTokenSeconds'
>;

/** Methods by which a client proves that it knows a secret. */
export function hasSecretMethod({ authMethods }: Pick<ClientRecord, 'authMethods'>): boolean {
  return authMethods.includes('client_secret_basic') || authMethods.includes('client_secret_post');
}

/** What of a client is not valid on this platform. */
export function clientFaults(client: JudgedClient, { scopes }: Pick<TokenSettings, 'scopes'>): FaultDetail[] {
  const known = Object.keys(scopes).join(', ');
  return [
    ...client.scopes.flatMap((scope, index): FaultDetail[] =>
      Object.hasOwn(scopes, scope)
        ? []
        : [{ path: ['scopes', index], text: `scopes.${index} is "${scope}", expected one of ${known}` }],
    ),
    ...certificateFaults(client),
  ];
}

/**
 * Where a client breaks the policy of its team. The tags and the lifetime that a policy may ask of tokens clients do not have: their tokens' lives are
 * bounded instead.
 */
export function policyFaults(policy: Policy, client: JudgedClient): FaultDetail[] {
  const { scopes, description = '', cidrs, accessTokenSeconds = CLIENT_TOKEN_SECONDS } = client;
  const faults = scopes.flatMap((scope, index): FaultDetail[] => {
    const allowed = policy.allowedScopes.map((list) => list.join(', ')).join('; and of these ');
    const text = `scopes.${index} is "${scope}", the policy of the team allows ${allowed}`;
    return allowsScope(policy, scope) ? [] : [{ path: ['scopes', index], text }];
  });
  if (policy.requiredFields.includes('description') && description.trim() === '') {
    faults.push({
      path: ['description'],
      text: 'description is missing, the policy of the team requires a description',
    });
  }
  if (policy.requiredFields.includes('cidrs') && cidrs.length === 0) {
    faults.push({ path: ['cidrs'], text: 'cidrs is missing, the policy of the team requires at least one network' });
  }
  if (accessTokenSeconds > policy.maxLifetimeSeconds) {
    const text = `accessTokenSeconds is ${accessTokenSeconds}, the policy of the team allows at most ${policy.maxLifetimeSeconds}`;
    faults.push({ path: ['accessTokenSeconds'], text });
  }
  return faults;
}

/** The certificate says what the client has to be by the method that it is for: of two, either could let somebody else in. */
function certificateFaults({ authMethods, certificate }: JudgedClient): FaultDetail[] {
  const [isIssued, isSelfSigned] = [
    authMethods.includes('tls_client_auth'),
    authMethods.includes('self_signed_tls_client_auth'),
  ];
  if (isIssued && isSelfSigned) {
    const text =
      'authMethods has tls_client_auth and self_signed_tls_client_auth, expected at most one of them: a client has one certificate';
    return [{ path: ['authMethods'], text }];
  }
  if (certificate === undefined) {
    const text = `certificate is missing, expected ${isIssued ? 'subjectDn, sanDns or sanUri' : 'thumbprint'} for this method of authentication`;
    return isIssued || isSelfSigned ? [{ path: ['certificate'], text }] : [];
  }
  if (!isIssued && !isSelfSigned) {
    const text =
      'certificate is given, expected none without tls_client_auth or self_signed_tls_client_auth in authMethods';
    return [{ path: ['certificate'], text }];
  }
  return memberFaults(certificate, isIssued ? ['subjectDn', 'sanDns', 'sanUri'] : ['thumbprint']);
}

function memberFaults(certificate: ClientCertificate, allowed: readonly string[]): FaultDetail[] {
  const given = Object.entries(certificate).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [name] = given;
  if (given.length !== 1 || name === undefined || !allowed.includes(name)) {
    const text = `certificate has ${given.join(' and ') || 'no member'}, expected exactly one of ${allowed.join(', ')}`;
    return [{ path: ['certificate'], text }];
  }
  if (certificate.subjectDn !== undefined && parseDn(certificate.subjectDn) === undefined) {
    const text =
      'certificate.subjectDn is not a distinguished name, expected one as in RFC 4514, such as CN=client,O=Example,C=DE';
    return [{ path: ['certificate', 'subjectDn'], text }];
  }
  return [];
}
