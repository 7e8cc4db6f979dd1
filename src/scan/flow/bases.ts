import { type ClassShape, OP } from '../lower/ir.ts';

const SANDBOX = /^jinja2\.sandbox\.(Immutable)?SandboxedEnvironment$/;
const TESTS = ['is_safe_attribute', 'is_safe_callable'];

/** The library class that `cls` inherits from, as it is then: a sandbox whose tests are replaced is none any more. */
export const baseOf = (cls: ClassShape, name: string): string =>
  SANDBOX.test(name) && TESTS.some((test) => replaces(cls, test)) ? 'jinja2.Environment' : name;

/** Whether `cls` has a method `name` that does not ask the one it overrides. */
const replaces = (cls: ClassShape, name: string): boolean =>
  cls.methods
    .get(name)
    ?.blocks.every(({ instrs }) => instrs.every((instr) => instr.op !== OP.method || instr.name !== name)) ===
  true;
