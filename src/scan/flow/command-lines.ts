import type { SinkModel } from '../models/schema.ts';
import type { CallArgs } from './call.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { allConstants, join, UNKNOWN, type Val } from './value.ts';

const SHELLS = /(^|\/)(sh|bash|dash|zsh|ksh|cmd|cmd\.exe|powershell|pwsh)$/;
const SHELL_FLAG = /^[-/]\w{0,6}c/i;
/** Programs that run the text behind this option as code. */
const INTERPRETERS = /(^|\/)(python[\d.]*|perl|ruby|node|php|lua)$/;
const CODE_FLAG = /^(-[ceEr]|--eval)$/;
/** What comes behind the host is put together and run by a shell there. */
const REMOTE = /(^|\/)ssh$/;

const always = (word: Val | undefined, form: RegExp): boolean =>
  word !== undefined &&
  allConstants(word)?.every((each) => typeof each === 'string' && form.test(each)) === true;

/** Of a list of words that no shell reads: the program, and what a shell or an interpreter among them is told. */
const readBy = (words: readonly Val[]): Val => {
  const [program] = words;
  if (program === undefined) return UNKNOWN;
  let read = program;
  words.forEach((word, i) => {
    const told =
      (always(word, SHELLS) && always(words[i + 1], SHELL_FLAG)) ||
      (always(word, INTERPRETERS) && always(words[i + 1], CODE_FLAG));
    const command = words[i + 2];
    if (told && command !== undefined) read = join(read, command);
  });
  return always(program, REMOTE) ? words.slice(2).reduce(join, read) : read;
};

const elementsOf = (frame: Frame, state: State, value: Val): readonly Val[] | null => {
  const [ref] = value.refs;
  const obj = ref?.k === 'obj' && value.refs.length === 1 ? frame.obj(state, ref.id) : undefined;
  return obj?.shape === 'list' || obj?.shape === 'tuple' ? (obj.elems ?? []) : null;
};

/** What of argument `value` of a call that runs a command decides what is run. */
export const commandOf = (frame: Frame, state: State, sink: SinkModel, args: CallArgs, value: Val): Val => {
  if (sink.kind !== 'shell') return value;
  if (sink.words === true) {
    // `execlp(file, word, word)`, `spawn(file, [word, word])`
    const words = [...args.positional.slice(args.positional.indexOf(value)), ...args.keywords.values()];
    return words.length < 2
      ? value
      : readBy(words.flatMap((word) => elementsOf(frame, state, word) ?? [word]));
  }
  if (value.refs.length > 1)
    return value.refs
      .map((ref) => commandOf(frame, state, sink, args, { ...value, refs: [ref] }))
      .reduce(join);
  const words = elementsOf(frame, state, value);
  if (words === null) return value;
  if (args.keywords.get('shell')?.consts.some((each) => each === true || each === 1) === true) return value;
  return readBy(words);
};
