import { fixedValue } from './fixed-names.ts';
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { external, ofRef, UNKNOWN, type Val } from './value.ts';

/** The value of a global or built-in variable, as seen from the frame's module. */
export const readGlobal = (frame: Frame, name: string): Val => {
  const run = frame.module;
  const known = run?.globals.get(name);
  if (run?.written.has(name)) frame.engine.basis.wide = true;
  if (known !== undefined) return known;
  if (name === '__name__') return UNKNOWN;
  if (run !== null && run.state === 'running' && !frame.isBody) {
    // A function called while its module is still being run: what stands further down is known by its code.
    const fn = run.code.functions.find((each) => each.path === name);
    if (fn !== undefined) return ofRef({ k: 'fn', fn, scope: 0 });
  }
  return external(`builtins.${name}`);
};

export const importModule = (frame: Frame, name: string, top: boolean): Val => {
  const run = frame.engine.module(name);
  if (run !== null) frame.engine.initialise(run, frame.depth + 1);
  if (top) {
    const first = name.slice(0, name.indexOf('.'));
    const package_ = frame.engine.module(first);
    if (package_ !== null) {
      frame.engine.initialise(package_, frame.depth + 1);
      return ofRef({ k: 'mod', mod: package_.code });
    }
    return external(first);
  }
  return run === null ? external(name) : ofRef({ k: 'mod', mod: run.code });
};

/** The variable or submodule `name` of module `from`. */
export const importFrom = (frame: Frame, from: string, name: string): Val => {
  const run = frame.engine.module(from);
  if (run === null) {
    const inner = from === '' ? null : frame.engine.module(`${from}.${name}`);
    const full = `${from}.${name}`;
    return inner === null ? (fixedValue(full) ?? external(full)) : importModule(frame, full, false);
  }
  frame.engine.initialise(run, frame.depth + 1);
  return moduleMember(frame, run.code.name, name);
};

export const moduleMember = (frame: Frame, module: string, name: string): Val => {
  const run = frame.engine.module(module);
  const known = run?.globals.get(name);
  if (run?.written.has(name)) frame.engine.basis.wide = true;
  if (known !== undefined) return known;
  const inner = frame.engine.module(`${module}.${name}`);
  if (inner !== null) return importModule(frame, `${module}.${name}`, false);
  const code = run?.code.functions.find((fn) => fn.path === name);
  if (code !== undefined) return ofRef({ k: 'fn', fn: code, scope: 0 });
  const cls = run?.code.classes.find((each) => each.path === name);
  return cls === undefined ? external(`${module}.${name}`) : ofRef({ k: 'cls', cls });
};

export const importStar = (frame: Frame, state: State, from: string): void => {
  const run = frame.engine.module(from);
  const mine = frame.module;
  if (run === null || mine === null) return;
  frame.engine.initialise(run, frame.depth + 1);
  for (const [name, value] of run.globals) {
    if (name.startsWith('_') || mine.globals.has(name)) continue;
    mine.globals.set(name, value);
    const slot = frame.fn.slots.indexOf(name);
    if (slot >= 0 && state.regs[slot] === undefined) state.regs[slot] = value;
  }
};
