import type { AttributeChange } from './attribute-changes';

/** What a change makes of an attribute. `unclassified`: the table of attributes does not know it. */
export type ChangeKind = 'weakened' | 'strengthened' | 'changed' | 'unknown' | 'unclassified' | 'release' | 'harmless';

export function kindOf({ of, order }: AttributeChange): ChangeKind {
  if (of === undefined) {
    return 'unclassified';
  }
  if (of.kind === 'release' || of.kind === 'harmless') {
    return of.kind;
  }
  switch (order) {
    case 'weaker':
      return 'weakened';
    case 'stronger':
      return 'strengthened';
    case 'unknown':
      return 'unknown';
    default:
      return 'changed';
  }
}

/** A change in words: the attribute, what it says, and its values where they may be shown. */
export function changeText(change: AttributeChange): string {
  const { path, of, values } = change;
  const shown = values === '' ? '' : `: ${values}`;
  switch (kindOf(change)) {
    case 'weakened':
      return `${path} is weaker than before${shown}`;
    case 'strengthened':
      return `${path} is stronger than before${shown}`;
    case 'unknown':
      return of?.kind === 'identity'
        ? `${path} (${of.what}) is known only after apply`
        : `${path} is known only after apply`;
    case 'changed':
      return of?.kind === 'identity'
        ? `${path} changes ${of.what}${shown}`
        : `${path} changes, and which is safer cannot be told${shown}`;
    case 'unclassified':
      return `${path} changes, and the plan audit does not know what it means`;
    default:
      return `${path} changes${shown}`;
  }
}
