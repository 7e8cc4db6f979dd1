import type { ClassShape } from '../lower/ir.ts';
import { narrow } from './attributes.ts';
import { argumentTaints, type CallArgs } from './call.ts';
import type { Frame } from './frame.ts';
import { sourceValue } from './sources.ts';
import { keyOf, makeObj, type State } from './state.ts';
import { externalNames, objectRef, tainted, UNKNOWN, type Val } from './value.ts';

const BASE =
  /(^|\.)(Form|ModelForm|FlaskForm|BaseForm|Serializer|ModelSerializer|HyperlinkedModelSerializer|Schema)(\(\))?$/;
const HARMLESS =
  /(Integer|Float|Decimal|Boolean|NullBoolean|Date|DateTime|Time|Duration|UUID|Choice|MultipleChoice|Select|Radio|ModelChoice|PrimaryKeyRelated|Int|Number|IPAddress|GenericIPAddress|Slug)\w{0,20}Field\(\)$|\.(Integer|Int|Float|Boolean|Bool|Date|DateTime|UUID|Number|Decimal)\(\)$/;

const FORM_DATA = { name: 'flask.Request.form', in: 'form', framework: 'flask' } as const;

/** Whether classes of these bases check and hold what a request brings: forms and serializers. */
export const isForm = (bases: readonly string[]): boolean => bases.some((base) => BASE.test(base));

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
  const values = new Map<string, Val>();
  const visit = (at: ClassShape, depth: number): void => {
    if (depth > 10) return;
    for (const base of at.bases) visit(base, depth + 1);
    for (const [name, field] of at.fields) {
      if (!externalNames(field).some((each) => each.endsWith('()'))) continue;
      const harmless = externalNames(field).some((each) => HARMLESS.test(each));
      values.set(name, harmless ? UNKNOWN : tainted(narrow(taints, name)));
    }
  };
  visit(cls, 0);
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
