import { createHash } from 'node:crypto';
import type { GatewayKeyConfig } from '../config';

/** An API Gateway key, as its control plane lists it. */
export interface GatewayKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** The part of API Gateway's control plane that keys need. Calls reject with the service's errors. */
export interface GatewayKeys {
  /** Keys whose names begin so, every page. */
  list(namePrefix: string): Promise<readonly GatewayKey[]>;
  get(id: string): Promise<GatewayKey | undefined>;
  /** How many keys the account has in the Region. */
  count(): Promise<number>;
  /** Makes an enabled key; rejects with `ConflictException` when the value is taken. */
  create(name: string, value: string): Promise<void>;
  plansOf(keyId: string): Promise<readonly string[]>;
  /** Attaching again changes nothing. */
  attach(planId: string, keyId: string): Promise<void>;
  /** Requests counted between two UTC days, both included, `YYYY-MM-DD`. */
  usage(planId: string, keyId: string, from: string, to: string): Promise<number>;
  disable(id: string): Promise<void>;
  /** A key that is gone already is no error. */
  remove(id: string): Promise<void>;
}

/** The records that name a key: the application's, and those of its tokens. */
export interface KeyedRecords {
  /** The usage key of the application; `undefined` when it is not registered or has none yet. */
  application(): Promise<{ readonly keyId: string; readonly value: string } | undefined>;
  /**
   * Writes the new key into every record that names one of the old values; keys that others gave a token stay.
   *
   * @returns how many records were changed
   */
  switchKey(from: readonly string[], to: { readonly keyId: string; readonly value: string }): Promise<number>;
}

/** What gateway keys need beside the engine. */
export interface GatewayKeyPorts {
  readonly keys: GatewayKeys;
  readonly records: KeyedRecords;
  /** Whether the probe route accepts a request with the key in its header. */
  readonly probe: (url: string, value: string) => Promise<boolean>;
}

/** Payload of the secret of a gateway key. */
export interface GatewayKeySecret {
  readonly keyName: string;
  /** The value of the key, chosen before the key exists. */
  readonly value: string;
  readonly planIds: readonly string[];
}

/** First part of the names of an application's rotated keys; it ends with a digest of the secret's name. */
export function namePrefix({ namePrefix: base, application }: GatewayKeyConfig, secretName: string): string {
  return `${base}-${application}/${createHash('sha256').update(secretName).digest('hex').slice(0, 8)}/`;
}
