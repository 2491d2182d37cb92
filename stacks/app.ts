import { App } from 'cdktf';
import type { LoadedConfig } from './config';
import { GatewayStack } from './gateway-stack';
import { IdentityStack } from './identity-stack';
import { PlatformStack } from './platform-stack';

export interface AppOptions {
  /** Folder that receives the synthesized stacks; its parent must exist. */
  readonly outdir: string;
}

/**
 * Builds every stack of a configuration: per environment a platform, a gateway for each API, and one for the OAuth endpoints where it has an identity.
 *
 * Nothing of a stack is written before `synth()`; cdktf makes the empty `outdir` here.
 *
 * @throws {ConfigError | OpenApiError | ConstructError} with the first fault of the configuration
 */
export function createApp(loaded: LoadedConfig, options: AppOptions): App {
  const app = new App({ outdir: options.outdir, hclOutput: false });
  for (const environment of Object.keys(loaded.config.environments)) {
    new PlatformStack(app, { loaded, environment });
    for (const api of Object.keys(loaded.config.apis)) {
      new GatewayStack(app, { loaded, environment, api });
    }
    if (loaded.identity(environment) !== undefined) {
      new IdentityStack(app, { loaded, environment });
    }
  }
  return app;
}
