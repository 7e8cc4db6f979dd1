import type { Frame } from '../flow/frame.ts';
import { makeObj, type Obj, type State, writeField } from '../flow/state.ts';
import { BOTTOM, externalNames, onlyConstant, UNKNOWN, type Val } from '../flow/value.ts';
import type { Instr } from '../lower/ir.ts';

/** Flags for the models: what the call makes, or what was made so far, is no page by its headers. */
export const PLAIN_HEADERS = 'plain-headers';
export const PLAIN_ANSWER = 'plain-answer';

export const isPage = (type: string): boolean => /html|xml|svg/i.test(type);

/** The content type that a value names, as text or as a constant of a library; undefined when it is not known. */
export const typeNamed = (value: Val): string | undefined => {
  const text = onlyConstant(value);
  if (typeof text === 'string') return text;
  const [name, ...others] = externalNames(value);
  if (name === undefined || others.length > 0 || value.open) return undefined;
  return /\.(MEDIA_|MediaType\.)(\w+)$/.exec(name)?.[2]?.toLowerCase();
};

const TYPE = '\0type';
const BODY = '\0body ';
/** Names the object that stands for the answer of a function, which no instruction of it makes. */
const ANSWER = { uid: -2 } as Instr;

// Where the answer is kept: on the object of a handler class, so that its methods share it, else with the function.
const holderOf = (frame: Frame, state: State, receiver: Val | null): number => {
  const self = receiver?.refs.length === 1 ? receiver.refs[0] : undefined;
  if (self?.k === 'obj' && frame.obj(state, self.id)?.shape === 'instance') return self.id;
  const id = frame.idFor(ANSWER, 'answer');
  if (frame.obj(state, id) === undefined) state.place(id, makeObj('instance', { rest: BOTTOM }));
  return id;
};

/** The content type that is set here for certain, or null. */
export const typeOf = (frame: Frame, state: State, receiver: Val | null = null): string | null => {
  const obj = frame.obj(state, holderOf(frame, state, receiver));
  return typeNamed(obj?.fields.get(TYPE) ?? defaultType(frame, obj) ?? UNKNOWN) ?? null;
};

// What a handler class sets for all its answers.
const defaultType = (frame: Frame, obj: Obj | undefined): Val | undefined => {
  for (const hook of ['set_default_headers', 'prepare']) {
    const fn = obj?.cls == null ? null : frame.engine.findMethod(obj.cls, hook);
    if (fn === null || fn === frame.fn) continue;
    const type = frame.engine
      .defaultSummary(fn, frame.depth + 1)
      ?.heap.get(1)
      ?.fields.get(TYPE);
    if (type !== undefined) return type;
  }
  return undefined;
};

/**
 * Notes that the type is set to `value`. One that is no page takes back what was written before on the way here;
 * `written` is told of each body that was set before a type was known.
 */
export const noteType = (
  frame: Frame,
  state: State,
  receiver: Val | null,
  value: Val,
  written?: (body: Val, at: { start: number; end: number }) => void,
): void => {
  const obj = frame.own(state, holderOf(frame, state, receiver));
  if (obj === undefined) return;
  const type = typeNamed(value);
  const before = [...obj.fields].filter(([name]) => name.startsWith(BODY));
  const plain = type !== undefined && !isPage(type);
  for (const [name, body] of before) {
    const [start = 0, end = 0] = name.slice(BODY.length).split(' ').map(Number);
    if (plain) {
      frame.hits = frame.hits.filter((hit) => hit.rule !== 'py/xss' || hit.place.start !== start);
      obj.fields.delete(name);
    } else if (type !== undefined) written?.(body, { start, end });
  }
  writeField(obj, TYPE, value);
};

/** Notes that `body` was written here, before its type was known. */
export const wasWritten = (
  frame: Frame,
  state: State,
  body: Val | null,
  at: Instr,
  receiver: Val | null = null,
): void => {
  const obj = frame.own(state, holderOf(frame, state, receiver));
  if (obj !== undefined) writeField(obj, `${BODY}${at.start} ${at.end}`, body ?? UNKNOWN);
};
