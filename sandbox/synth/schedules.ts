import { rateSeconds, type ScheduleSpec } from '../events/schedules';
import { SynthError } from './errors';
import type { Resource, StackResources } from './resources';

/** Rules with a rate whose targets are functions, and a note for each other schedule. */
export function readSchedules(stacks: readonly StackResources[]): { schedules: ScheduleSpec[]; notes: string[] } {
  const schedules: ScheduleSpec[] = [];
  const notes: string[] = [];
  for (const stack of stacks) {
    const rules = new Map(stack.ofType('aws_cloudwatch_event_rule').map((rule) => [rule.text('name'), rule]));
    for (const target of stack.ofType('aws_cloudwatch_event_target')) {
      const rule = rules.get(target.text('rule'));
      const expression = rule?.optionalText('schedule_expression');
      if (rule === undefined || expression === undefined) {
        continue;
      }
      const everySeconds = rateSeconds(expression);
      const arn = target.text('arn');
      if (everySeconds === undefined || !/^arn:[^:]+:lambda:/.test(arn)) {
        notes.push(`${rule.label}: the schedule ${expression} is not run, only rates whose target is a function are`);
        continue;
      }
      const input = target.optionalText('input');
      schedules.push({
        ruleName: rule.text('name'),
        ruleArn: rule.text('arn'),
        everySeconds,
        functionArn: arn,
        ...(input === undefined ? {} : { input: parseInput(target, input) }),
      });
    }
  }
  return { schedules, notes };
}

function parseInput(target: Resource, input: string): unknown {
  try {
    return JSON.parse(input);
  } catch (cause) {
    throw new SynthError(`${target.label}.input is not JSON`, { cause });
  }
}
