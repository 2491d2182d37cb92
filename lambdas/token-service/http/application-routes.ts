import { Application, ApplicationPath, RegisterApplicationRequest } from './application-schemas';
import { defineRoute, json, problem, problems, type Subject, write } from './route';

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

/** Applications: register. */
export const applications: Subject = {
  routes: [registerApplication],
  mount(app, { registration }) {
    app.openapi(registerApplication, async (context) => {
      const { application } = context.req.valid('param');
      const { view, created } = await registration.register({ ...context.req.valid('json'), application }, context.env);
      return created ? context.json(view, 201) : context.json(view, 200);
    });
  },
};
