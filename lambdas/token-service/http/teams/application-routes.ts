import { defineRoute, json, problem, problems, read, type Subject, write } from '../route';
import {
  Application,
  ApplicationList,
  ApplicationPath,
  ChangedApplication,
  ListApplicationsQuery,
  RegisterApplicationRequest,
  UpdateApplicationRequest,
} from './application-schemas';

const notFound = problem('No application has this name, or the caller has no role in its team.');

const registerApplication = defineRoute({
  method: 'put',
  path: '/applications/{application}',
  operationId: 'registerApplication',
  summary: 'Register an application, so that its tokens are metered',
  tags: ['applications'],
  'x-gatehouse-action': 'application.register',
  security: write,
  request: { params: ApplicationPath, body: { required: true, content: json(RegisterApplicationRequest) } },
  responses: {
    200: { description: 'The application was registered before.', content: json(Application) },
    201: { description: 'The application was registered.', content: json(Application) },
    ...problems,
    409: problem('The application has another tier or team.'),
    415: problem('The body is not application/json.'),
  },
});

const listApplications = defineRoute({
  method: 'get',
  path: '/applications',
  operationId: 'listApplications',
  summary: 'List applications',
  tags: ['applications'],
  'x-gatehouse-action': 'application.read',
  security: read,
  request: { query: ListApplicationsQuery },
  responses: {
    200: { description: 'A page of applications.', content: json(ApplicationList) },
    ...problems,
    404: problem('No team has this name, or the caller has no role in it.'),
  },
});

const getApplication = defineRoute({
  method: 'get',
  path: '/applications/{application}',
  operationId: 'getApplication',
  summary: 'Read an application',
  tags: ['applications'],
  'x-gatehouse-action': 'application.read',
  security: read,
  request: { params: ApplicationPath },
  responses: {
    200: { description: 'The application.', content: json(Application) },
    ...problems,
    404: notFound,
  },
});

const updateApplication = defineRoute({
  method: 'patch',
  path: '/applications/{application}',
  operationId: 'updateApplication',
  summary: 'Change tier, team, maintainers or state of an application',
  tags: ['applications'],
  'x-gatehouse-action': 'application.update',
  security: write,
  request: { params: ApplicationPath, body: { required: true, content: json(UpdateApplicationRequest) } },
  responses: {
    200: { description: 'The application.', content: json(ChangedApplication) },
    ...problems,
    404: notFound,
    409: problem('The application or the team is archived.'),
    415: problem('The body is not application/json.'),
  },
});

/** Applications: register, list, read, change. */
export const applications: Subject = {
  routes: [listApplications, registerApplication, getApplication, updateApplication],
  mount(app, { registration, applications: held }) {
    app.openapi(registerApplication, async (context) => {
      const { application } = context.req.valid('param');
      const { view, created } = await registration.register({ ...context.req.valid('json'), application }, context.env);
      return created ? context.json(view, 201) : context.json(view, 200);
    });

    app.openapi(listApplications, async (context) =>
      context.json(await held.list(context.req.valid('query'), context.env), 200),
    );

    app.openapi(getApplication, async (context) =>
      context.json(await held.get(context.req.valid('param').application, context.env), 200),
    );

    app.openapi(updateApplication, async (context) => {
      const { application } = context.req.valid('param');
      return context.json(await held.update(application, context.req.valid('json'), context.env), 200);
    });
  },
};
