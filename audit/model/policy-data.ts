import type { Json } from '../json';
import type { Attributes } from '../reader/attributes';
import type { Resource } from '../reader/stack';
import { known, type Unknown, unknown, type Value } from '../three-valued';
import { areResourceAttributes } from './symbolic-json';
import type { PolicyCondition, PolicyPrincipal, PolicyStatement, PolicyText } from './types';

/** Attributes by which a document takes statements over from others. */
const IMPORTS = ['source_json', 'override_json', 'source_policy_documents', 'override_policy_documents'];

/**
 * Reads `data.aws_iam_policy_document` whose reading Terraform puts off until apply, as it does where an ARN is not known: its
 * arguments are in the plan, its `json` is not.
 */
export function readPolicyData(document: Resource): Value<readonly PolicyStatement[]> {
  const { attributes } = document;
  const imported = IMPORTS.find((name) => {
    const value = attributes.value(name);
    return (
      value.kind === 'unknown' || (value.kind === 'known' && (!Array.isArray(value.value) || value.value.length > 0))
    );
  });
  if (imported !== undefined) {
    return unknown(`not readable: ${imported} adds statements that the plan does not tell`);
  }
  const blocks = attributes.blocks('statement', true);
  if (blocks.kind !== 'known') {
    return blocks;
  }
  const statements: PolicyStatement[] = [];
  for (const [index, block] of blocks.value.entries()) {
    const statement = readBlock(block, index, attributes.sensitive);
    if ('cause' in statement) {
      return statement;
    }
    statements.push(statement);
  }
  return known(statements, attributes.sensitive);
}

function readBlock(block: Attributes, index: number, sensitive: boolean): PolicyStatement | Unknown {
  const sid = block.value('sid');
  const effect = block.string('effect');
  const conditions = block.blocks('condition');
  const principals = principalsOf(block, 'principals');
  const notPrincipals = principalsOf(block, 'not_principals');
  const unreadable = [principals, notPrincipals, conditions].find((part) => part?.kind === 'unknown');
  if (unreadable?.kind === 'unknown') {
    return unreadable;
  }
  return {
    label: statementLabel(index, sid.kind === 'known' && !sid.sensitive && !sensitive ? sid.value : undefined),
    effect: effect.kind === 'unknown' ? ANYTHING : fixed(effect.kind === 'known' ? effect.value : 'Allow'),
    actions: textsOf(block, 'actions'),
    notActions: textsOf(block, 'not_actions'),
    resources: textsOf(block, 'resources'),
    notResources: textsOf(block, 'not_resources'),
    principals: principals.kind === 'known' ? principals.value : undefined,
    notPrincipals: notPrincipals.kind === 'known' ? notPrincipals.value : undefined,
    conditions: conditions.kind === 'known' ? conditions.value.map(conditionOf) : [],
  };
}

function conditionOf(block: Attributes): PolicyCondition {
  const operator = block.string('test');
  const key = block.string('variable');
  return {
    // An operator that is not known is none that IAM has, so that nothing follows from it.
    operator: operator.kind === 'known' ? operator.value : UNKNOWN_TEXT,
    key: key.kind === 'known' ? fixed(key.value) : ANYTHING,
    values: textsOf(block, 'values') ?? [],
  };
}

/** Name of a statement in messages. */
export function statementLabel(index: number, sid: Json | undefined): string {
  return typeof sid === 'string' && sid !== '' ? `statement[${index}] ${JSON.stringify(sid)}` : `statement[${index}]`;
}

/** Stands for a text that the plan does not tell; it must not look like a pattern of IAM, in which `?` is one. */
const UNKNOWN_TEXT = '${unknown}';

const ANYTHING: PolicyText = { text: UNKNOWN_TEXT, symbolic: 'anything' };

function fixed(text: string): PolicyText {
  return { text, symbolic: 'no' };
}

/** Texts of a list; undefined when it is not set. An unknown element comes from the references of the list. */
function textsOf(block: Attributes, name: string): readonly PolicyText[] | undefined {
  const elements = block.elements(name);
  const references = block.expression(name)?.references ?? [];
  const symbol: PolicyText = areResourceAttributes(references)
    ? { text: UNKNOWN_TEXT, symbolic: 'attribute' }
    : ANYTHING;
  if (elements.kind === 'unknown') {
    return [symbol];
  }
  if (elements.kind === 'absent' || elements.value.length === 0) {
    return undefined;
  }
  return elements.value.map((element) => {
    const value: Json | undefined = element.kind === 'known' ? element.value : undefined;
    return typeof value === 'string' ? fixed(value) : symbol;
  });
}

function principalsOf(block: Attributes, name: string): Value<readonly PolicyPrincipal[]> {
  const blocks = block.blocks(name);
  if (blocks.kind !== 'known' || blocks.value.length === 0) {
    return blocks.kind === 'known' ? { kind: 'absent' } : blocks;
  }
  return known(
    blocks.value.flatMap((principal) => {
      const type = principal.string('type');
      const ids = textsOf(principal, 'identifiers') ?? [ANYTHING];
      return ids.map((id) => ({ type: type.kind === 'known' ? type.value : '?', id }));
    }),
  );
}
