/** Wrong configuration: names the file, the path in it, the value found and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
