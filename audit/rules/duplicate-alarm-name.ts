import type { Rule } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const NAMED = [
  ['aws_cloudwatch_metric_alarm', 'alarm_name'],
  ['aws_cloudwatch_dashboard', 'dashboard_name'],
] as const;

/** Each alarm and each dashboard has its own name. */
export const duplicateAlarmName: Rule = {
  id: 'OBS-007',
  title: 'Two alarms or dashboards of one name',
  why: 'The name is the key: the second overwrites the first, which then watches nothing, and Terraform tells of no conflict.',
  cause: 'A copied resource, or a name without the environment in it.',
  fix: 'Give each a name of its own.',
  severity: 'medium',
  references: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html'],
  check: (model) =>
    NAMED.flatMap(([type, attribute]) => {
      const all = resourcesOf(model, type);
      const places = new Map<string, Placed[]>();
      for (const placed of all) {
        const name = placed.resource.attributes.string(attribute);
        if (name.kind === 'known') {
          const key = keyOf(placed, name.value);
          places.set(key, [...(places.get(key) ?? []), placed]);
        }
      }
      return all.map((placed) => finding(placed, attribute, judge(placed, attribute, places)));
    }),
};

/** Names are unique in a region of an account: another configuration of the provider may be another one. */
function keyOf({ stack, resource }: Placed, name: string): string {
  return JSON.stringify([stack.name, resource.config?.provider, name]);
}

function judge(placed: Placed, attribute: string, places: ReadonlyMap<string, readonly Placed[]>): Judgement {
  const name = placed.resource.attributes.string(attribute);
  if (name.kind !== 'known') {
    return ['unknown', 'its name is not known'];
  }
  const other = places.get(keyOf(placed, name.value))?.find(({ resource }) => resource !== placed.resource);
  return other === undefined
    ? ['pass', 'no other of the stack has its name']
    : ['fail', `${other.resource.address} has the same name`];
}
