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

/** The values of a dimension that alarms watch, made once: an alarm is looked up by what it watches. */
export class Watched {
  private readonly values = new Set<string>();
  /** True when an alarm watches something that is not known. */
  private open = false;

  /** @param metrics names of metrics that count; one whose name is not known may be any of them */
  constructor(all: readonly AlarmMetric[], dimension: string, metrics: RegExp) {
    for (const { name, dimensions } of all) {
      if (name.kind === 'known' && !metrics.test(name.value)) {
        continue;
      }
      const value = dimensions.kind === 'known' ? dimensions.value.get(dimension) : undefined;
      if (value !== undefined) {
        this.values.add(value);
      } else if (dimensions.kind === 'unknown' || (dimensions.kind === 'known' && dimensions.value.has(dimension))) {
        this.open = true;
      }
    }
  }

  /** Whether an alarm watches a value of the dimension; undefined when that is not known. */
  has(value: string): boolean | undefined {
    return this.values.has(value) ? true : this.open ? undefined : false;
  }
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
