import { createHash } from 'node:crypto';
import { parsePath } from '../api/path';

/**
 * Writes a path so that two different paths have different construct ids and different logical ids: cdktf drops what is
 * no letter, digit, `-` or `_` from a logical id, so `/a.b` and `/ab` would become one resource.
 *
 * `/` is `__`, a parameter `_p`, a greedy parameter `_g`, any other character `_` and its code in hexadecimal; letters,
 * digits and `-` are themselves. `/v1/sales/{region}` becomes `__v1__sales___pregion`, the root `__`.
 */
export function pathId(path: string): string {
  const segments = parsePath(path);
  if (segments.length === 0) {
    return '__';
  }
  const mark = { literal: '', parameter: '_p', greedy: '_g' };
  return segments.map(({ kind, name }) => `__${mark[kind]}${escapeName(name)}`).join('');
}

/** Id of what belongs to one route: `GET__v1__sales`. */
export function routeId(route: { readonly method: string; readonly path: string }): string {
  return `${route.method}${pathId(route.path)}`;
}

/**
 * Id of a model of a route's body.
 *
 * @param of the media type, or `$default`, where the route has several models. @default - the first or only one
 */
export function modelId(route: { readonly method: string; readonly path: string }, of?: string): string {
  return of === undefined ? routeId(route) : `${routeId(route)}-${escapeName(of)}`;
}

/**
 * Name of a model of a route's body; API Gateway takes letters and digits only.
 *
 * @param of as for {@link modelId}
 */
export function modelName(route: { readonly method: string; readonly path: string }, of?: string): string {
  const words = [
    route.method.toLowerCase(),
    ...parsePath(route.path).flatMap(({ name }) => name.split(/[^A-Za-z0-9]+/)),
  ];
  const camel = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const key = `${route.method} ${route.path}${of === undefined ? '' : ` ${of}`}`;
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return `${camel.slice(0, 80)}${digest}`;
}

function escapeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9-]/g, (character) => `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
