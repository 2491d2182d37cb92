import { type AuthorizerEvent, createRequestReader } from '../../../../lambdas/authorizer/event/request';
import { AuthorizerError } from '../../../../lambdas/authorizer/reasons';
import { eventFor, STAGE_ARN } from '../support/harness';

const readRequest = createRequestReader();
const event = eventFor('Bearer x', { method: 'GET', path: '/v1/sales/emea', resource: '/v1/sales/{region}' });

test('reads what the gateway says', () => {
  expect(readRequest(event)).toEqual({
    api: 'sales',
    stage: 'dev',
    stageArn: STAGE_ARN,
    method: 'GET',
    path: '/v1/sales/{region}',
    ownPath: '/v1/sales/emea',
    isResultPerRoute: false,
    requestId: 'request-1',
    sourceIp: '192.0.2.1',
  });
});

test.each([
  'arn:aws-cn:execute-api:cn-north-1:1:a/dev/GET/',
  'arn:aws-us-gov:execute-api:us-gov-west-1:1:a/dev/POST/x',
])('reads the ARN %s of another partition', (methodArn) => {
  const requestContext = { ...event.requestContext, apiId: 'a' };
  expect(readRequest({ ...event, methodArn, requestContext }).stageArn).toBe(methodArn.split('/', 2).join('/'));
});

test('does not take the stage of another request for its own', () => {
  const other = { ...event.requestContext, apiId: 'api2', stage: 'beta' };
  const arn = String(event.methodArn).replace('api1/dev', 'api2/beta');
  const read = createRequestReader();
  expect(read(event).stageArn).toBe(STAGE_ARN);
  expect(read({ ...event, methodArn: arn, requestContext: other })).toMatchObject({ stage: 'beta' });
  expect(read(event).stage).toBe('dev');
  expect(() => read({ ...event, requestContext: other })).toThrow(AuthorizerError);
});

test('keeps the path as the client wrote it, by which the gateway judges a policy', () => {
  const methodArn = `${STAGE_ARN}/GET//v1/sales/em%65a/`;
  expect(readRequest({ ...event, methodArn }).ownPath).toBe('//v1/sales/em%65a/');
});

test('knows from the stage that a result is kept for the one route', () => {
  const stageVariables = { gatehouseApi: 'sales', gatehouseResults: 'route' };
  expect(readRequest({ ...event, stageVariables }).isResultPerRoute).toBe(true);
});

test('takes the method from the ARN and not from a header', () => {
  const headers = { 'X-HTTP-Method-Override': 'DELETE' };
  expect(readRequest({ ...event, headers }).method).toBe('GET');
});

test('a missing address stays missing', () => {
  expect(
    readRequest({ ...event, requestContext: { ...event.requestContext, identity: null } }).sourceIp,
  ).toBeUndefined();
});

test.each<[string, Partial<AuthorizerEvent>]>([
  ['no type', { type: undefined }],
  ['type TOKEN', { type: 'TOKEN' }],
  ['no ARN', { methodArn: undefined }],
  ['an ARN that is no text', { methodArn: 7 }],
  ['an ARN without a path', { methodArn: STAGE_ARN }],
  ['an ARN without a slash after the method', { methodArn: `${STAGE_ARN}/GET` }],
  ['a method in lower case', { methodArn: `${STAGE_ARN}/get/v1` }],
  ['a star for a method', { methodArn: `${STAGE_ARN}/*/v1` }],
  ['a star for a stage', { methodArn: STAGE_ARN.replace('/dev', '/*/GET/') }],
  ['an ARN of another service', { methodArn: 'arn:aws:lambda:eu-central-1:1:api1/dev/GET/' }],
  ['another stage', { methodArn: `${STAGE_ARN.replace('/dev', '/beta')}/GET/` }],
  ['another API', { methodArn: `${STAGE_ARN.replace('api1', 'api2')}/GET/` }],
  ['no context', { requestContext: null }],
  ['no resource path', { requestContext: { ...event.requestContext, resourcePath: undefined } }],
  ['no stage in the context', { requestContext: { ...event.requestContext, stage: undefined } }],
  ['no stage variables', { stageVariables: null }],
  ['an empty stage variable', { stageVariables: { gatehouseApi: '' } }],
  ['another form of results', { stageVariables: { gatehouseApi: 'sales', gatehouseResults: 'api' } }],
  ['an empty form of results', { stageVariables: { gatehouseApi: 'sales', gatehouseResults: '' } }],
])('refuses %s', (_, changes) => {
  expect(() => readRequest({ ...event, ...changes })).toThrow(AuthorizerError);
});

test.each([null, undefined, 'text', 7, []])('refuses the event %j', (value) => {
  // As a direct invocation may send it.
  expect(() => readRequest(JSON.parse(JSON.stringify(value ?? null)))).toThrow(AuthorizerError);
});
