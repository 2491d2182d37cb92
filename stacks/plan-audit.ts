import { TerraformStack } from 'cdktf';
import type { Construct, IValidation } from 'constructs';
import { type AuditOptions, auditConfiguration, type Finding, isOpen } from '../audit';

export interface PlanAuditValidationProps extends AuditOptions {
  /** Unknown answers are faults too. Without a plan many answers are unknown. @default false */
  readonly strict?: boolean;
}

/**
 * Lets the synthesis of a stack fail on the findings of the plan audit that need no plan: the rules read the stack as it would be
 * written, and each failure is a fault of cdktf's validation.
 *
 * ```ts
 * addPlanAudit(stack, { rules: RULES.filter(({ id }) => id !== 'AUTHZ-003') });
 * ```
 *
 * What only a plan tells (what is destroyed, what becomes weaker, defaults of the provider) is judged by `gatehouse audit`.
 */
export function addPlanAudit(stack: TerraformStack, props: PlanAuditValidationProps = {}): void {
  stack.node.addValidation(new PlanAuditValidation(stack, props));
}

class PlanAuditValidation implements IValidation {
  constructor(
    private readonly stack: TerraformStack,
    private readonly props: PlanAuditValidationProps,
  ) {}

  validate(): string[] {
    const { strict = false, ...options } = this.props;
    // toTerraform resolves tokens and leaves the tree as it is.
    const { findings } = auditConfiguration(this.stack.toTerraform() as object, this.stack.node.id, options);
    return findings
      .filter((finding) => isOpen(finding) && (strict || finding.verdict === 'fail'))
      .map((finding) => faultOf(finding));
  }
}

function faultOf({ rule, verdict, severity, construct, address, message }: Finding): string {
  return `${rule} (${verdict}, ${severity}) ${construct ?? address}: ${message}`;
}

/** Adds the validation to every stack of an app. */
export function addPlanAuditToAll(app: Construct, props: PlanAuditValidationProps = {}): void {
  for (const stack of app.node.findAll().filter((construct) => TerraformStack.isStack(construct))) {
    addPlanAudit(stack, props);
  }
}
