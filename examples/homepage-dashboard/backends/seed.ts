/**
 * A number in [0, 1) that depends on the parts alone: FNV-1a over their text, then the finalizer of MurmurHash3, as
 * FNV's high bits hardly change with the last character. Demonstration figures, nothing else: never a secret.
 */
export function seeded(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(parts.join('\n'), 'utf8')) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}

/** One of the choices. */
export function pick<Choice>(choices: readonly [Choice, ...Choice[]], ...parts: readonly (string | number)[]): Choice {
  return choices[Math.floor(seeded(...parts) * choices.length)] ?? choices[0];
}
