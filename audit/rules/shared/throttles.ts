import type { AuditModel, MethodSettings, Stage, Throttle } from '../../model/types';
import { is, unknown, type Value } from '../../three-valued';

/**
 * The throttle of all methods of a stage; absent where the plan sets none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function stageThrottle(model: AuditModel, stage: Stage): Value<Throttle> {
  let open: string | undefined;
  for (const settings of model.methodSettings) {
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

function isFor({ api, stage }: MethodSettings, wanted: Stage): boolean {
  const sameApi = api === undefined || api.kind === 'unknown' || api === wanted.api;
  const sameStage = stage.kind !== 'known' || wanted.name.kind !== 'known' || stage.value === wanted.name.value;
  return sameApi && sameStage;
}
