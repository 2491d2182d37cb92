import type { TokenRecord } from '../token-record';

/** First and last use of one generation of a token's secret, as far as it was counted. */
export interface GenerationUse {
  readonly firstAt: number;
  readonly lastAt: number;
  /** Source address of the last use. */
  readonly address?: string | undefined;
  /** User agent of the last use, its first 200 characters. */
  readonly userAgent?: string | undefined;
}

/** Attributes of a token's record that hold its use; the role of the aggregator may read and write these alone. */
export const TOKEN_USE_ATTRIBUTES = ['uses', 'lastUsedAt'] as const satisfies readonly (keyof TokenRecord)[];

/** Uses by the number of the generation. Times are all in seconds or all in milliseconds. */
export type GenerationUses = Readonly<Record<string, GenerationUse>>;

/**
 * The use of a generation that two observations make together: the earlier first one, the later last one. It is the same in whatever order and
 * however often they come.
 */
export function joinUse(one: GenerationUse | undefined, other: GenerationUse): GenerationUse {
  if (one === undefined) {
    return other;
  }
  const { address, userAgent, lastAt } = isLater(one, other) ? one : other;
  return { firstAt: Math.min(one.firstAt, other.firstAt), lastAt, address, userAgent };
}

/** The uses that two observations make together. */
export function joinUses(one: GenerationUses, other: GenerationUses): GenerationUses {
  const joined: Record<string, GenerationUse> = { ...one };
  for (const [generation, use] of Object.entries(other)) {
    joined[generation] = joinUse(joined[generation], use);
  }
  return joined;
}

/** Of two uses at one time, the order of the texts decides: whoever joins them gets the same. */
function isLater(one: GenerationUse, other: GenerationUse): boolean {
  return one.lastAt === other.lastAt ? placeOf(one) > placeOf(other) : one.lastAt > other.lastAt;
}

function placeOf({ address = '', userAgent = '' }: GenerationUse): string {
  return `${address} ${userAgent}`;
}
