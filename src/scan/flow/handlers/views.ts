import type { FunctionCode } from '../../lower/ir.ts';
import type { Engine } from '../engine.ts';
import type { Mount } from '../frame.ts';
import { UNKNOWN, type Val } from '../value.ts';
import { givenTo, type Handler, NUMERIC, requestOf, source, typed } from './handler.ts';
import { groupIsSafe, routeKind } from './routes.ts';

/** Frameworks whose views name their request as they like. */
const ANY_NAME = new Set(['pyramid', 'falcon', 'azure', 'robyn', 'twisted']);

/** Flask, Django, aiohttp, Bottle and their like: the request object, the parts of the path, what a parser took out. */
export const viewHandler = (engine: Engine, fn: FunctionCode, mount: Mount): Handler => {
  const params = new Map<string, Val>();
  const request = requestOf(engine, mount.framework);
  const given = givenTo(fn).filter(({ kind }) => kind !== 'star');
  // Pyramid calls a view with the request alone, or with what it is about and the request.
  const last = ANY_NAME.has(mount.framework)
    ? given[given.length > 1 && mount.framework === 'pyramid' ? 1 : 0]
    : undefined;
  for (const param of given) {
    const isRequest =
      param === last || /^(request|req)$/.test(param.name) || /Request$/.test(typed(engine, fn, param));
    if (isRequest && request !== null) params.set(param.name, request);
    else if (routeKind(mount.route, param.name) === 'text')
      params.set(param.name, source(fn, mount, 'path', param.name));
    else if (
      mount.route === null &&
      mount.framework === 'django' &&
      !param.hasDefault &&
      !NUMERIC.test(param.annotation) &&
      !/(^|_)(id|pk)$/.test(param.name)
    ) {
      params.set(param.name, source(fn, mount, 'path', param.name));
    }
  }
  return { mount, params, ...parsed(engine, fn, mount, params) };
};

/** What decorators took out of the request and hand over: as one dict each, or as named arguments. */
const parsed = (
  engine: Engine,
  fn: FunctionCode,
  mount: Mount,
  params: Map<string, Val>,
): Pick<Handler, 'dicts'> => {
  const dicts = new Map<string, ReadonlyMap<string, Val>>();
  const free = givenTo(fn).filter(
    ({ name, kind }) => kind === 'plain' && !params.has(name) && routeKind(mount.route, name) === 'none',
  );
  for (const decorator of fn.decorators) {
    const taken = engine.parsers.get(decorator);
    if (taken === undefined) continue;
    const fields = new Map<string, Val>();
    for (const [name, harmless] of taken.fields)
      fields.set(name, harmless ? UNKNOWN : source(fn, mount, taken.where, name));
    if (taken.named) {
      for (const [name, value] of fields)
        if (fn.params.some((param) => param.name === name)) params.set(name, value);
      const rest = fn.params.find(({ kind }) => kind === 'stars');
      if (rest !== undefined) dicts.set(rest.name, fields);
      continue;
    }
    const param = free.shift();
    if (param !== undefined) dicts.set(param.name, fields);
  }
  return dicts.size === 0 ? {} : { dicts };
};

/** The parts of the path that a method of a class is given after its first `skipped` arguments. */
export const restOf = (fn: FunctionCode, mount: Mount, skipped = 0): Map<string, Val> => {
  const params = new Map<string, Val>();
  givenTo(fn)
    .slice(skipped)
    .forEach((param, i) => {
      if (param.kind !== 'plain' || NUMERIC.test(param.annotation)) return;
      if (routeKind(mount.route, param.name) === 'safe') return;
      if (mount.framework === 'tornado' && groupIsSafe(mount.route, i)) return;
      if (mount.route === null && /(^|_)id$/.test(param.name)) return;
      params.set(param.name, source(fn, mount, 'path', param.name));
    });
  return params;
};
