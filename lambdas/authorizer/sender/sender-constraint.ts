import type { ApiSettings, AuthorizerConfig } from '../config';
import type { Credential } from '../credential';
import type { CarrierEvent } from '../event/carrier';
import { dpopProof, type Presented } from '../event/carrier';
import type { AuthorizerPorts } from '../ports';
import { AuthorizerError, type Refusal } from '../reasons';
import { confirmationOf } from './confirmation';
import { createProofCheck } from './dpop';
import { equalText } from './equal-text';
import { type CertificateEvent, certificateThumbprint } from './mutual-tls';
import { requestTarget, type TargetEvent } from './request-url';

/** The parts of an event that show who sent a request. */
export type SenderEvent = CarrierEvent & TargetEvent & CertificateEvent;

/** Checks for one request that a token is shown by whom it was issued to; `undefined` means that it is. */
export type SenderCheck = (
  credential: Credential,
  scheme: Presented['scheme'],
  token: string,
  event: SenderEvent,
  api: ApiSettings,
) => Refusal | undefined | Promise<Refusal | undefined>;

/**
 * Makes the check of sender-constrained tokens: by a DPoP proof (RFC 9449), by the client's certificate (RFC 8705), or by both
 * where a token is bound to both. A bound token that comes as a plain Bearer token is refused, and so is an unbound one
 * with the scheme DPoP: each would be a downgrade.
 *
 * @throws {AuthorizerError} when the configuration says nothing of proofs
 */
export function createSenderCheck(config: AuthorizerConfig, ports: AuthorizerPorts): SenderCheck {
  if (!config.dpop) {
    throw new AuthorizerError('config_error', 'an issuer has sender constraints, and dpop is not configured');
  }
  const isProofFor = createProofCheck(config.dpop, ports);

  const accepted = new Map(config.issuers.map(({ issuer, senderConstraints }) => [issuer, senderConstraints]));

  return ({ confirmation, issuer = '', tokenId }, scheme, token, event, api) => {
    const { jkt, x5t } = confirmationOf(confirmation, accepted.get(issuer)) ?? {};
    const refusal: Refusal = { refused: 'sender_constraint', tokenId };
    // A result that the gateway keeps would let anybody in who shows the token alone.
    if (api.resultCacheSeconds !== 0 || (jkt !== undefined) !== (scheme === 'dpop')) {
      return refusal;
    }
    if (x5t !== undefined && !equalText(certificateThumbprint(event) ?? '', x5t)) {
      return refusal;
    }
    if (jkt === undefined) {
      return x5t === undefined ? refusal : undefined;
    }
    const proof = dpopProof(event);
    const target = requestTarget(event, api.publicUrls ?? []);
    return proof === undefined
      ? refusal
      : isProofFor(proof, { target, token, jkt }).then((holds) => (holds ? undefined : refusal));
  };
}
