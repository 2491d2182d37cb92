export { ConfigError } from './error';
export { checkConfig, loadConfig } from './load';
export { LoadedConfig, resultCacheSeconds } from './loaded-config';
export type * from './types';
