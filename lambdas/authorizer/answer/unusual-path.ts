import { isPlainPath } from '../../lib/gateway-paths';
import type { Grants } from './policy';

/** Whether an answer with resources allows its own request, whose path may be another spelling than that of the resources. */
export function allowsPath(resources: Grants, method: string, path: string): boolean {
  return isPlainPath(path) || covers(resources, `${method}${path}`);
}

/** Whether resources allow a method and path, `GET/v1/sales/emea`, as IAM compares them. */
export function covers({ allowed, denied }: Grants, methodAndPath: string): boolean {
  const isMatch = (resource: string) => matches(resource, methodAndPath);
  return allowed.some(isMatch) && !denied.some(isMatch);
}

/** Whether a `*` resource matches a text: each star stands for any text, also none, and the shortest will do. */
function matches(resource: string, text: string): boolean {
  const [head = '', ...rest] = resource.split('*');
  const tail = rest.pop();
  if (tail === undefined || !text.startsWith(head)) {
    return resource === text;
  }
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) {
      return false;
    }
    at = found + part.length;
  }
  return text.length - at >= tail.length && text.endsWith(tail);
}
