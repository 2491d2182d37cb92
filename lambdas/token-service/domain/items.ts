/** Place in a list after which the next page begins. */
export interface ListPosition {
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly id: string;
}

/** What every item of the token table has. */
export interface StoredItem {
  readonly pk: string;
  readonly entity: string;
  /** Optimistic lock: the number of changes. */
  readonly version: number;
}

/** What is changed of an item; a member that is `undefined` is removed. */
export type ItemChanges<T extends StoredItem> = {
  readonly [name in Exclude<keyof T, keyof StoredItem>]?: T[name] | undefined;
};
