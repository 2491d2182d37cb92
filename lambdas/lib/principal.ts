/** Ways in which a caller can have proved who it is. */
export const AUTH_METHODS = ['api_token', 'access_token'] as const;

export type AuthMethod = (typeof AUTH_METHODS)[number];

/**
 * Who acts. A subject is unique within its issuer only (RFC 7519, 4.1.2), and a name that one method proves says nothing about
 * the same name proved by another (RFC 8725, 3.8): the three together are the principal, none of them alone.
 */
export interface Principal {
  readonly method: AuthMethod;
  /** Exact `iss` of an access token; for an API token the platform, see {@link platformIssuer}. */
  readonly issuer: string;
  /** The `sub` of an access token; the public id of an API token. */
  readonly subject: string;
}

const SEPARATOR = '|';

/**
 * The one text of a principal: `<method>|<issuer>|<subject>`. Two principals never have the same: the method is one of a closed
 * set, the issuer's own separators are escaped (`%7C`, and `%25` for the sign that escapes), and the rest is the subject as it is.
 */
export function principalText({ method, issuer, subject }: Principal): string {
  return principalPrefix(method, issuer) + subject;
}

/** What the texts of all principals of an issuer begin with. */
export function principalPrefix(method: AuthMethod, issuer: string): string {
  return `${method}${SEPARATOR}${issuer.replace(/[%|]/g, escaped)}${SEPARATOR}`;
}

/** The opposite of {@link principalText}; `undefined` when the text is not one that it writes. */
export function parsePrincipal(text: string): Principal | undefined {
  const [word = '', escapedIssuer = '', ...rest] = text.split(SEPARATOR);
  const method = AUTH_METHODS.find((one) => one === word);
  const issuer = escapedIssuer.replace(/%7C/g, SEPARATOR).replace(/%25/g, '%');
  const subject = rest.join(SEPARATOR);
  if (method === undefined || issuer === '' || subject === '') {
    return undefined;
  }
  const principal = { method, issuer, subject };
  return principalText(principal) === text ? principal : undefined;
}

/** Issuer of the API tokens of a platform environment. */
export function platformIssuer(environment: string): string {
  return `urn:gatehouse:platform:${environment}`;
}

function escaped(character: string): string {
  return character === '%' ? '%25' : '%7C';
}
