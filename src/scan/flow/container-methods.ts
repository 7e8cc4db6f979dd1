import { iterate } from './arguments.ts';
import { argument, argumentTaints, type CallArgs } from './call.ts';
import { copyInto, extend, overlay, putEntry } from './containers.ts';
import type { Frame } from './frame.ts';
import { readIndex } from './indexing.ts';
import { appendTo, contents, forget, keyOf, makeObj, type Obj, type State, writeField } from './state.ts';
import {
  allConstants,
  BOTTOM,
  constant,
  join,
  NULL,
  objectRef,
  onlyConstant,
  tainted,
  UNKNOWN,
  type Val,
} from './value.ts';

/** Calls a method of the built-in container (or store) with object id `id`. */
export const containerMethod = (
  frame: Frame,
  state: State,
  id: number,
  seen: Obj,
  name: string,
  args: CallArgs,
): Val => {
  const obj = READ_ONLY.has(name) ? seen : (frame.own(state, id) ?? seen);
  if (seen.shape === 'dict') return dictMethod(frame, state, id, obj, name, args);
  if (seen.shape === 'config') return configMethod(frame, state, id, obj, name, args);
  return sequenceMethod(frame, state, id, obj, name, args);
};

const READ_ONLY = new Set([
  'get',
  'keys',
  'values',
  'items',
  'index',
  'count',
  'copy',
  'has_option',
  'getvalue',
  'read',
]);

const fresh = (frame: Frame, state: State, args: CallArgs, obj: Obj): Val => {
  const id = frame.idFor(args.instr, obj.shape);
  state.place(id, obj);
  return objectRef(id);
};

const dictMethod = (frame: Frame, state: State, id: number, obj: Obj, name: string, args: CallArgs): Val => {
  const key = args.positional[0] ?? UNKNOWN;
  switch (name) {
    case 'get':
    case 'pop':
    case 'setdefault': {
      const keys = allConstants(key);
      const fallback = argument(args, 1, 'default') ?? NULL;
      let out: Val = BOTTOM;
      if (keys === null) {
        out = join(contents(obj), fallback);
        if (name === 'setdefault') putEntry(obj, key, fallback);
        return out;
      }
      for (const each of keys) {
        const found = obj.fields.get(keyOf(each));
        out = join(out, found ?? (obj.rest === BOTTOM ? fallback : join(obj.rest, fallback)));
        if (name === 'pop' && keys.length === 1 && !obj.many) obj.fields.delete(keyOf(each));
        if (name === 'setdefault' && found === undefined) putEntry(obj, constant(each), out);
      }
      return out;
    }
    case 'update':
      for (const value of args.positional) copyInto(frame, state, obj, value);
      for (const [field, value] of args.keywords) putEntry(obj, constant(field), value);
      if (args.stars !== null) obj.rest = join(obj.rest, args.stars);
      return NULL;
    case 'keys':
      return fresh(
        frame,
        state,
        args,
        makeObj('list', { rest: iterate(frame, state, objectRef(id), args.instr) }),
      );
    case 'values':
      return fresh(frame, state, args, makeObj('list', { rest: contents(obj) }));
    case 'items': {
      const keys = iterate(frame, state, objectRef(id), args.instr);
      const pair = frame.idFor(args.instr, 'pair');
      state.place(pair, makeObj('tuple', { elems: [keys, contents(obj)], many: true }));
      return fresh(frame, state, args, makeObj('list', { rest: objectRef(pair) }));
    }
    case 'copy':
      return fresh(frame, state, args, { ...obj, fields: new Map(obj.fields), many: false, owner: 0 });
    case 'clear':
      if (!obj.many) {
        obj.fields.clear();
        obj.rest = BOTTOM;
      }
      return NULL;
    case 'popitem':
      return tainted(frame.deepTaints(state, objectRef(id)));
    default:
      return readIndex(frame, state, objectRef(id), constant(name), args.instr);
  }
};

// A configuration store keeps its entries under section and option.
const entryOf = (section: Val, option: Val): string | null => {
  const [s, o] = [onlyConstant(section), onlyConstant(option)];
  return typeof s === 'string' && typeof o === 'string' ? keyOf(`${s}\0${o.toLowerCase()}`) : null;
};

