import { type HeldPort, holdPort } from './port';
import { StateFolder } from './state-folder';

/** What of a sandbox's options is reserved. */
export interface ReservationOptions {
  /** Folder of everything that survives a restart. */
  readonly stateDir: string;
  /** Whether the state will be cleared, so that it does not matter what is missing in it. @default false */
  readonly fresh?: boolean;
  /** Port of the gateway on 127.0.0.1; 0 takes a free one. @default 8787 */
  readonly port?: number;
  /** Port of the AWS services on 127.0.0.1. @default 0, a free port */
  readonly awsPort?: number;
}

/** The state folder and the ports of a sandbox, held for it before anything else is begun. */
export interface SandboxReservation {
  readonly state: StateFolder;
  readonly port: HeldPort;
  readonly awsPort: HeldPort;
  /** Gives everything free, once. A state folder that was made for the reservation and holds nothing yet is removed. */
  release(): Promise<void>;
}

/**
 * Takes what a sandbox needs for itself alone, and changes nothing else.
 *
 * @throws {SandboxError} when a port is in use, or the state folder is another sandbox's, not the kit's, or incomplete
 */
export async function reserve(options: ReservationOptions): Promise<SandboxReservation> {
  const state = StateFolder.open(options.stateDir);
  const held: HeldPort[] = [];
  let released = false;
  const release = async () => {
    if (released) {
      return;
    }
    released = true;
    for (const port of held.splice(0)) {
      await port.release();
    }
    state.abandon();
  };
  try {
    if (options.fresh !== true) {
      state.assertComplete();
    }
    const port = await holdPort(options.port ?? 8787);
    held.push(port);
    const awsPort = await holdPort(options.awsPort ?? 0);
    held.push(awsPort);
    return { state, port, awsPort, release };
  } catch (error) {
    await release();
    throw error;
  }
}
