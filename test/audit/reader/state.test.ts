import { auditPath } from '../../../audit';
import { temporaryFolder, writeJson } from '../support';

const folder = temporaryFolder();

const resource = (type: string, name: string, values: object, index?: string) => ({
  address: `${type}.${name}${index === undefined ? '' : `["${index}"]`}`,
  mode: 'managed',
  type,
  name,
  ...(index === undefined ? {} : { index }),
  values,
});

const STATE = {
  format_version: '1.0',
  terraform_version: '1.11.4',
  values: {
    root_module: {
      resources: [
        resource('aws_api_gateway_rest_api', 'a', { id: 'api1', root_resource_id: 'root1', name: 'shop' }),
        resource('aws_api_gateway_resource', 'orders', {
          id: 'res1',
          rest_api_id: 'api1',
          parent_id: 'root1',
          path_part: 'orders',
        }),
        resource('aws_api_gateway_method', 'm', {
          rest_api_id: 'api1',
          resource_id: 'res1',
          http_method: 'GET',
          authorization: 'NONE',
        }),
      ],
      child_modules: [
        {
          address: 'module.more["a.b"]',
          resources: [
            {
              ...resource('aws_api_gateway_method', 'm', {
                rest_api_id: 'api1',
                resource_id: 'root1',
                http_method: 'POST',
                authorization: 'AWS_IAM',
              }),
              address: 'module.more["a.b"].aws_api_gateway_method.m',
            },
          ],
        },
      ],
    },
  },
};

test('a state is judged as what is deployed, joined by ids, without changes', () => {
  const report = auditPath(writeJson(folder, 'state.json', STATE));
  expect(report.stacks).toMatchObject([{ source: 'state', terraformVersion: '1.11.4' }]);
  expect(report.matrix.map(({ method, path, accessRule, change }) => [method, path, accessRule, change])).toEqual([
    ['POST', '/', 'iam', null],
    ['GET', '/orders', 'none', null],
  ]);
  expect(report.findings.filter(({ rule, verdict }) => rule === 'AUTHZ-001' && verdict === 'fail')).toHaveLength(1);
});

test('what a state marks as sensitive is not shown', () => {
  const secret = {
    ...resource('aws_api_gateway_rest_api', 'b', {
      id: 'api2',
      root_resource_id: 'root2',
      name: 'canary-of-the-state',
    }),
    sensitive_values: { name: true },
  };
  const values = { root_module: { resources: [...STATE.values.root_module.resources, secret] } };
  const report = auditPath(writeJson(folder, 'secret.json', { ...STATE, values }));
  expect(JSON.stringify(report)).not.toContain('canary-of-the-state');
});