/** Takes in the sections and options of a text in the form of INI files. */
const readIni = (obj: Obj, text: string): void => {
  let section = '';
  for (const line of text.split('\n', MOST_LINES)) {
    const head = /^\[([^\]]{1,100})\]/.exec(line)?.[1];
    if (head !== undefined) section = head;
    const option = /^([^\s=:#;[][^=:]{0,100}?)\s*[=:]\s*(.*)$/.exec(line);
    if (head !== undefined || option === null) continue;
    writeField(
      obj,
      keyOf(`${section}\0${(option[1] ?? '').toLowerCase()}`),
      constant((option[2] ?? '').trim()),
    );
  }
};
const MOST_LINES = 500;

const configMethod = (
  frame: Frame,
  state: State,
  id: number,
  obj: Obj,
  name: string,
  args: CallArgs,
): Val => {
  const [section, option, value] = args.positional;
  switch (name) {
    case 'set': {
      const key = entryOf(section ?? UNKNOWN, option ?? UNKNOWN);
      if (key === null || obj.many) forget(obj, value ?? UNKNOWN);
      else obj.fields.set(key, value ?? NULL);
      return NULL;
    }
    case 'get': {
      const key = entryOf(section ?? UNKNOWN, option ?? UNKNOWN);
      const found = key === null ? contents(obj) : (obj.fields.get(key) ?? join(obj.rest, UNKNOWN));
      const fallback = args.keywords.get('fallback');
      return fallback === undefined ? found : join(found, fallback);
    }
    case 'getint':
    case 'getfloat':
    case 'getboolean':
      return UNKNOWN;
    case 'read_string': {
      const text = onlyConstant(section ?? UNKNOWN);
      if (typeof text === 'string') readIni(obj, text);
      else overlay(obj, tainted(argumentTaints(frame, state, args)));
      return NULL;
    }
    case 'read_dict':
    case 'read_file':
      overlay(obj, tainted(argumentTaints(frame, state, args)));
      return NULL;
    case 'items':
    case 'options':
    case 'sections':
      return tainted(frame.deepTaints(state, objectRef(id)));
    default:
      return UNKNOWN;
  }
};

const sequenceMethod = (
  frame: Frame,
  state: State,
  id: number,
  obj: Obj,
  name: string,
  args: CallArgs,
): Val => {
  const first = args.positional[0];
  switch (name) {
    case 'append':
    case 'add':
    case 'put':
    case 'put_nowait':
    case 'write':
      appendTo(obj, first ?? UNKNOWN);
      return NULL;
    case 'appendleft':
      if (obj.elems !== null && !obj.many) obj.elems.unshift(first ?? UNKNOWN);
      else forget(obj, first ?? UNKNOWN);
      return NULL;
    case 'insert': {
      const at = onlyConstant(first ?? UNKNOWN);
      const value = args.positional[1] ?? UNKNOWN;
      if (obj.elems !== null && !obj.many && typeof at === 'number') obj.elems.splice(at, 0, value);
      else forget(obj, value);
      return NULL;
    }
    case 'extend':
    case 'update':
    case 'writelines':
      for (const more of args.positional) extend(frame, state, obj, more, args.instr);
      return NULL;
    case 'pop':
    case 'popleft':
    case 'get':
    case 'get_nowait': {
      const given = first === undefined ? (name === 'pop' ? -1 : 0) : onlyConstant(first);
      const fromFront = name === 'popleft' || name.startsWith('get');
      if (
        obj.elems !== null &&
        !obj.many &&
        obj.shape !== 'set' &&
        (fromFront || typeof given === 'number')
      ) {
        const at = fromFront ? 0 : Number(given);
        const [taken] = obj.elems.splice(at < 0 ? obj.elems.length + at : at, 1);
        return taken ?? UNKNOWN;
      }
      const all = contents(obj);
      forget(obj, BOTTOM);
      return all === BOTTOM ? UNKNOWN : all;
    }
    case 'remove':
    case 'discard': {
      const gone = onlyConstant(first ?? UNKNOWN);
      if (obj.elems !== null && !obj.many && gone !== undefined) {
        const at = obj.elems.findIndex((each) => onlyConstant(each) === gone);
        const certain = obj.elems.slice(0, at).every((each) => onlyConstant(each) !== undefined);
        if (at >= 0 && certain) {
          obj.elems.splice(at, 1);
          return NULL;
        }
      }
      forget(obj, BOTTOM);
      return NULL;
    }
    case 'clear':
      if (!obj.many) {
        obj.elems = [];
        obj.rest = BOTTOM;
      }
      return NULL;
    case 'reverse':
      if (!obj.many) obj.elems?.reverse();
      else forget(obj, BOTTOM);
      return NULL;
    case 'sort': {
      const known = obj.elems?.map(onlyConstant);
      const sortable =
        known?.every((each) => typeof each === 'string') || known?.every((each) => typeof each === 'number');
      if (sortable && obj.elems !== null && !obj.many && args.keywords.size === 0) {
        obj.elems.sort((a, b) => ((onlyConstant(a) ?? '') < (onlyConstant(b) ?? '') ? -1 : 1));
      } else forget(obj, BOTTOM);
      return NULL;
    }
    case 'copy':
      return fresh(frame, state, args, {
        ...obj,
        elems: obj.elems === null ? null : [...obj.elems],
        many: false,
        owner: 0,
      });
    case 'union':
    case 'difference':
    case 'intersection': {
      const more = args.positional.reduce<Val>(
        (all, arg) => join(all, iterate(frame, state, arg, args.instr)),
        contents(obj),
      );
      return fresh(frame, state, args, makeObj('set', { rest: name === 'union' ? more : contents(obj) }));
    }
    case 'getvalue':
    case 'read':
    case 'readline':
      return tainted(frame.deepTaints(state, objectRef(id)));
    case '__next__':
    case 'send': {
      const all = contents(obj);
      return all === BOTTOM ? UNKNOWN : all;
    }
    case 'index':
    case 'count':
      return UNKNOWN;
    default:
      return tainted(frame.deepTaints(state, objectRef(id)));
  }
};
