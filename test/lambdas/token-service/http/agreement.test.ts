import { z } from '@hono/zod-openapi';
import { shapeOf } from '../../../../lambdas/token-service/http/agreement';

interface Subject {
  readonly name: string;
  readonly age?: number | undefined;
}

// The compiler is what is tested: it complains where nothing is wrong with a line that is expected to be an error.
test('a shape has a schema for each member of the type, and no other', () => {
  const shape = { name: z.string(), age: z.number().optional() };
  expect(shapeOf<Subject>()(shape)).toBe(shape);

  // @ts-expect-error: age is missing, though it is optional
  shapeOf<Subject>()({ name: z.string() });
  // @ts-expect-error: size is no member of the type
  shapeOf<Subject>()({ ...shape, size: z.number() });
  // @ts-expect-error: the type takes no number as a name
  shapeOf<Subject>()({ ...shape, name: z.number() });
  // @ts-expect-error: the name is not optional
  shapeOf<Subject>()({ ...shape, name: z.string().optional() });
});
