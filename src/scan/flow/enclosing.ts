import type { FunctionCode } from '../lower/ir.ts';
import type { Engine } from './engine.ts';
import type { Obj } from './state.ts';
import { translate, translateObj } from './summary.ts';
import type { Val } from './value.ts';

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
  const mapId = (id: number): number => (id > 0 ? id + firstId : id);
  const mapVal = (value: Val): Val => translate(value, mapId, (taint) => taint);
  let next = firstId;
  for (const [id, obj] of left) {
    if (id <= 0) continue;
    heap.set(mapId(id), translateObj(obj, mapVal));
    next = Math.max(next, mapId(id) + 1);
  }
  return { scope: mapId(Math.min(...scopes)), next };
};
