/** The part of dynalite 4 that the sandbox uses; the package has no types of its own. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** Folder of the LevelDB store; in memory when absent. */
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }

  /** A server that does not listen yet; closing it closes the store. */
  function dynalite(options?: DynaliteOptions): Server;
  export = dynalite;
}

declare module 'dynalite/db' {
  interface Database {
    open(): Promise<void>;
    close(): Promise<void>;
  }

  /** Opens the store in the background. */
  export function create(options: { path: string }): { db: Database };
}
