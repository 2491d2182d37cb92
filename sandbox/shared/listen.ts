import type { Server } from 'node:http';
import { SandboxError } from '../state/error';

/**
 * Listens on 127.0.0.1 and never on another interface.
 *
 * @returns the port, which differs from the wanted one when that is 0.
 * @throws {SandboxError} when the port is taken.
 */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new SandboxError(`port ${port} on 127.0.0.1 is in use`, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') {
        resolve(address.port);
      } else {
        reject(new Error(`unexpected listening address ${String(address)}`));
      }
    });
  });
}

/** How long a request under way may take once its server is asked to stop. */
const STOP_GRACE_MS = 2000;

/** Stops a server: no new connection, idle ones closed at once, requests under way given a short time to end. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
    server.close((error) => {
      clearTimeout(timer);
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
    server.closeIdleConnections();
  });
}
