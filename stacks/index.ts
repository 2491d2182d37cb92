export { type AppOptions, createApp } from './app';
export { ConfigError, checkConfig, LoadedConfig, loadConfig } from './config';
export type * from './config/types';
export {
  AWS_PROVIDER_RANGE,
  GatehouseStack,
  type GatehouseStackProps,
  gatewayStackId,
  platformStackId,
} from './gatehouse-stack';
export { GatewayStack, type GatewayStackProps } from './gateway-stack';
export { OutputFolderError } from './output-folder-error';
export { addPlanAudit, addPlanAuditToAll, type PlanAuditValidationProps } from './plan-audit';
export { PlatformStack, type PlatformStackProps } from './platform-stack';
export { recordSources, type SourceRecorder } from './sources';
export { type SynthesizeOptions, synthesize } from './synth';
