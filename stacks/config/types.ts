import type { api, backend } from './schema/api';
import type { TypeOf } from './schema/build';
import type { configuration, environment, stateBackend, tier } from './schema/configuration';
import type { rotation } from './schema/rotation';

/** The content of `gatehouse.config.json`. */
export type GatehouseConfig = TypeOf<typeof configuration>;

/** Limits of a usage plan. */
export type TierConfig = TypeOf<typeof tier>;

/** A Lambda backend of an API: a folder that was bundled before synth. */
export type BackendConfig = TypeOf<typeof backend>;

/** One API that the platform protects: an OpenAPI document and its backends. */
export type ApiConfig = TypeOf<typeof api>;

/** An environment: its own platform and its own gateways. */
export type EnvironmentConfig = TypeOf<typeof environment>;

/** What is rotated, and when. Times are in seconds. */
export type RotationSettings = TypeOf<typeof rotation>;

/** When a secret is rotated. */
export type RotationScheduleConfig = Pick<NonNullable<RotationSettings['pepper']>, 'schedule' | 'window'>;

/** Where Terraform keeps its state. */
export type StateBackendConfig = TypeOf<typeof stateBackend>;
