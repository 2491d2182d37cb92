import { compareText } from '../json';
import type { AuditModel, Route } from '../model/types';
import { routeName } from '../rules/rule';
import type { AttributeChange } from './attribute-changes';
import { type ChangeKind, kindOf } from './change-text';
import { areaOf } from './classes';
import { type ResourceChange, resourceChanges } from './resource-changes';

/** What a plan makes of one attribute of a resource, or of the resource: for reports. What is harmless has no row. */
export interface ChangeRow {
  readonly stack: string;
  readonly address: string;
  /** Null where the resource is new or gone. */
  readonly attribute: string | null;
  /** `release`: what each release changes. `unclassified`: the plan audit does not know the attribute. */
  readonly change: Exclude<ChangeKind, 'harmless'> | 'added' | 'removed';
  /** Whom it concerns: `request`, `function`, `keep` (tokens, secrets, keys, rights) or `watch`. */
  readonly area: string;
  /** What the attribute says, ready to follow "changes"; null where it says how much, and not what. */
  readonly what: string | null;
  /** `60 → 300`; null where the values are not to be shown. */
  readonly values: string | null;
  /** Routes that the resource stands behind, as far as the plan tells. */
  readonly routes: readonly string[];
}

/** All changes of resources on the path of a request, a token, a key or an alarm, in an order that depends on the content alone. */
export function changeRows(model: AuditModel): ChangeRow[] {
  // Where all is new, nothing changes.
  const isKept = new Set(
    model.stacks.filter(({ resources, destroyed }) => destroyed.length > 0 || resources.some(({ before }) => before)),
  );
  return resourceChanges(model)
    .filter(({ stack }) => isKept.has(stack))
    .flatMap((change) =>
      change.kind === 'changed'
        ? change.attributes.flatMap((attribute) => attributeRow(change, attribute))
        : [row(change, change.kind, null)],
    )
    .sort(compareRows);
}

function attributeRow(change: ResourceChange, attribute: AttributeChange): ChangeRow[] {
  const kind = kindOf(attribute);
  return kind === 'harmless' ? [] : [row(change, kind, attribute)];
}

function row(change: ResourceChange, kind: ChangeRow['change'], attribute: AttributeChange | null): ChangeRow {
  const { stack, resource } = change;
  const of = attribute?.of;
  return {
    stack: stack.name,
    address: resource.address,
    attribute: attribute?.path ?? null,
    change: kind,
    area: areaOf(resource.type, of),
    what: of?.kind === 'identity' ? of.what : null,
    values: attribute === null || attribute.values === '' ? null : attribute.values,
    routes: namesOf(change.routes()),
  };
}

function namesOf(routes: readonly Route[]): string[] {
  return [...new Set(routes.map(routeName))].sort(compareText);
}

function compareRows(left: ChangeRow, right: ChangeRow): number {
  return (
    compareText(left.stack, right.stack) ||
    compareText(left.address, right.address) ||
    compareText(left.attribute ?? '', right.attribute ?? '') ||
    compareText(left.values ?? '', right.values ?? '')
  );
}
