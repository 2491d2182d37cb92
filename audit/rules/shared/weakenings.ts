import { byQuota, type Quota } from '../../change/order';
import type { Attributes } from '../../reader/attributes';
import { type Known, known, show, type Unknown, type Value } from '../../three-valued';
import { blockOf, booleanOf, type Judgement, numberOf, textOf } from './resources';

/** A setting of which more is safer. */
export interface Setting {
  readonly type: string;
  readonly attribute: string;
  /** How safe it is, as a number; unknown where the plan does not tell. */
  readonly strength: (attributes: Attributes) => Known<number> | Unknown;
  /** Text of a strength for messages. */
  readonly text: (strength: number) => string;
}

/** A setting that has no single strength: two of it are compared. */
export interface ComparedSetting {
  readonly type: string;
  readonly attribute: string;
  /** `weaker` with its sentence; unknown where the plan does not tell. */
  readonly compare: (before: Attributes, after: Attributes) => Judgement;
}

/** What became of a setting. */
export interface Weakening {
  readonly attribute: string;
  readonly answer: Judgement;
}

/** Compares the settings of a resource before and after. A setting that is as safe as before, or safer, passes. */
export function weakenings(
  settings: readonly (Setting | ComparedSetting)[],
  type: string,
  before: Attributes,
  after: Attributes,
): Weakening[] {
  return settings
    .filter((setting) => setting.type === type)
    .map((setting) => {
      const { attribute } = setting;
      if ('compare' in setting) {
        return { attribute, answer: setting.compare(before, after) };
      }
      const { strength, text } = setting;
      const old = strength(before);
      const now = strength(after);
      if (old.kind === 'unknown' || now.kind === 'unknown') {
        return {
          attribute,
          answer: ['unknown', `${attribute} is ${now.kind === 'unknown' ? now.cause : 'not known'}`],
        };
      }
      return {
        attribute,
        answer:
          now.value < old.value
            ? ['fail', `${attribute} goes from ${text(old.value)} to ${text(now.value)}`]
            : ['pass', `${attribute} is as safe as before`],
      };
    });
}

const onOff = (strength: number) => (strength > 0 ? 'on' : 'off');
const days = (strength: number) => (strength === Number.POSITIVE_INFINITY ? 'for ever' : `${strength} days`);

function flag(type: string, attribute: string, safe = true, fallback = !safe): Setting {
  return {
    type,
    attribute,
    strength: (attributes) => asNumber(booleanOf(attributes, attribute), fallback, (on) => (on === safe ? 1 : 0)),
    text: (strength) => (safe ? onOff(strength) : onOff(1 - strength)),
  };
}

function blockFlag(type: string, block: string, attribute = 'enabled'): Setting {
  return {
    type,
    attribute: block,
    strength: (attributes) => {
      const found = blockOf(attributes, block);
      const value = found.kind === 'known' ? booleanOf(found.value, attribute) : found;
      return asNumber(value, false, (on) => (on ? 1 : 0));
    },
    text: onOff,
  };
}

function window(type: string, attribute: string, fallback: number, endless?: number): Setting {
  return {
    type,
    attribute,
    strength: (attributes) =>
      asNumber(numberOf(attributes, attribute), fallback, (value) =>
        value === endless ? Number.POSITIVE_INFINITY : value,
      ),
    text: days,
  };
}

function asNumber<T>(value: Value<T>, fallback: T, convert: (value: T) => number): Known<number> | Unknown {
  return value.kind === 'unknown' ? value : known(convert(value.kind === 'absent' ? fallback : value.value));
}

/** What protects data and history. */
export const PROTECTIONS: readonly Setting[] = [
  flag('aws_dynamodb_table', 'deletion_protection_enabled'),
  blockFlag('aws_dynamodb_table', 'point_in_time_recovery'),
  blockFlag('aws_dynamodb_table', 'ttl'),
  window('aws_secretsmanager_secret', 'recovery_window_in_days', 30),
  window('aws_kms_key', 'deletion_window_in_days', 30),
  flag('aws_kms_key', 'enable_key_rotation'),
  flag('aws_kms_key', 'is_enabled', true, true),
  window('aws_cloudwatch_log_group', 'retention_in_days', 0, 0),
  flag('aws_s3_bucket', 'force_destroy', false),
  flag('aws_db_instance', 'deletion_protection'),
  flag('aws_rds_cluster', 'deletion_protection'),
  {
    type: 'aws_cognito_user_pool',
    attribute: 'deletion_protection',
    strength: (attributes) =>
      asNumber(textOf(attributes, 'deletion_protection'), 'INACTIVE', (text) => (text === 'ACTIVE' ? 1 : 0)),
    text: onOff,
  },
];

