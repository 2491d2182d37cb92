import { TOKEN_SERVICE_SCOPES } from '../../../lib/platform-scopes';
import { defineRoute, json, problem, problems, SECURITY_SCHEME, type Subject } from '../route';
import { ExportTrailRequest, ListTrailQuery, TrailEntryPath, TrailPage, TrailProof } from './trail-schemas';

const readTrail = [{ [SECURITY_SCHEME]: [TOKEN_SERVICE_SCOPES.trail as string] }];
const NDJSON = 'application/x-ndjson';

const listTrail = defineRoute({
  method: 'get',
  path: '/trail',
  operationId: 'listTrail',
  summary: 'List entries of the audit trail, newest first',
  tags: ['trail'],
  'x-gatehouse-action': 'trail.read',
  security: readTrail,
  request: { query: ListTrailQuery },
  responses: {
    200: { description: 'A page of entries.', content: json(TrailPage) },
    ...problems,
    404: problem('There is no audit trail, or no such team.'),
  },
});

const proveTrailEntry = defineRoute({
  method: 'get',
  path: '/trail/{entryId}/proof',
  operationId: 'proveTrailEntry',
  summary: 'Prove that an entry is in the sealed trail',
  tags: ['trail'],
  'x-gatehouse-action': 'trail.read',
  security: readTrail,
  request: { params: TrailEntryPath },
  responses: {
    200: { description: 'The entry, its path in the tree, and the latest seal.', content: json(TrailProof) },
    ...problems,
    404: problem('The trail has no entry with this id.'),
    409: problem('The entry has no seal yet.'),
  },
});

const exportTrail = defineRoute({
  method: 'post',
  path: '/trail/export',
  operationId: 'exportTrail',
  summary: 'Export a part of the audit trail with its proofs, as gatehouse trail verify --export reads it',
  tags: ['trail'],
  'x-gatehouse-action': 'trail.export',
  security: readTrail,
  request: { body: { required: true, content: json(ExportTrailRequest) } },
  responses: {
    200: {
      description: 'A line for each entry, the seal, and a last line with the cursor of the next part.',
      content: { [NDJSON]: { schema: { type: 'string' } } },
    },
    ...problems,
    404: problem('There is no audit trail, or no such team.'),
    415: problem('The body is not application/json.'),
  },
});

/** The audit trail: list, prove, export. */
export const trail: Subject = {
  routes: [listTrail, proveTrailEntry, exportTrail],
  mount(app, { trail: list }) {
    app.openapi(listTrail, async (context) =>
      context.json((await list.list(context.req.valid('query'), context.env)) as never, 200),
    );

    app.openapi(proveTrailEntry, async (context) =>
      context.json((await list.proof(context.req.valid('param').entryId, context.env)) as never, 200),
    );

    app.openapi(exportTrail, async (context) => {
      const lines = await list.export(context.req.valid('json'), context.env);
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      // The types of the routes know JSON bodies only.
      return new Response(text, { status: 200, headers: { 'content-type': NDJSON } }) as never;
    });
  },
};
