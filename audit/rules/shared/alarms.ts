import type { Json } from '../../json';
import { isObject } from '../../json';
import type { AuditModel } from '../../model/types';
import type { Value } from '../../three-valued';
import { type Placed, resourcesOf } from './resources';

/** One metric that an alarm looks at. */
export interface AlarmMetric {
  readonly alarm: Placed;
  readonly namespace: Value<string>;
  readonly name: Value<string>;
  /** Names and values of the dimensions; a value that is not known is undefined. Unknown when their names are. */
  readonly dimensions: Value<ReadonlyMap<string, string | undefined>>;
}

/** The metric alarms of the plan. */
export function alarmsOf(model: AuditModel): Placed[] {
  return resourcesOf(model, 'aws_cloudwatch_metric_alarm');
}

/** All metrics of the alarms: of the alarm itself, and of its queries. */
export function alarmMetrics(model: AuditModel): AlarmMetric[] {
  return alarmsOf(model).flatMap((alarm): AlarmMetric[] => {
    const { attributes } = alarm.resource;
    const queries = attributes.blocks('metric_query');
    const metrics = (queries.kind === 'known' ? queries.value : []).flatMap((query) => {
      const blocks = query.blocks('metric');
      return blocks.kind === 'known' ? blocks.value : [];
    });
    const own = attributes.value('metric_name').kind === 'absent' ? [] : [attributes];
    return [...own, ...metrics].map((part) => ({
      alarm,
      namespace: part.string('namespace'),
      name: part.string('metric_name'),
      dimensions: dimensionsOf(part),
    }));
  });
}

/** True when an alarm looks at a metric with these dimensions, or may: one whose metric or dimensions are not known. */
export function watches(metric: AlarmMetric, dimension: string, value: string): boolean | undefined {
  if (metric.dimensions.kind === 'unknown') {
    return undefined;
  }
  if (metric.dimensions.kind === 'absent' || !metric.dimensions.value.has(dimension)) {
    return false;
  }
  const actual = metric.dimensions.value.get(dimension);
  return actual === undefined ? undefined : actual === value;
}

function dimensionsOf(part: Placed['resource']['attributes']): AlarmMetric['dimensions'] {
  const whole = part.value('dimensions');
  if (whole.kind === 'known') {
    return { kind: 'known', value: entries(whole.value), sensitive: whole.sensitive };
  }
  if (whole.kind === 'absent') {
    return whole;
  }
  const object = part.object('dimensions');
  if (object.whollyUnknown) {
    return whole;
  }
  const values = object.names().map((name): [string, string | undefined] => {
    const value = object.string(name);
    return [name, value.kind === 'known' ? value.value : undefined];
  });
  return { kind: 'known', value: new Map(values), sensitive: object.sensitive };
}

function entries(value: Json): ReadonlyMap<string, string> {
  return new Map(isObject(value) ? Object.entries(value).map(([name, item]) => [name, String(item)]) : []);
}
