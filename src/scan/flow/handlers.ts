import type { FunctionCode } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import { apiHandler } from './handlers/api.ts';
import { methodHandler } from './handlers/classes.ts';
import { BY_ANNOTATION, decorated } from './handlers/decorated.ts';
import type { Handler } from './handlers/handler.ts';
import { mountedHandler, plainHandler, resolver } from './handlers/plain.ts';

/** What is known of `fn` as a handler of the web, or null when it is none. */
export const handlerOf = (engine: Engine, fn: FunctionCode): Handler | null => {
  for (const decorator of fn.decorators) {
    const handler = decorated(engine, fn, decorator);
    if (handler !== null) return handler;
  }
  const mount = engine.mounts.get(fn) ?? null;
  if (mount !== null)
    return BY_ANNOTATION.has(mount.framework) && mount.framework !== 'starlette'
      ? apiHandler(engine, fn, mount)
      : mountedHandler(engine, fn, mount);
  const graph = resolver(engine, fn);
  if (graph !== null) return graph;
  if (fn.owner !== null) return methodHandler(engine, fn, fn.owner);
  return plainHandler(engine, fn);
};
