import type { ClassShape } from '../lower/ir.ts';
import { narrow } from './attributes.ts';
import { argumentTaints, type CallArgs } from './call.ts';
import type { Frame } from './frame.ts';
import { sourceValue } from './sources.ts';
import { keyOf, makeObj, type Obj, type State } from './state.ts';
import type { Taint } from './taint.ts';
import { externalNames, objectRef, onlyConstant, tainted, UNKNOWN, type Val } from './value.ts';

const BASE =
  /(^|\.)(Form|ModelForm|FlaskForm|BaseForm|Serializer|ModelSerializer|HyperlinkedModelSerializer|Schema)(\(\))?$/;
/** Bases of pydantic and ninja are schemas by name alone. */
const OTHERS = /^(ninja|pydantic)\./;
const HARMLESS =
  /(Integer|Float|Decimal|Boolean|NullBoolean|Date|DateTime|Time|Duration|UUID|Choice|MultipleChoice|Select|Radio|ModelChoice|PrimaryKeyRelated|Int|Number|IPAddress|GenericIPAddress|Slug)\w{0,20}Field\(\)$|\.(Integer|Int|Float|Boolean|Bool|Date|DateTime|UUID|Number|Decimal)\(\)$/;

// A file that was sent along is a stream, whose name and content came from outside.
const given = (field: Val, taints: readonly Taint[]): Val =>
  externalNames(field).some((each) => /(File|Image)Field\(\)$/.test(each))
    ? { ...tainted(taints), refs: [{ k: 'ext', name: 'werkzeug.FileStorage' }] }
    : tainted(taints);

const FORM_DATA = { name: 'flask.Request.form', in: 'form', framework: 'flask' } as const;

/** Whether classes of these bases check and hold what a request brings: forms and serializers. */
export const isForm = (bases: readonly string[]): boolean =>
  bases.some((base) => BASE.test(base) && !OTHERS.test(base));

/** Whether a field takes numbers, dates or choices alone. */
export const harmlessField = (field: Val): boolean =>
  externalNames(field).some((each) => HARMLESS.test(each));

/** The fields that class `cls` of a form or schema declares or inherits. */
export const formFields = (cls: ClassShape, depth = 0): Map<string, Val> => {
  const fields = new Map<string, Val>();
  if (depth > 10) return fields;
  for (const base of cls.bases)
    for (const [name, field] of formFields(base, depth + 1)) fields.set(name, field);
  for (const [name, field] of cls.fields)
    if (externalNames(field).some((each) => each.endsWith('()'))) fields.set(name, field);
  return fields;
};

const filled = (cls: ClassShape, taints: readonly Taint[]): Map<string, Val> =>
  new Map(
    [...formFields(cls)].map(([name, field]) => [
      name,
      harmlessField(field) ? UNKNOWN : given(field, narrow(taints, name)),
    ]),
  );

/** What method `name` of a schema makes of what it is given: a dict of the fields; undefined for any other method. */
export const schemaMethod = (
  frame: Frame,
  state: State,
  cls: ClassShape,
  name: string,
  args: CallArgs,
): Val | undefined => {
  if (name !== 'load' && name !== 'loads') return undefined;
  if (!frame.engine.externalBases(cls).some((base) => /(^|\.)Schema$/.test(base) && !OTHERS.test(base)))
    return undefined;
  const taints = argumentTaints(frame, state, args);
  const id = frame.idFor(args.instr, 'loaded');
  const fields = new Map([...filled(cls, taints)].map(([key, value]) => [keyOf(key), value]));
  state.place(id, makeObj('dict', { fields }));
  const one = objectRef(id);
  if (onlyConstant(args.keywords.get('many') ?? UNKNOWN) !== true) return one;
  const list = frame.idFor(args.instr, 'loaded list');
  state.place(list, makeObj('list', { rest: one }));
  return objectRef(list);
};

/** A form of class `cls` (null when it is not known) that a framework has filled and checked; `place` takes its objects. */
export const formGiven = (
  cls: ClassShape | null,
  taints: readonly Taint[],
  place: (obj: Obj) => Val,
): Val => {
  const fields = new Map(
    [...(cls === null ? [] : filled(cls, taints))].map(([name, value]): [string, Val] => [
      keyOf(name),
      value,
    ]),
  );
  const data = place(makeObj('dict', { fields, rest: tainted(taints) }));
  return place(makeObj('instance', { cls, fields: new Map([['cleaned_data', data]]), rest: UNKNOWN }));
};

/**
 * Fills form `id` of class `cls` with what it was made of, field by field; a field that takes numbers, dates or choices
 * alone is harmless. Forms of Flask take the request by themselves.
 */
export const fillForm = (frame: Frame, state: State, id: number, cls: ClassShape, args: CallArgs): void => {
  const bases = frame.engine.externalBases(cls);
  let taints = argumentTaints(frame, state, args);
  if (taints.length === 0 && bases.some((base) => base.startsWith('flask_wtf.')))
    taints = sourceValue(frame, FORM_DATA, FORM_DATA.name, args.instr, null).taints;
  const obj = frame.own(state, id);
  if (obj === undefined || taints.length === 0) return;
  const values = filled(cls, taints);
  // REST framework: a method of the serializer checks the field that it is named after.
  for (const [name, value] of values) {
    const check = value.taints.length > 0 ? frame.engine.findMethod(cls, `validate_${name}`) : null;
    if (check !== null) values.set(name, frame.engine.validated(check, value));
  }
  const data = frame.idFor(args.instr, 'form');
  const fields = new Map([...values].map(([name, value]) => [keyOf(name), value]));
  state.place(data, makeObj('dict', { fields, rest: tainted(taints) }));
  for (const name of ['cleaned_data', 'validated_data', 'data']) obj.fields.set(name, objectRef(data));
  for (const name of ['initial_data', 'raw_data']) obj.fields.set(name, tainted(taints));
  for (const [name, value] of values) {
    const field = frame.idFor(args.instr, `field ${name}`);
    state.place(field, makeObj('instance', { fields: new Map([['data', value]]), rest: UNKNOWN }));
    obj.fields.set(name, objectRef(field));
  }
};
