/** A relative distinguished name: its attributes, sorted; nearly always there is one. */
type Rdn = readonly string[];

/** A distinguished name, the most significant part first, as a certificate has it. */
export type Dn = readonly Rdn[];

/** Attribute types under the name that RFC 4514 (3) or OpenSSL has for them, by their object identifier. */
const NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'SERIALNUMBER',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'EMAILADDRESS',
};

/** Attribute type, an equals sign, and a value in which what has a meaning is escaped (RFC 4514, 3). */
const ATTRIBUTE = /^\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)\s*=\s*((?:\\.|[^\\])*)$/s;

/**
 * Reads a distinguished name as RFC 4514 writes it: `CN=client,O=Example,C=DE`, the least significant part first.
 *
 * @returns `undefined` when it is none
 */
export function parseDn(text: string): Dn | undefined {
  return rdns(split(text, ',').reverse());
}

/** Reads a distinguished name as Node.js prints that of a certificate: a line for each part, escaped in the same way, the most significant first. */
export function parsePrintedDn(text: string): Dn | undefined {
  return rdns(text.split('\n'));
}

/** Whether two names are the same, part by part. Values are compared exactly, which is stricter than X.520 has it. */
export function sameDn(left: Dn | undefined, right: Dn | undefined): boolean {
  return left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right);
}

function rdns(parts: readonly string[]): Dn | undefined {
  const dn = parts.map((part) => split(part, '+').map(attribute));
  const isWhole = dn.every((rdn): rdn is string[] => rdn.every((one) => one !== undefined));
  return isWhole && dn.length > 0 ? dn.map((rdn) => [...rdn].sort()) : undefined;
}

function attribute(text: string): string | undefined {
  const [, type = '', escaped = ''] = ATTRIBUTE.exec(text) ?? [];
  const value = unescaped(trimmed(escaped));
  return type && value ? `${NAMES[type] ?? type.toUpperCase()}=${value}` : undefined;
}

/** Spaces around a value do not belong to it, unless they are escaped. */
function trimmed(text: string): string {
  return text.replace(/^ +/, '').replace(/((?:^|[^\\])(?:\\\\)*) +$/, '$1');
}

/** Resolves `\,` and `\C3\A4`; `undefined` for a value in hexadecimal BER (`#04…`), or one whose bytes are no UTF-8. */
function unescaped(text: string): string | undefined {
  if (text.startsWith('#') || /[",;<>]/.test(text.replace(/\\./gs, ''))) {
    return undefined;
  }
  try {
    return text.replace(/(?:\\[0-9a-f]{2})+|\\(.)/gis, (match, character?: string) =>
      character === undefined ? decodeURIComponent(match.replaceAll('\\', '%')) : character,
    );
  } catch {
    return undefined;
  }
}

/** Splits a text at a separator that is not escaped. */
function split(text: string, separator: ',' | '+'): string[] {
  const parts: string[] = [''];
  for (const [piece] of text.matchAll(/\\.|[^\\]|\\$/gs)) {
    if (piece === separator) {
      parts.push('');
    } else {
      parts[parts.length - 1] += piece;
    }
  }
  return parts;
}
