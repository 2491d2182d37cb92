import { createServer } from 'node:net';
import { SandboxError } from './error';

/** A port on 127.0.0.1 that is held until its server is ready to listen, so that nothing is changed before it is certain. */
export interface HeldPort {
  readonly port: number;
  /** Gives the port free, for the server to take at once. */
  release(): Promise<void>;
}

/**
 * Takes a port; who connects meanwhile is turned away.
 *
 * @param port 0 takes a free one
 * @throws {SandboxError} when it is in use
 */
export function holdPort(port: number): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const holder = createServer((socket) => socket.destroy());
    holder.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
      reject(new SandboxError(`port ${port} on 127.0.0.1 ${why}`, { cause: error }));
    });
    holder.listen(port, '127.0.0.1', () => {
      const address = holder.address();
      if (address === null || typeof address !== 'object') {
        reject(new Error(`unexpected listening address ${String(address)}`));
        return;
      }
      resolve({ port: address.port, release: () => new Promise((done) => holder.close(() => done())) });
    });
  });
}
