/** The parts of dynalite 4 that the sandbox uses; the package has no types of its own. */
declare module 'dynalite/db' {
  export interface Store {
    readonly db: {
      open(): Promise<void>;
      close(): Promise<void>;
      /** Keys and decoded values. */
      iterator(): AsyncIterable<[string, unknown]>;
    };
  }

  /** Opens the store in the background. Times are in milliseconds. */
  export function create(options: {
    path: string;
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }): Store;
}

declare module 'dynalite/validations' {
  type Types = Readonly<Record<string, unknown>>;

  /** What a caller did wrong: thrown by the checks, and given to the callback of an action. */
  interface DynaliteRefusal {
    readonly statusCode: number;
    readonly body: object;
  }

  export function checkTypes(input: unknown, types: Types): object;
  export function checkValidations(input: object, types: Types, custom: unknown, store: object): void;
}
