import { defineRoute, json, problem, problems, read, type Subject } from './route';
import { HygienePage, HygieneParameters, UsageBatchAnswer, UsageBatchRequest } from './usage-schemas';

const readUsage = defineRoute({
  method: 'post',
  path: '/usage/batch',
  operationId: 'readUsage',
  summary: 'Read the calls of up to 100 tokens at once',
  tags: ['usage'],
  'x-gatehouse-action': 'usage.read',
  security: read,
  request: { body: { required: true, content: json(UsageBatchRequest) } },
  responses: {
    200: { description: 'The calls, token by token.', content: json(UsageBatchAnswer) },
    ...problems,
    415: problem('The body is not application/json.'),
  },
});

const readHygiene = defineRoute({
  method: 'get',
  path: '/hygiene',
  operationId: 'readHygiene',
  summary: 'Find tokens that are unused, or wider than what they are used for',
  tags: ['usage'],
  'x-gatehouse-action': 'hygiene.read',
  security: read,
  request: { query: HygieneParameters },
  responses: {
    200: { description: 'What is untidy about a page of tokens.', content: json(HygienePage) },
    ...problems,
    404: problem('The caller knows no such team or application.'),
  },
});

/** What was counted of calls, and what follows for the tokens. */
export const usage: Subject = {
  routes: [readUsage, readHygiene],
  mount(app, { usageBatches, hygiene }) {
    app.openapi(readUsage, async (context) =>
      context.json(await usageBatches.read(context.req.valid('json'), context.env), 200),
    );

    app.openapi(readHygiene, async (context) =>
      context.json(await hygiene.read(context.req.valid('query'), context.env), 200),
    );
  },
};
