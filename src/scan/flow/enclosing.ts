import type { FunctionCode } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Obj } from './state.ts';
import { shifted } from './summary.ts';

const MOST_OBJECTS = 200;

/**
 * Puts the variables of the function around `fn` into `heap`, as that function leaves them, with ids from `firstId` on:
 * a view within an app factory works with what the factory made. Returns its scope, 0 when nothing is known of it.
 */
export const enclosingScope = (
  engine: Engine,
  fn: FunctionCode,
  heap: Map<number, Obj>,
  firstId: number,
  depth: number,
): { scope: number; next: number } => {
  const nothing = { scope: 0, next: firstId };
  if (fn.outer === null || fn.outer.cells.size === 0) return nothing;
  const left = engine.defaultSummary(fn.outer, depth)?.heap;
  if (left === undefined || left.size > MOST_OBJECTS) return nothing;
  // Its own scope is the first that a function makes.
  const scopes = [...left].filter(([id, obj]) => id > 0 && obj.shape === 'scope').map(([id]) => id);
  if (scopes.length === 0) return nothing;
  const { objects, next } = shifted(left, firstId);
  for (const [id, obj] of objects) heap.set(id, obj);
  return { scope: firstId + Math.min(...scopes), next };
};
