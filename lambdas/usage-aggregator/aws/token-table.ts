import { awsRequest } from '../../lib/aws-request';
import { fromAttributes, toAttributes } from '../../lib/dynamodb-item';
import { TOKEN_TABLE_KEY, tokenKey } from '../../lib/token-record';
import { TOKEN_USE_ATTRIBUTES } from '../../lib/usage/uses';
import type { TokenUse, TokenUses } from '../ports';
import { unlessConditionFails } from './usage-table';

/** The token table in DynamoDB. */
export function dynamoTokenUses({ region, table }: { readonly region: string; readonly table: string }): TokenUses {
  const keyOf = (tokenId: string) => ({ [TOKEN_TABLE_KEY]: { S: tokenKey(tokenId) } });
  return {
    async read(tokenId) {
      const answer = await awsRequest({
        service: 'dynamodb',
        region,
        operation: 'GetItem',
        input: {
          TableName: table,
          Key: keyOf(tokenId),
          ProjectionExpression: '#pk, #uses, #last',
          ExpressionAttributeNames: NAMES,
          ConsistentRead: true,
        },
        idempotent: true,
      });
      const { Item: item } = answer as { Item?: Record<string, unknown> };
      return item && (fromAttributes(item) as TokenUse);
    },

    write: (tokenId, change, over) =>
      unlessConditionFails(
        awsRequest({
          service: 'dynamodb',
          region,
          operation: 'UpdateItem',
          input: { TableName: table, Key: keyOf(tokenId), ...updateOf(change, over) },
          idempotent: true,
        }),
      ),
  };
}

const NAMES = { '#pk': TOKEN_TABLE_KEY, '#uses': TOKEN_USE_ATTRIBUTES[0], '#last': TOKEN_USE_ATTRIBUTES[1] };

/** One update of the named generations, for as long as what was read of them and of the last use still stands. */
function updateOf({ uses, lastUsedAt }: Parameters<TokenUses['write']>[1], over: TokenUse) {
  const names: Record<string, string> = { ...NAMES };
  const values: Record<string, unknown> = { ':last': lastUsedAt };
  const changes = ['#last = :last'];
  const conditions = ['attribute_exists(#pk)'];
  if (over.lastUsedAt === undefined) {
    conditions.push('attribute_not_exists(#last)');
  } else {
    values[':before'] = over.lastUsedAt;
    conditions.push('#last = :before');
  }
  if (over.uses === undefined) {
    values[':uses'] = uses;
    changes.push('#uses = :uses');
    conditions.push('attribute_not_exists(#uses)');
  }
  for (const [index, [generation, use]] of Object.entries(over.uses === undefined ? {} : uses).entries()) {
    const before = over.uses?.[generation];
    const place = `#uses.#g${index}`;
    names[`#g${index}`] = generation;
    values[`:use${index}`] = use;
    changes.push(`${place} = :use${index}`);
    if (before === undefined) {
      conditions.push('attribute_exists(#uses)', `attribute_not_exists(${place})`);
    } else {
      Object.assign(names, { '#firstAt': 'firstAt', '#lastAt': 'lastAt' });
      values[`:first${index}`] = before.firstAt;
      values[`:last${index}`] = before.lastAt;
      conditions.push(`${place}.#firstAt = :first${index}`, `${place}.#lastAt = :last${index}`);
    }
  }
  const old = outlived(over, uses).map((generation, index) => {
    names[`#old${index}`] = generation;
    return `#uses.#old${index}`;
  });
  return {
    UpdateExpression: `SET ${changes.join(', ')}${old.length === 0 ? '' : ` REMOVE ${old.join(', ')}`}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: toAttributes(values),
  };
}

/** Generations whose use is kept: two live at a time, and a few more tell the recent past. A token that is rotated for years must not grow. */
const KEPT_GENERATIONS = 5;

/** Stored generations that are older than those that are kept. */
function outlived(over: TokenUse, uses: Readonly<Record<string, unknown>>): string[] {
  const stored = Object.keys(over.uses ?? {});
  const newest = Math.max(0, ...[...stored, ...Object.keys(uses)].map(Number));
  return stored.filter(
    (generation) => Number(generation) <= newest - KEPT_GENERATIONS && !Object.hasOwn(uses, generation),
  );
}
