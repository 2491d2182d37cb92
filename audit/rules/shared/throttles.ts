import type { Api, AuditModel, MethodSettings, Stage, Throttle } from '../../model/types';
import { is, unknown, type Value } from '../../three-valued';

/**
 * The throttles of all methods of stages.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class StageThrottles {
  private readonly byApi = new Map<Api, MethodSettings[]>();
  /** Settings of an API that is not known may be those of any. */
  private readonly ofAnyApi: MethodSettings[] = [];

  constructor(model: AuditModel) {
    for (const settings of model.methodSettings) {
      const { api } = settings;
      if (api === undefined || api.kind === 'unknown') {
        this.ofAnyApi.push(settings);
      } else {
        this.byApi.set(api, [...(this.byApi.get(api) ?? []), settings]);
      }
    }
  }

  /** The throttle of a stage; absent where the plan sets none. */
  of(stage: Stage): Value<Throttle> {
    let open: string | undefined;
    for (const settings of [...(this.byApi.get(stage.api) ?? []), ...this.ofAnyApi]) {
      if (isFor(settings, stage)) {
        if (settings.target.kind === 'unknown' || settings.stage.kind === 'unknown') {
          open = `set by ${settings.resource.address}, whose stage or methods are not known`;
        } else if (is(settings.target, 'all')) {
          return { kind: 'known', value: settings.throttle, sensitive: false };
        }
      }
    }
    return open === undefined ? { kind: 'absent' } : unknown(open);
  }
}

function isFor({ stage }: MethodSettings, wanted: Stage): boolean {
  return stage.kind !== 'known' || wanted.name.kind !== 'known' || stage.value === wanted.name.value;
}
