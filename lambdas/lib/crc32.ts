const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value >>> 0;
});

/**
 * CRC-32 (ISO 3309, as in zlib) of the first `end` characters of an ASCII text. Written out because `zlib.crc32` is
 * missing from the oldest supported Node.js (it came with 20.15 and 22.2).
 */
export function crc32(text: string, end: number = text.length): number {
  let value = 0xffffffff;
  for (let index = 0; index < end; index++) {
    value = (value >>> 8) ^ (TABLE[(value ^ text.charCodeAt(index)) & 0xff] ?? 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}
