export { authorizerCacheSeconds, ConfigError, checkConfig, type LoadedConfig, loadConfig, resolveFrom } from './load';
export type * from './types';
