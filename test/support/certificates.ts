import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';

/** A certificate with its key, both as PEM. */
export interface CertificateAndKey {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateAuthority extends CertificateAndKey {
  /**
   * Makes a certificate for `localhost` and 127.0.0.1, for a server or a client.
   *
   * @param subject a common name, or every attribute of a distinguished name, the most significant first
   * @param uri a URI among its alternative names
   */
  issue(subject: Subject, uri?: string): CertificateAndKey;
}

/** A common name, or attributes by the last byte of their object identifier: `2.5.4.<byte>`. */
export type Subject = string | readonly (readonly [attribute: number, value: string])[];

const ECDSA_WITH_SHA256 = sequence(objectId('2a8648ce3d040302'));
const COMMON_NAME = 3;
const BASIC_CONSTRAINTS = objectId('551d13');
const ALTERNATIVE_NAME = objectId('551d11');
const TRUE = tlv(0x01, Buffer.from([0xff]));
const NAMES = [tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.from([127, 0, 0, 1]))];

let serial = 1;

/** A certificate authority of its own, made anew: no key of a test is ever written down (RFC 5280, 4.1). */
export function certificateAuthority(commonName: string): CertificateAuthority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)));
  return {
    ...certify(commonName, pair, commonName, pair.privateKey, isAuthority),
    issue: (subject, uri) =>
      certify(
        subject,
        generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        commonName,
        pair.privateKey,
        sequence(
          ALTERNATIVE_NAME,
          octets(sequence(...NAMES, ...(uri === undefined ? [] : [tlv(0x86, Buffer.from(uri))]))),
        ),
      ),
  };
}

function certify(
  subject: Subject,
  pair: { publicKey: KeyObject; privateKey: KeyObject },
  issuer: string,
  issuerKey: KeyObject,
  extension: Buffer,
): CertificateAndKey {
  const content = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([serial++])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z'))),
    nameOf(subject),
    pair.publicKey.export({ format: 'der', type: 'spki' }),
    tlv(0xa3, sequence(extension)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, issuerKey)]));
  return {
    certificate: new X509Certificate(sequence(content, ECDSA_WITH_SHA256, signature)).toString(),
    key: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function nameOf(subject: Subject): Buffer {
  const attributes = typeof subject === 'string' ? [[COMMON_NAME, subject] as const] : subject;
  return sequence(
    ...attributes.map(([attribute, value]) =>
      tlv(0x31, sequence(objectId(`5504${attribute.toString(16).padStart(2, '0')}`), tlv(0x0c, Buffer.from(value)))),
    ),
  );
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function octets(content: Buffer): Buffer {
  return tlv(0x04, content);
}

function objectId(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

/** Tag, length and value (X.690, 8.1). */
function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
