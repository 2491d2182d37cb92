import type { AuditModel } from '../../model/types';
import type { Attributes } from '../../reader/attributes';
import { is, known, type Value } from '../../three-valued';
import { type Placed, resourcesOf } from './resources';

/** What an authorizer function relies on for one of the APIs that it protects. */
export interface Reliance {
  /** For how long the gateway may keep an answer, in seconds. */
  readonly resultCacheSeconds: Value<number>;
  /** Why it may not be longer, for messages: `strict revocation`, `dpop`; empty where nothing more is said. */
  readonly reasons: readonly string[];
}

/** The APIs of an authorizer function, by id. */
export interface ProtectedApis {
  readonly placed: Placed;
  /** Name of the function. */
  readonly authorizer: Value<string>;
  /** Unknown where the plan does not tell them. */
  readonly apis: Value<ReadonlyMap<string, Reliance>>;
}

/**
 * What authorizer functions say in the plans: `terraform_data` resources whose input is
 * `{ authorizer: <function name>, apis: { <id>: { resultCacheSeconds, revocation, senderConstraints } } }`.
 */
export function protectedApis(model: AuditModel): ProtectedApis[] {
  return resourcesOf(model, 'terraform_data').flatMap((placed): ProtectedApis[] => {
    const input = placed.resource.attributes.object('input');
    const names = input.names();
    if (!names.includes('authorizer') || !names.includes('apis')) {
      return [];
    }
    return [{ placed, authorizer: input.string('authorizer'), apis: apisOf(input) }];
  });
}

function apisOf(input: Attributes): Value<ReadonlyMap<string, Reliance>> {
  const apis = input.object('apis');
  if (apis.whollyUnknown) {
    return { kind: 'unknown', cause: 'known only after apply' };
  }
  return known(new Map(apis.names().map((id) => [id, relianceOf(apis.object(id))])));
}

function relianceOf(api: Attributes): Reliance {
  const revocation = api.string('revocation');
  const constraints = constraintsOf(api);
  const isStrict = is(revocation, 'strict');
  const names = constraints.kind === 'known' ? constraints.value : [];
  const named = api.number('resultCacheSeconds');
  // Plans of the kit's first stacks have the older name.
  const max = named.kind === 'absent' ? api.number('maxResultTtlSeconds') : named;
  const isOpen = revocation.kind === 'unknown' || constraints.kind === 'unknown';
  return {
    // Whatever else is written down, these hold only where nothing is kept.
    resultCacheSeconds:
      isStrict || names.length > 0
        ? known(0)
        : isOpen && !is(max, 0)
          ? { kind: 'unknown', cause: 'known only after apply' }
          : max,
    reasons: [...(isStrict ? ['strict revocation'] : []), ...names],
  };
}

/** The sender constraints (`dpop`, `mtls`) of which all are known. */
function constraintsOf(api: Attributes): Value<readonly string[]> {
  const elements = api.elements('senderConstraints');
  if (elements.kind !== 'known') {
    return elements;
  }
  const open = elements.value.find((item) => item.kind === 'unknown');
  return open?.kind === 'unknown'
    ? open
    : known(
        elements.value.flatMap((item) => (item.kind === 'known' && typeof item.value === 'string' ? [item.value] : [])),
      );
}
