import { type Json, member, objectOf } from '../../json';
import type { Stack } from '../../reader/stack';
import { type Absent, convert, type Known, known, unknown, type Value } from '../../three-valued';
import type { RulePolicy } from '../policy';
import { type Judgement, type Placed, settled } from './resources';

/** Keys under which organisations write the environment. */
const KEYS = ['environment', 'Environment', 'env', 'Env', 'stage', 'Stage'];

/**
 * Softens a failure where the tag `environment` of the resource names an environment in which nothing has to outlive a mistake;
 * where the tags are not known, neither is the answer.
 */
export function relax(placed: Placed, policy: RulePolicy, answer: Judgement): Judgement {
  if (answer[0] !== 'fail') {
    return answer;
  }
  const tags = tagsOf(placed);
  if (tags.kind === 'unknown') {
    return ['unknown', `${answer[1]}; whether that is meant for its environment is not known`];
  }
  const environment = convert(tags, environmentOf, 'no environment');
  return environment.kind === 'known' && policy.relaxedEnvironments.includes(environment.value)
    ? ['pass', `${answer[1]}; the policy does not ask more of its environment`]
    : answer;
}

/** The tags that a resource will have, with the default tags of the provider. */
export function tagsOf({ stack, resource: { attributes } }: Placed): Value<Json> {
  const all = attributes.value('tags_all');
  if (all.kind === 'known') {
    return all;
  }
  const own = settled(attributes, 'tags', attributes.value('tags'));
  // The provider leaves tags_all open where neither the resource nor the provider has a tag; without a plan it is not there.
  return stack.source === 'synth' && own.kind !== 'unknown' ? withDefaults(stack, own) : own;
}

/** Adds the default tags of the only AWS provider of a configuration that was not planned. */
function withDefaults(stack: Stack, own: Known<Json> | Absent): Value<Json> {
  const declared = objectOf(stack.document.provider).aws;
  const [provider, ...others] = Array.isArray(declared) ? declared : [declared ?? null];
  const defaults = member(provider, 'default_tags');
  const tags = objectOf(member(Array.isArray(defaults) ? defaults[0] : defaults, 'tags'));
  if (others.length > 0 || JSON.stringify(tags).includes('${')) {
    return unknown('known only from a plan, with the default tags of the provider');
  }
  return known({ ...tags, ...(own.kind === 'known' ? objectOf(own.value) : {}) });
}

function environmentOf(tags: Json): string | undefined {
  const value = KEYS.map((key) => member(tags, key)).find((item) => typeof item === 'string');
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}
