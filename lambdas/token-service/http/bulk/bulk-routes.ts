import { defineRoute, json, problem, problems, read, type Subject, write } from '../route';
import {
  BulkPreview,
  BulkRequest,
  Job,
  JobPage,
  JobPath,
  JobQuery,
  JobWithResults,
  ListJobsQuery,
} from './bulk-schemas';

const startBulk = defineRoute({
  method: 'post',
  path: '/bulk',
  operationId: 'startBulk',
  summary: 'Count tokens by a dry run; with its confirmation, change them in a job',
  tags: ['bulk'],
  'x-gatehouse-action': 'bulk.start',
  security: write,
  request: { body: { required: true, content: json(BulkRequest) } },
  responses: {
    200: { description: 'What the dry run found.', content: json(BulkPreview) },
    202: { description: 'The job, which may be over already.', content: json(Job) },
    ...problems,
    404: problem('There is no such team or application.'),
    415: problem('The body is not application/json.'),
  },
});

const listBulk = defineRoute({
  method: 'get',
  path: '/bulk',
  operationId: 'listBulk',
  summary: 'List jobs, newest first',
  tags: ['bulk'],
  'x-gatehouse-action': 'bulk.read',
  security: read,
  request: { query: ListJobsQuery },
  responses: {
    200: { description: 'A page of jobs.', content: json(JobPage) },
    ...problems,
    404: problem('There is no such team.'),
  },
});

const getBulk = defineRoute({
  method: 'get',
  path: '/bulk/{jobId}',
  operationId: 'getBulk',
  summary: 'Read a job and what became of its tokens',
  tags: ['bulk'],
  'x-gatehouse-action': 'bulk.read',
  security: read,
  request: { params: JobPath, query: JobQuery },
  responses: {
    200: { description: 'The job with a page of results.', content: json(JobWithResults) },
    ...problems,
    404: problem('No job has this id.'),
  },
});

/** Many tokens at once: dry run, job, progress and results. */
export const bulk: Subject = {
  routes: [startBulk, listBulk, getBulk],
  mount(app, { bulk: jobs }) {
    app.openapi(startBulk, async (context) => {
      const command = context.req.valid('json');
      if (command.dryRun === true) {
        return context.json(await jobs.preview(command, context.env), 200);
      }
      const job = await jobs.start(command, context.env);
      return context.json(job, 202, { location: `bulk/${job.id}` });
    });

    app.openapi(listBulk, async (context) =>
      context.json(await jobs.list(context.req.valid('query'), context.env), 200),
    );

    app.openapi(getBulk, async (context) => {
      const { jobId } = context.req.valid('param');
      return context.json(await jobs.get({ jobId, ...context.req.valid('query') }, context.env), 200);
    });
  },
};
