import { Fault } from './fault';
import type { ListPosition } from './ports';

/**
 * A place in a list as an opaque text. It holds nothing that the page before did not show, and the filter it belongs to,
 * so that it cannot be carried over to another list.
 */
export function writeCursor({ createdAt, id }: ListPosition, application: string | undefined): string {
  return Buffer.from(JSON.stringify([1, application ?? null, createdAt, id])).toString('base64url');
}

/** @throws {Fault} when the text is not a cursor of the list with this filter */
export function readCursor(cursor: string, application: string | undefined): ListPosition {
  const [version, filter, createdAt, id, ...rest] = parse(cursor);
  if (
    version !== 1 ||
    filter !== (application ?? null) ||
    typeof createdAt !== 'number' ||
    !Number.isSafeInteger(createdAt) ||
    createdAt < 0 ||
    typeof id !== 'string' ||
    !/^[0-9A-Za-z]{16}$/.test(id) ||
    rest.length > 0
  ) {
    const text = 'cursor is not of this list, expected the nextCursor of the page before';
    throw new Fault('command-not-valid', text, [{ path: ['cursor'], text }]);
  }
  return { createdAt, id };
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    // Refused by the caller like every other text that is no cursor.
    return [];
  }
}
