/**
 * What you write a rule of your own with: the same that the kit's rules use. A rule asks a model, and answers with a finding for
 * each thing that it looked at; values of a plan have three states, so that what is not known is never taken for right.
 */
export { type ComparedRoute, comparedRoutes } from './change/compared-routes';
export type { RouteChange, SettingChange } from './change/route-change';
export type { Json, JsonObject } from './json';
export type { Attributes } from './reader/attributes';
export type { Resource, Stack } from './reader/stack';
export {
  aboutAuthorizer,
  aboutRoute,
  aboutStage,
  type Rule,
  type RuleFinding,
  routeName,
  type Severity,
  type StatefulAction,
} from './rules/rule';
export {
  aboutResource,
  blockOf,
  blocksOf,
  booleanOf,
  finding,
  isSet,
  type Judgement,
  judge,
  numberOf,
  type Placed,
  presence,
  resourcesOf,
  textOf,
  textsOf,
} from './rules/shared/resources';
export {
  ABSENT,
  type Absent,
  convert,
  is,
  type Known,
  known,
  orDefault,
  show,
  type Unknown,
  unknown,
  type Value,
  type Verdict,
  worst,
} from './three-valued';