/** More requests let through are less safe; none set is the limit of the account, the most. */
function limit(type: string, block: string, attribute: string): Setting {
  return {
    type,
    attribute: `${block} ${attribute}`,
    strength: (attributes) => {
      const found = blockOf(attributes, block);
      const value = found.kind === 'known' ? numberOf(found.value, attribute) : found;
      return asNumber(value, -1, (number) => (number < 0 ? Number.NEGATIVE_INFINITY : -number));
    },
    text: (strength) => (strength === Number.NEGATIVE_INFINITY ? 'none' : String(-strength)),
  };
}

/** By the same order as the quotas of routes. */
function compareQuotas(before: Attributes, after: Attributes): Judgement {
  const [old, now] = [quotaOf(before), quotaOf(after)];
  if (old.kind === 'unknown' || now.kind === 'unknown') {
    const cause = now.kind === 'unknown' ? now.cause : 'not known';
    return ['unknown', `quota_settings is ${cause}`];
  }
  const text = ({ value }: Known<Quota | undefined>) =>
    value === undefined ? 'none' : `${value.limit} a ${value.period}`;
  return byQuota(old.value, now.value) === 'weaker'
    ? ['fail', `quota_settings goes from ${text(old)} to ${text(now)}`]
    : ['pass', 'quota_settings is as safe as before'];
}

function quotaOf(attributes: Attributes): Known<Quota | undefined> | Unknown {
  const block = blockOf(attributes, 'quota_settings');
  if (block.kind !== 'known') {
    return block.kind === 'unknown' ? block : known(undefined);
  }
  const [limit, period] = [numberOf(block.value, 'limit'), textOf(block.value, 'period')];
  if (limit.kind === 'unknown' || period.kind === 'unknown') {
    return limit.kind === 'unknown' ? limit : (period as Unknown);
  }
  return known(limit.kind === 'absent' ? undefined : { limit: limit.value, period: show(period) });
}

const TLS = ['TLS_1_0', 'TLS_1_2'];

/** What holds callers back. */
export const BARRIERS: readonly (Setting | ComparedSetting)[] = [
  {
    type: 'aws_api_gateway_method',
    attribute: 'authorization',
    // The kinds that authenticate are not comparable among themselves.
    strength: (attributes) =>
      asNumber(textOf(attributes, 'authorization'), 'NONE', (text) => (text === 'NONE' ? 0 : 1)),
    text: (strength) => (strength > 0 ? 'one that authenticates' : 'NONE'),
  },
  flag('aws_api_gateway_method', 'api_key_required'),
  {
    type: 'aws_api_gateway_authorizer',
    attribute: 'authorizer_result_ttl_in_seconds',
    strength: (attributes) =>
      asNumber(numberOf(attributes, 'authorizer_result_ttl_in_seconds'), 300, (seconds) => -seconds),
    text: (strength) => `${-strength} s`,
  },
  {
    type: 'aws_api_gateway_domain_name',
    attribute: 'security_policy',
    strength: (attributes) =>
      asNumber(textOf(attributes, 'security_policy'), 'TLS_1_2', (text) =>
        TLS.includes(text) ? TLS.indexOf(text) : 2,
      ),
    text: (strength) => TLS[strength] ?? 'a later policy',
  },
  flag('aws_api_gateway_rest_api', 'disable_execute_api_endpoint'),
  limit('aws_api_gateway_method_settings', 'settings', 'throttling_rate_limit'),
  limit('aws_api_gateway_method_settings', 'settings', 'throttling_burst_limit'),
  limit('aws_api_gateway_usage_plan', 'throttle_settings', 'rate_limit'),
  limit('aws_api_gateway_usage_plan', 'throttle_settings', 'burst_limit'),
  { type: 'aws_api_gateway_usage_plan', attribute: 'quota_settings', compare: compareQuotas },
];
