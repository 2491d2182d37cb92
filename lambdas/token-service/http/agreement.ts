import type { z } from '@hono/zod-openapi';

/**
 * Schemas by the name of the member, one for each member of `T` and no other: the compiler refuses a shape that lacks a member of the domain's
 * type, has one too many, or lets through a value that the domain does not take.
 *
 * Called twice, because `T` is given and the shape is inferred: `shapeOf<IssueToken>()({ … })`.
 */
export function shapeOf<T>() {
  return <Shape extends { readonly [name in keyof T]-?: z.ZodType<T[name]> }>(
    shape: Shape & { readonly [name in Exclude<keyof Shape, keyof T>]: never },
  ): Shape => shape;
}
