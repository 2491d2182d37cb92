import { packagesFault, SANDBOX_PACKAGES } from './packages';
import { SandboxError } from './state/error';

// Runs before the modules that load these packages: whoever imports the sandbox without them is told what to install.
const fault = packagesFault('the sandbox', SANDBOX_PACKAGES);
if (fault !== undefined) {
  throw new SandboxError(fault);
}
