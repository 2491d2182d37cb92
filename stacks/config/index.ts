export { ConfigError } from './error';
export { checkConfig, type LoadedConfig, loadConfig, resolveFrom, resultCacheSeconds } from './load';
export type * from './types';
