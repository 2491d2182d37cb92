import { member } from '../../json';
import type { Value } from '../../three-valued';
import type { RulePolicy } from '../policy';
import { type Judgement, type Placed, settled } from './resources';

/**
 * Softens a failure where the tag `environment` of the resource names an environment in which nothing has to outlive a mistake;
 * where the tags are not known, neither is the answer.
 */
export function relax({ stack, resource }: Placed, policy: RulePolicy, answer: Judgement): Judgement {
  if (answer[0] !== 'fail') {
    return answer;
  }
  const environment = environmentOf(resource.attributes.value('tags_all'));
  const own = environment.kind === 'absent' ? environmentOf(tags(resource.attributes)) : environment;
  // Without a plan the default tags of the provider are not known.
  if (own.kind === 'unknown' || (own.kind === 'absent' && stack.source === 'synth')) {
    return ['unknown', `${answer[1]}; whether that is meant for its environment is not known`];
  }
  return own.kind === 'known' && policy.relaxedEnvironments.includes(own.value)
    ? [
        'pass',
        `${answer[1]}; the policy does not ask it of the environment ${own.sensitive ? '(sensitive)' : own.value}`,
      ]
    : answer;
}

function tags(attributes: Placed['resource']['attributes']) {
  return settled(attributes, 'tags', attributes.value('tags'));
}

function environmentOf(all: ReturnType<Placed['resource']['attributes']['value']>): Value<string> {
  if (all.kind !== 'known') {
    return all;
  }
  const value = ['environment', 'Environment', 'env', 'Env', 'stage', 'Stage']
    .map((key) => member(all.value, key))
    .find((item) => typeof item === 'string');
  return typeof value === 'string'
    ? { kind: 'known', value: value.toLowerCase(), sensitive: all.sensitive }
    : { kind: 'absent' };
}
