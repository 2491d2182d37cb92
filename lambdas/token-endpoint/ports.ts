import type { SignatureEngine } from '../authorizer/access-token/signature';
import type { Log } from '../lib/log';
import type { RotationRecord } from '../lib/rotation-record';

/** What `/oauth2/revoke` found to be revoked. Who asks was authenticated, and holds the token or is the client that it was issued to. */
export type Revocation = {
  /** Who asks: `token:<id>` or `client:<id>`, as in the claim `src`. */
  readonly by: string;
  readonly requestId: string;
  readonly address?: string | undefined;
} & (
  | { readonly kind: 'token' /** Public id of the API token. */; readonly id: string }
  | {
      readonly kind: 'jti';
      /** `jti` of an access token of the platform's own issuer. */
      readonly id: string;
      readonly issuer: string;
      /** When it expires by itself, epoch seconds. */
      readonly expiresAt: number;
      readonly application?: string | undefined;
    }
);

/** Everything the token endpoint reaches outside itself. A port that rejects makes the answer 503: nothing is issued by a guess. */
export interface TokenEndpointPorts {
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** A new id of 16 base62 characters. */
  readonly newId: () => string;
  /** Reads one item of the token table by its key, always consistently; `undefined` when there is none. */
  readonly readItem: (key: string) => Promise<Record<string, unknown> | undefined>;
  /** Reads the current value of a secret by its name. */
  readonly readSecret: (name: string) => Promise<string>;
  /** Reads the rotation record of the signing keys: which of them are published. */
  readonly readRotationRecord: () => Promise<RotationRecord | undefined>;
  /**
   * Notes that something was used, by one conditional write.
   *
   * @param hash of what was used; nothing of it is stored
   * @param until until when it could be used again, epoch seconds
   * @returns whether this was the first use
   */
  readonly useOnce: (kind: 'assertion' | 'dpop', hash: string, until: number) => Promise<boolean>;
  /** Revokes; it resolves when that is stored. */
  readonly revoke: (revocation: Revocation) => Promise<void>;
  /** Checks the signature of an assertion, a proof or an access token. */
  readonly verifySignature: SignatureEngine;
  readonly log: Log;
  /** Receives failures that a value in memory hides from the caller for a while, such as `pepper_refresh_failed`. */
  readonly warn: (event: string, error: unknown) => void;
}
