import { TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

export interface TerraformDataProps {
  /** Value that plan and state show; it may hold tokens and lazy values. */
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Terraform's built-in resource `terraform_data`: a value that is part of a plan.
 *
 * cdktf's own `DataResource` runs `terraform version` in every synthesis and fails where there is no binary; this one does
 * not. Terraform knows the resource since 1.4.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
export class TerraformData extends TerraformResource {
  private readonly value: Readonly<Record<string, unknown>>;

  constructor(scope: Construct, id: string, props: TerraformDataProps) {
    super(scope, id, {
      terraformResourceType: 'terraform_data',
      terraformGeneratorMetadata: { providerName: 'terraform' },
    });
    this.value = props.input;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { input: this.value };
  }
}
