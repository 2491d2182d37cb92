import { Lazy } from 'cdktf';
import { TerraformData } from '../../../constructs/support/terraform-data';
import { Template } from '../../support/template';

test('shows its value in the plan, lazy parts included', () => {
  const template = Template.of((stack) => {
    new TerraformData(stack, 'Data', {
      input: { a: { 'GET /x': [['y']] }, later: Lazy.anyValue({ produce: () => [1] }) },
    });
  });
  expect(template.only('terraform_data')).toEqual({ input: { a: { 'GET /x': [['y']] }, later: [1] } });
});

test('needs no Terraform at synth', () => {
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    expect(() => Template.of((stack) => void new TerraformData(stack, 'Data', { input: {} }))).not.toThrow();
  } finally {
    process.env.PATH = PATH;
  }
});
