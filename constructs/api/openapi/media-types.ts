/** `type/subtype` of RFC 9110 (8.3.1), in lower case and without parameters. */
const MEDIA_TYPE = /^([a-z0-9!#$%&'*+.^_`|~-]+)\/([a-z0-9!#$%&'*+.^_`|~-]+)$/;
const JSON_TYPE = /^(application\/json|.+\/.+\+json)$/;

/** Media types whose bytes are no text in UTF-8, by RFC 6838 registrations; whole types first. */
const BINARY_FAMILY = /^(multipart|image|audio|video|font)\//;
const TEXT_IMAGE = 'image/svg+xml';
const BINARY_TYPES = [
  ...['octet-stream', 'pdf', 'zip', 'gzip', 'x-gzip', 'x-tar', 'x-7z-compressed', 'x-bzip2', 'vnd.rar', 'zstd'],
  ...['wasm', 'cbor', 'msgpack', 'x-msgpack', 'vnd.msgpack', 'protobuf', 'x-protobuf', 'java-archive', 'msword'],
  ...['vnd.ms-excel', 'vnd.ms-powerpoint', 'epub+zip', 'pkcs12', 'x-pkcs12', 'vnd.apache.parquet', 'vnd.apache.avro'],
].map((name) => `application/${name}`);
const BINARY_APPLICATION =
  /^application\/(vnd\.openxmlformats-officedocument\.|vnd\.oasis\.opendocument\.|.+\+(zip|gzip|cbor)$)/;

/**
 * A media type without its parameters, in lower case: `Application/JSON; charset=utf-8` is `application/json`.
 *
 * @returns `undefined` for what is no media type
 */
export function mediaTypeOf(text: string): string | undefined {
  const [type = ''] = text.split(';');
  const name = type.trim().toLowerCase();
  return MEDIA_TYPE.test(name) ? name : undefined;
}

/** Whether bodies of a media type are JSON, so that a model can be for them. */
export function isJsonType(type: string): boolean {
  return JSON_TYPE.test(type);
}

/** Whether it is a range such as `image/*`. */
export function isMediaRange(type: string): boolean {
  return type.endsWith('/*');
}

/** Whether bodies of a media type are no text, by the name alone. */
export function isBinaryType(type: string): boolean {
  return (
    (BINARY_FAMILY.test(type) && type !== TEXT_IMAGE) || BINARY_TYPES.includes(type) || BINARY_APPLICATION.test(type)
  );
}

/** Whether a list of `binaryMediaTypes` has a media type or a range, as API Gateway compares them. */
export function coversMediaType(binaryMediaTypes: readonly string[], type: string): boolean {
  const family = `${type.split('/')[0]}/*`;
  return binaryMediaTypes.some((entry) => ['*/*', type, family].includes(entry.toLowerCase()));
}
