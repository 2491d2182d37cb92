/** Place in a list of clients. */
export interface ClientPosition {
  /** Range key of the index: the application in a list of a team, epoch seconds in the list of all. */
  readonly at: string | number;
  readonly id: string;
}

/** A piece of an index of clients. */
export interface ClientIndexRequest {
  /** Clients of one team, by application. @default - of every team, the newest first */
  readonly team?: string | undefined;
  /** Of that team, only those of this application. */
  readonly application?: string | undefined;
  readonly limit: number;
  readonly after?: ClientPosition | undefined;
}

/** Lists clients; the index says which, the items say how they are. It may lag behind the items by moments. */
export interface ClientIndex {
  /** `next` is absent at the end. */
  page(request: ClientIndexRequest): Promise<{
    readonly ids: readonly string[];
    readonly next?: ClientPosition;
  }>;
  /** Ids of all clients of an application, whatever team the index has them under; among its tokens, so that it costs as much as a list of these. */
  ofApplication(application: string): Promise<readonly string[]>;
}
