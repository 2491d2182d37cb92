import { isTime } from '../access-token/claims';
import { parseJwt } from '../access-token/jwt';
import type { KeyFinder } from '../access-token/key-store';
import type { IssuerConfig } from '../config';
import type { AuthorizerPorts } from '../ports';

/** How long after it was made an answer is taken, in seconds: it came over a connection that was open that long at most. */
const MAX_AGE_SECONDS = 60;

/**
 * Reads a signed answer (RFC 9701, 5): a JWT of the issuer for this client, made just now, with the members of the answer in a claim.
 *
 * @param clientId the client that asked; an answer is for it, or for the resource server by the name that tokens have for it
 * @throws {Error} when it is anything else; the message holds nothing of it
 */
export async function readSignedAnswer(
  text: string,
  issuer: IssuerConfig,
  clientId: string,
  ports: AuthorizerPorts,
  findKey: KeyFinder,
): Promise<Readonly<Record<string, unknown>>> {
  const { header, payload } = parseJwt(text) ?? {};
  const { alg, kid, typ } = header ?? {};
  const { iss, aud, iat, token_introspection: answer } = payload ?? {};
  const algorithm = issuer.algorithms.find((one) => one === alg);
  const now = ports.clock() / 1000;
  const { leewaySeconds } = issuer;
  if (
    !header ||
    !algorithm ||
    typeof kid !== 'string' ||
    typeof typ !== 'string' ||
    !/^(application\/)?token-introspection\+jwt$/i.test(typ) ||
    ['crit', 'b64', 'zip'].some((name) => name in header) ||
    iss !== issuer.issuer ||
    !(Array.isArray(aud) ? aud : [aud]).some((one) => one === clientId || issuer.audience.includes(one)) ||
    !isTime(iat) ||
    iat > now + leewaySeconds ||
    iat < now - MAX_AGE_SECONDS - leewaySeconds ||
    typeof answer !== 'object' ||
    answer === null ||
    Array.isArray(answer)
  ) {
    throw new Error('signed answer is not one of the issuer for this client');
  }
  const key = await findKey(kid, algorithm);
  if (!key || !(await ports.verifySignature(text, key, algorithm))) {
    throw new Error('signed answer has no good signature');
  }
  return answer as Readonly<Record<string, unknown>>;
}
