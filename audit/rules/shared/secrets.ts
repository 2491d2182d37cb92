/** Forms of credentials that are told by themselves, whatever they are called. */
const SHAPES: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  { kind: 'a private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { kind: 'an access key of AWS', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { kind: 'a signed token (JWT)', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/ },
  { kind: 'an API token of this kit', pattern: /\b[a-z]{2,10}_(?:live|test)_[0-9A-Za-z]{54}\b/ },
  { kind: 'a token of GitHub', pattern: /\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_\w{40,})\b/ },
  { kind: 'a token of Slack', pattern: /\bxox[abprs]-[0-9A-Za-z-]{10,}/ },
  { kind: 'a key of Stripe', pattern: /\b[rs]k_live_[0-9A-Za-z]{16,}\b/ },
  { kind: 'a key of Google', pattern: /\bAIza[\w-]{35}\b/ },
  { kind: 'a password in an address', pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@${}]{3,}@/i },
];

/** Words of names whose value is a credential. */
const SECRET_NAME =
  /(pass(word|wd|phrase)?|secret|token|api_?key|access_?key|private_?key|signing_?key|client_?secret|credentials?|pepper)$/i;

/** Names that hold such a word, and name, place or measure the credential only. */
const HARMLESS_VALUE =
  /^(arn:|https?:\/\/|\/|\.|\$\{|\*|alias\/|true$|false$|none$|null$|auto$|\d+$)|^[a-z]+([-_./ ][a-z]+)*$/i;

/** A value of at least this many characters that looks random is a credential where its name says so. */
const SHORTEST = 8;
/** Bits per character: words of a language have less than 3, random base62 texts nearly 6. */
const LEAST_ENTROPY = 2.8;

/** What a text is, where its form alone tells that it is a credential. */
export function credentialShape(text: string): string | undefined {
  return SHAPES.find(({ pattern }) => pattern.test(text))?.kind;
}

/** What makes a value a credential: its form, or its name and that it looks random. */
export function credentialKind(name: string, text: string): string | undefined {
  const shape = credentialShape(text);
  if (shape !== undefined) {
    return shape;
  }
  const plainName = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  return SECRET_NAME.test(plainName) && looksRandom(text) ? 'a value under the name of a credential' : undefined;
}

function looksRandom(text: string): boolean {
  return text.length >= SHORTEST && !HARMLESS_VALUE.test(text) && entropy(text) >= LEAST_ENTROPY;
}

/** Shannon entropy in bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / text.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}

/** `of 40 characters`: how a value is told apart without telling it. */
export function sizeOf(text: string): string {
  return `of ${text.length} characters`;
}
