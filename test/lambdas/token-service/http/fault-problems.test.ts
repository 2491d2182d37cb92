import { Fault } from '../../../../lambdas/token-service/domain/fault';
import { problemOfFault } from '../../../../lambdas/token-service/http/fault-problems';

const fault = new Fault('command-not-valid', 'application is "A", expected a name', [
  { path: ['application'], text: 'application is "A", expected a name' },
  { path: ['tags', 'a/b~c'], text: 'tags.a/b~c is 1, expected text' },
  { path: ['scopes', 2], text: 'scopes.2 is "x", expected a scope' },
]);

test('the places of a fault are those in the body', () => {
  expect(problemOfFault(fault, new Set()).body('r1')).toEqual({
    type: 'urn:gatehouse:problem:invalid-request',
    title: 'The request is not valid',
    status: 400,
    detail: 'application is "A", expected a name',
    requestId: 'r1',
    errors: [
      { pointer: '#/application', detail: 'application is "A", expected a name' },
      { pointer: '#/tags/a~1b~0c', detail: 'tags.a/b~c is 1, expected text' },
      { pointer: '#/scopes/2', detail: 'scopes.2 is "x", expected a scope' },
    ],
  });
});

test('a member that comes in the path or the query is named as a parameter', () => {
  const { errors } = problemOfFault(fault, new Set(['application', 'tier'])).body(undefined);
  expect(errors?.[0]).toEqual({ parameter: 'application', detail: 'application is "A", expected a name' });
  expect(errors?.[1]).toHaveProperty('pointer');
});
