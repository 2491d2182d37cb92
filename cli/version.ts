import { kitManifest } from '../constructs/support/kit-manifest';

/** Version of the kit. */
export function kitVersion(): string {
  return kitManifest().version;
}
