import type { Val } from '../flow/value.ts';

/** What an instruction does. `dst`, `a`, `b`, `c` are registers (-1: none), `name` and `args` as said. */
export const OP = {
  /** dst = val */
  constant: 0,
  /** dst = a */
  move: 1,
  /** dst = global or built-in variable `name` */
  global: 2,
  /** global variable `name` = a */
  setGlobal: 3,
  /** dst = variable `name` of the scope object of enclosing function number `c` (0: this one) */
  cell: 4,
  /** variable `name` of the scope object of enclosing function number `c` = a */
  setCell: 5,
  /** dst = a.name */
  attr: 6,
  /** a.name = b */
  setAttr: 7,
  /** dst = a[b] */
  index: 8,
  /** a[b] = c */
  setIndex: 9,
  /** del a[b] */
  delIndex: 10,
  /** dst = a[args0:args1:args2], register -1 where left out */
  slice: 11,
  /** dst = a(args), keyword names in `names` for the last ones; `*` and `**` mark what is unpacked */
  call: 12,
  /** dst = a.name(args) */
  method: 13,
  /** dst = a `name` b */
  binary: 14,
  /** dst = a `name` b for comparisons */
  compare: 15,
  /** dst = `name` a */
  unary: 16,
  /** dst = f-string of args; `names` holds the conversion and format ('' when none) */
  format: 17,
  /** dst = new list, tuple or set (`name`) of args; names '*' mark unpacked ones */
  sequence: 18,
  /** dst = new dict: args are key, value pairs; key -1 means `**value` */
  dict: 19,
  /** dst = function `fn` */
  closure: 20,
  /** dst = class `cls`, args are its bases */
  class: 21,
  /** dst = an element of a */
  iterate: 22,
  /** dst = element number `c` of a; `name` 'star' for the starred rest */
  unpack: 23,
  /** return a */
  ret: 24,
  /** raise */
  raise: 25,
  /** yield a; dst = what is sent */
  yield: 26,
  /** dst = module `name`; `b` 1: the top package of it */
  import: 27,
  /** dst = `name` from module val */
  importFrom: 28,
  /** everything from module `name` */
  importStar: 29,
  /** dst = what entering a gives */
  enter: 30,
  /** dst = what matches pattern `name` of a (class patterns and mappings); args as said by the pattern */
  match: 31,
  /** append, add or put b (and c) into the comprehension's collection a */
  collect: 32,
  /** dst = exception value; a is its type or -1 */
  caught: 33,
  /** dst = a, awaited */
  await: 34,
  /** function or class a is wrapped by the decorators args, the outermost first */
  decorate: 35,
  /** going through a gave nothing at all */
  nothing: 36,
  /** going through a came to its end; b is the last element, as the round left it */
  finished: 37,
} as const;

export interface Instr {
  op: number;
  dst: number;
  a: number;
  b: number;
  c: number;
  name: string;
  args: readonly number[];
  names: readonly string[] | null;
  val: Val | null;
  fn: FunctionCode | null;
  cls: ClassShape | null;
  /** Offsets into the text of the file. */
  start: number;
  end: number;
  /** Number within the function. */
  uid: number;
}

export interface Block {
  readonly id: number;
  readonly instrs: Instr[];
  /** Register that decides, or -1. */
  cond: number;
  /** Where it goes on: [next], or [when true, when false]; empty when it ends the function. */
  next: Block[];
  /** Handlers that an exception in this block reaches. */
  handlers: readonly Block[];
  /** Order in reverse post order; -1 when nothing leads here. */
  order: number;
  /** Exactly one way leads here. */
  single: boolean;
  /** No loop leads here: it is run once at most, and the state that it begins with need not be kept. */
  once: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'plain' | 'star' | 'keyword' | 'stars';
  readonly positionalOnly: boolean;
  /** The call that is its default or annotates it, for example `Query(...)` or `Depends(get_db)`. */
  readonly marker: Decorator | null;
  readonly hasDefault: boolean;
  /** Dotted name of the annotation, '' when none. */
  readonly annotation: string;
}

export interface Decorator {
  /** Dotted name as written, for example `app.route`. */
  readonly name: string;
  readonly called: boolean;
  /** Positional arguments: the text of a string constant or the dotted name that stands there, else null. */
  readonly args: readonly (string | null)[];
  /** Keyword arguments likewise; a list or tuple gives several. */
  readonly keywords: ReadonlyMap<string, readonly (string | null)[]>;
  /** What the first positional argument lists, when it is a list, tuple or set. */
  readonly listed: readonly (string | null)[];
  /** Offsets into the text of the file. */
  readonly start: number;
  readonly end: number;
}

export interface FunctionCode {
  readonly name: string;
  /** Dotted within its module. */
  readonly path: string;
  /** Names it by the content of its module, see {@link ModuleCode.digest}. */
  readonly key: string;
  readonly module: ModuleCode;
  readonly owner: ClassShape | null;
  readonly outer: FunctionCode | null;
  readonly params: readonly Parameter[];
  readonly returns: string;
  readonly decorators: readonly Decorator[];
  readonly isAsync: boolean;
  isGenerator: boolean;
  /** Names of the variables that live in registers 0…n-1; parameters come first. */
  readonly slots: string[];
  /** Variables that inner functions read, kept in a scope object. */
  readonly cells: ReadonlySet<string>;
  blocks: Block[];
  registers: number;
  /** The one instruction that defines a temporary, by register. */
  defs: (Instr | undefined)[];
  /** Values of the defaults, filled when the function statement runs. */
  defaults: Map<string, Val>;
  readonly start: number;
  readonly end: number;
  /** Number of instructions. */
  size: number;
}

export interface ClassShape {
  readonly name: string;
  readonly path: string;
  /** Names it by the content of its module, see {@link ModuleCode.digest}. */
  readonly key: string;
  readonly module: ModuleCode;
  readonly methods: Map<string, FunctionCode>;
  /** Names of bases as written. */
  readonly baseNames: readonly string[];
  /** Filled when the class statement runs. */
  bases: ClassShape[];
  externalBases: string[];
  /** Class variables, filled when the class statement runs. */
  fields: Map<string, Val>;
  /** Annotated fields in order (dataclasses, pydantic models, named tuples). */
  readonly annotations: Map<string, string>;
  /** The `Field(…)`, `constr(…)` or other marker of an annotated field. */
  readonly markers: Map<string, Decorator>;
  readonly decorators: readonly Decorator[];
  readonly start: number;
  readonly end: number;
}

export interface ModuleCode {
  /** Dotted name within the project. */
  readonly name: string;
  readonly file: number;
  readonly path: string;
  readonly isPackage: boolean;
  /** Names it by its name and content: what is known of its code stays true as long as this stays the same. */
  readonly digest: string;
  body: FunctionCode;
  readonly functions: FunctionCode[];
  readonly classes: ClassShape[];
  /** What each `Annotated[type, marker]` of its expressions says, by where it stands. */
  readonly annotated: Map<number, Pick<Parameter, 'annotation' | 'marker'>>;
  /** Names of the modules that it imports, made absolute. */
  readonly imports: Set<string>;
  /** What it takes out of them: modules may be among it. */
  readonly importedNames: Set<string>;
  /** What was left out while lowering. */
  readonly cuts: string[];
}
