import type { ClassShape, FunctionCode } from '../lower/ir.ts';
import type { CallArgs } from './call.ts';
import type { Engine } from './engine.ts';
import { schemaMethod } from './forms.ts';
import type { Frame } from './frame.ts';
import { isModel } from './handlers/api.ts';
import { fieldOf } from './handlers/handler.ts';
import { demanded } from './matched-text.ts';
import { keyOf, makeObj, type Obj, type State, writeField } from './state.ts';
import { objectRef, tainted, UNKNOWN, type Val } from './value.ts';

const DEEPEST = 3;

/** The class that `annotation` names in the module of `cls`, when it is a model that a framework fills. */
export const modelNamed = (engine: Engine, module: string, annotation: string): ClassShape | null => {
  const [ref] = engine.module(module)?.globals.get(annotation)?.refs ?? [];
  return ref?.k === 'cls' && isModel(engine, ref.cls) ? ref.cls : null;
};

/** Puts an object of model `cls`, filled from outside with `value`, into `heap`; returns the first id that is free then. */
export const fillModel = (
  engine: Engine,
  heap: Map<number, Obj>,
  id: number,
  cls: ClassShape,
  value: Val,
  depth = 0,
): number => {
  let next = id + 1;
  const fields = new Map<string, Val>();
  const visit = (at: ClassShape, level: number): void => {
    if (level > 10) return;
    for (const base of at.bases) visit(base, level + 1);
    for (const [name, annotation] of at.annotations) {
      const part = checkedField(engine, cls, name, fieldOf(annotation, value, name), at);
      const many = /^(?:typing\.)?(?:List|list|Sequence|Set|set|Tuple|tuple)\[(.+)\]$/.exec(annotation)?.[1];
      const inner = depth < DEEPEST ? modelNamed(engine, at.module.name, many ?? annotation) : null;
      if (inner === null) {
        fields.set(name, many === undefined ? part : fieldOf(many, value, name));
        continue;
      }
      const object = next;
      next = fillModel(engine, heap, object, inner, part, depth + 1);
      fields.set(name, objectRef(object));
      if (many !== undefined) {
        heap.set(next, makeObj('list', { rest: objectRef(object) }));
        fields.set(name, objectRef(next++));
      }
    }
  };
  visit(cls, 0);
  heap.set(id, makeObj('instance', { cls, fields, rest: value }));
  return next;
};

// What the model itself demands of a field: a pattern, or validators of the project.
const checkedField = (engine: Engine, cls: ClassShape, name: string, value: Val, owner: ClassShape): Val => {
  if (value.taints.length === 0) return value;
  const marker = owner.markers.get(name);
  const pattern = (marker?.keywords.get('pattern') ?? marker?.keywords.get('regex'))?.[0];
  let out = demanded(value, pattern);
  if (out === null) return UNKNOWN;
  for (const fn of validatorsOf(cls, name)) out = engine.validated(fn, out);
  return out;
};

const VALIDATOR = /(^|\.)(field_validator|validator)$/;

const validatorsOf = (cls: ClassShape, name: string): FunctionCode[] => [
  ...cls.bases.flatMap((base) => validatorsOf(base, name)),
  ...[...cls.methods.values()].filter((fn) =>
    fn.decorators.some(
      (each) => VALIDATOR.test(each.name) && each.args.some((arg) => arg === name || arg === '*'),
    ),
  ),
];

/** A dict of the fields of record `obj`. */
export const recordDict = (frame: Frame, state: State, obj: Obj, args: CallArgs): Val => {
  const id = frame.idFor(args.instr, 'fields');
  const fields = new Map<string, Val>();
  for (const [name, value] of obj.fields) fields.set(keyOf(name), value);
  state.place(id, makeObj('dict', { fields, rest: obj.rest }));
  return objectRef(id);
};

/** A copy of record `obj` with some fields changed. */
export const recordCopy = (frame: Frame, state: State, obj: Obj, args: CallArgs): Val => {
  const id = frame.idFor(args.instr, 'copy');
  const copy = makeObj('instance', { cls: obj.cls, fields: new Map(obj.fields), rest: obj.rest });
  for (const [name, value] of args.keywords) if (name !== 'update') writeField(copy, name, value);
  const [ref] = args.keywords.get('update')?.refs ?? [];
  const update = ref?.k === 'obj' ? frame.obj(state, ref.id) : undefined;
  for (const [key, value] of update?.fields ?? []) writeField(copy, key.slice(1), value);
  state.place(id, copy);
  return objectRef(id);
};

/** What method `name`, which the class does not define itself, gives for a record; undefined when it is none of a record's. */
export const recordMethod = (
  frame: Frame,
  state: State,
  id: number,
  name: string,
  args: CallArgs,
): Val | undefined => {
  const obj = frame.obj(state, id);
  if (obj === undefined || obj.cls === null) return undefined;
  const loaded = schemaMethod(frame, state, obj.cls, name, args);
  if (loaded !== undefined || obj.fields.size === 0) return loaded;
  switch (name) {
    case 'dict':
    case 'model_dump':
    case '_asdict':
      return recordDict(frame, state, obj, args);
    case 'copy':
    case 'model_copy':
    case '_replace':
      return recordCopy(frame, state, obj, args);
    case 'json':
    case 'model_dump_json':
      return tainted(frame.deepTaints(state, objectRef(id)));
    default:
      return undefined;
  }
};
