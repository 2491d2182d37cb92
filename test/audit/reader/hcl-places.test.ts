import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hclPlaces } from '../../../audit/reader/hcl-places';
import { temporaryFolder } from '../support';

const folder = temporaryFolder();

function write(name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

write(
  'main.tf',
  `# resource "aws_fake" "comment" {
/* resource "aws_fake" "block" {
*/
resource "aws_lambda_function" "orders" {
  function_name = "orders-\${lookup(var.names, "a}b")}"
  environment { variables = { A = "}" } }
}
  resource aws_sqs_queue bare {
  policy = <<-EOT
    resource "aws_fake" "text" {
    EOT
}
data "aws_region" "here" {}
module "gateway" {
  source = "./modules/gateway"
}
module "elsewhere" {
  source = "terraform-aws-modules/lambda/aws"
}
output "token" { value = "x" }
# a comment that ends like a text <<EOT
module "inline" { source = "./modules/inner" }
`,
);
write(
  'more.tf.json',
  '{\n  "resource": {\n    "aws_sns_topic": {\n      "alarms": {}\n    }\n  },\n  "module": { "deep": { "source": "./modules/gateway" } }\n}\n',
);
write(
  'modules/gateway/api.tf',
  'resource "aws_api_gateway_rest_api" "api" {\n}\n\nmodule "inner" {\n  source = "../inner"\n}\n',
);
write('modules/inner/x.tf', '\nresource "aws_kms_key" "k" {}\n');
const lookUp = hclPlaces(folder);
const at = (address: string) => {
  const place = lookUp(address);
  return place && `${place.file}:${place.line}:${place.column}`;
};

test.each([
  ['aws_lambda_function.orders', 'main.tf:4:1'],
  ['aws_lambda_function.orders["a.b"]', 'main.tf:4:1'],
  ['aws_sqs_queue.bare', 'main.tf:8:3'],
  ['data.aws_region.here', 'main.tf:13:1'],
  ['output.token', 'main.tf:20:1'],
  ['module.inline.aws_kms_key.k', 'modules/inner/x.tf:2:1'],
  ['aws_sns_topic.alarms[0]', 'more.tf.json:4:7'],
  ['module.gateway.aws_api_gateway_rest_api.api', 'modules/gateway/api.tf:1:1'],
  ['module.deep["x"].aws_api_gateway_rest_api.api', 'modules/gateway/api.tf:1:1'],
  ['module.gateway.module.inner.aws_kms_key.k', 'modules/inner/x.tf:2:1'],
])('%s is declared at %s', (address, place) => {
  expect(at(address)).toBe(place);
});

test('a resource of a module from elsewhere is told at the call of the module', () => {
  expect(at('module.elsewhere.aws_lambda_function.this')).toBe('main.tf:17:1');
});

test.each(['aws_fake.comment', 'aws_fake.block', 'aws_fake.text', 'aws_fake.gone', 'module.none.aws_x.y', '', 'a b'])(
  '%j is found nowhere',
  (address) => {
    expect(at(address)).toBeUndefined();
  },
);

test('a folder that is not there has nothing', () => {
  expect(hclPlaces(join(folder, 'none'))('aws_x.y')).toBeUndefined();
});
