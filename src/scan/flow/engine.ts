import type { ClassShape, Decorator, FunctionCode, Instr, ModuleCode } from '../lower/ir.ts';
import type { Registry } from '../models/registry.ts';
import { Basis } from './basis.ts';
import { Constructed } from './constructed.ts';
import { enclosingScope } from './enclosing.ts';
import type { EngineOptions } from './engine-options.ts';
import { Frame, type Mount, type Parsed, type Prefix } from './frame.ts';
import { giveParameters } from './given.ts';
import type { Handler } from './handlers/handler.ts';
import { handlerOf } from './handlers.ts';
import { KeptFields } from './kept.ts';
import { fillLaterFields, openLaterFields, prepared } from './later-fields.ts';
import { MadeObjects } from './made-objects.ts';
import { ObjectIds } from './object-ids.ts';
import { SharedObjects } from './shared-objects.ts';
import { makeObj, type Obj, State } from './state.ts';
import { type Summary, shifted, surviving } from './summary.ts';
import { join, objectRef, UNKNOWN, type Val } from './value.ts';

export interface ModuleRun {
  readonly code: ModuleCode;
  state: 'new' | 'running' | 'done';
  readonly globals: Map<string, Val>;
  /** Variables that functions set: what they hold does not follow from the module alone. */
  readonly written: Set<string>;
}

const ANSWERING = ['get', 'post', 'put', 'patch', 'delete', 'form_valid', 'handle'];
const FUNCTION_BUDGET = 60_000;
const ROOT_BUDGET = 400_000;
/** The first object of a run that its caller does not know: only `self` has a number before it. */
const OF_SELF = 2;
const MOST_DEPENDENCIES = 12;
const MOST_NAMESAKES = 4;
const CONTEXTS_A_FUNCTION = 24;
/** So many of them may be of calls that nothing tainted goes into: they tell the constants of the callers apart. */
const CLEAN_CONTEXTS_A_FUNCTION = 4;

/** The summaries of one function, by the shape of its arguments. */
interface Contexts {
  readonly all: Map<number, Summary | 'running'>;
  clean: number;
}

/** The whole-program part of the analysis: modules, summaries, budgets, and what was cut off. */
export class Engine {
  readonly registry: Registry;
  readonly options: EngineOptions;
  /** By what was given up, where the functions begin in which. */
  readonly cuts = new Map<string, Set<number>>();
  readonly mounts = new Map<FunctionCode, Mount>();
  /** What stands before the route that a decorator of a router names. */
  readonly prefixes = new Map<Decorator, Prefix>();
  readonly mountedClasses = new Map<ClassShape, Mount>();
  /** Patterns of routes that are mounted by name (Pyramid). */
  readonly namedRoutes = new Map<string, string>();
  /** What decorators take out of the request for the function below them. */
  readonly parsers = new Map<Decorator, Parsed>();
  readonly #modules = new Map<string, ModuleRun | null>();
  /** Modules by their content. */
  readonly byDigest = new Map<string, ModuleCode>();
  readonly #digests = new Map<number, string>();
  readonly #bodies = new Set<FunctionCode>();
  readonly shared = new SharedObjects();
  readonly #defaults = new Map<FunctionCode, Summary | 'running'>();
  readonly #contexts = new Map<FunctionCode, Contexts>();
  readonly #selves = new Map<ClassShape, { heap: ReadonlyMap<number, Obj>; next: number }>();
  /** What decorators of the project put around a function. */
  readonly wrappers = new Map<FunctionCode, { fn: FunctionCode; scope: number }>();
  /** Methods of the project by their names; few of one name can stand in for a receiver that is not known. */
  readonly methodsByName = new Map<string, FunctionCode[]>();
  readonly subclasses = new Map<ClassShape, Set<ClassShape>>();
  readonly kept = new KeptFields();
  readonly constructed = new Constructed();
  readonly objectIds = new ObjectIds();
  readonly #made = new Map<FunctionCode, MadeObjects>();
  /** What the summary that is being made rests on. */
  basis = new Basis();
  #budget = ROOT_BUDGET;
  instructions = 0;

  constructor(options: EngineOptions) {
    this.options = options;
    this.registry = options.registry;
  }

  spend(instructions: number): boolean {
    this.instructions += instructions;
    this.#budget -= instructions;
    return this.#budget > 0;
  }

  cut(fn: FunctionCode, why: string): void {
    // What was given up depends on budgets that others have used.
    this.basis.wide = true;
    const key = `${fn.module.path}: ${why}`;
    const known = this.cuts.get(key);
    if (known === undefined) this.cuts.set(key, new Set([fn.start]));
    else known.add(fn.start);
  }

  /** The objects that `fn` makes, counted. */
  madeBy(fn: FunctionCode): MadeObjects {
    let made = this.#made.get(fn);
    if (made === undefined) {
      made = new MadeObjects(fn);
      this.#made.set(fn, made);
    }
    return made;
  }

  isModuleBody(fn: FunctionCode): boolean {
    return this.#bodies.has(fn);
  }

  /** The module named `name`, run when it was not yet; null when it is not of the project. */
  module(name: string): ModuleRun | null {
    const known = this.#modules.get(name);
    if (known !== undefined) {
      if (known !== null) this.basis.modules.add(known.code.digest);
      return known;
    }
    const code = this.options.load(name);
    if (code === null) {
      this.#modules.set(name, null);
      return null;
    }
    // A folder without `__init__.py` gives a module a second name: it is run once all the same.
    if (code.name !== name) {
      const same = this.module(code.name);
      this.#modules.set(name, same);
      return same;
    }
    const run: ModuleRun = { code, state: 'new', globals: new Map(), written: new Set() };
    this.#modules.set(name, run);
    this.byDigest.set(code.digest, code);
    this.#digests.set(code.file, code.digest);
    this.basis.modules.add(code.digest);
    this.#bodies.add(code.body);
    for (const fn of code.functions) {
      if (fn.owner === null) continue;
      const known = this.methodsByName.get(fn.name);
      if (known === undefined) this.methodsByName.set(fn.name, [fn]);
      else if (known.length <= MOST_NAMESAKES) known.push(fn);
    }
    return run;
  }

  /** The digest of the module in file number `file`. */
  digestOf(file: number): string | undefined {
    return this.#digests.get(file);
  }

  /** Runs the top level of a module once. */
  initialise(run: ModuleRun, depth: number): void {
    if (run.state !== 'new' || depth > 60) return;
    run.state = 'running';
    const outer = this.#budget;
    this.#budget = Math.max(ROOT_BUDGET, run.code.body.size * 6);
    const once = (hot: boolean): Frame => {
      const frame = new Frame(this, run.code.body, { depth: 0, hot, firstId: 1 });
      frame.run(new State([]));
      return frame;
    };
    let frame = once(false);
    if (frame.hot) frame = once(true);
    const end = frame.exit ?? frame.last;
    if (end !== null) {
      end.eachOfModules((obj, id) => this.shared.set(id, obj));
      run.code.body.slots.forEach((name, i) => {
        const value = end.regs[i];
        if (name !== '' && value !== undefined) run.globals.set(name, value);
      });
    }
    run.state = 'done';
    this.#budget = outer;
    for (const hit of frame.hits) this.options.onHit(hit);
  }

  setGlobal(run: ModuleRun, name: string, value: Val, weak: boolean): void {
    if (weak) {
      this.basis.wide = true;
      run.written.add(name);
    }
    const known = weak ? run.globals.get(name) : undefined;
    run.globals.set(name, known === undefined ? value : join(known, value));
  }

  runOf(fn: FunctionCode): ModuleRun | null {
    return this.module(fn.module.name);
  }

  /** The summary of a call of which nothing is known but the function. */
  defaultSummary(fn: FunctionCode, depth: number): Summary | null {
    const known = this.#defaults.get(fn);
    if (known === 'running') return null;
    if (known !== undefined) {
      this.basis.below.add(known.basis);
      return known;
    }
    if (depth > 40) return null;
    this.#defaults.set(fn, 'running');
    const outer = this.#budget;
    this.#budget = FUNCTION_BUDGET + fn.size * 4;
    const handler = handlerOf(this, fn);
    let summary = this.#run(fn, handler, depth, false);
    if (summary === null) {
      this.#budget = ROOT_BUDGET;
      summary = this.#run(fn, handler, depth, true);
    }
    this.#budget = outer;
    if (summary === null) return null;
    this.#defaults.set(fn, summary);
    for (const hit of summary.hits) this.options.onHit(hit);
    const around = handler === null ? undefined : this.wrappers.get(fn);
    if (handler !== null && around !== undefined && around.fn !== fn) {
      const mount = handler.mount === null ? null : { ...handler.mount, around: true, view: fn };
      const outside: Handler = { mount, params: new Map() };
      const wrapped = this.#run(around.fn, outside, depth, true, around.scope);
      for (const hit of wrapped?.hits ?? []) this.options.onHit(hit);
    }
    return summary;
  }

  #run(
    fn: FunctionCode,
    handler: Handler | null,
    depth: number,
    hot: boolean,
    parentScope = 0,
    owner = fn.owner,
  ): Summary | null {
    const heap = new Map<number, Obj>();
    const args: Val[] = fn.params.map(() => UNKNOWN);
    let firstId = 2;
    const isStatic = fn.decorators.some(({ name }) => name === 'staticmethod');
    if (owner !== null && fn.params.length > 0 && !isStatic) {
      const isClass =
        fn.decorators.some(({ name }) => name === 'classmethod') || fn.name === '__init_subclass__';
      if (isClass) args[0] = { ...UNKNOWN, refs: [{ k: 'cls', cls: owner }], open: false };
      else {
        const self = fn.name === '__init__' ? null : this.selfOf(owner, depth + 1);
        self?.heap.forEach((obj, id) => {
          heap.set(id, obj);
        });
        if (!heap.has(1)) heap.set(1, makeObj('instance', { cls: owner, rest: UNKNOWN }));
        firstId = self?.next ?? 2;
        args[0] = objectRef(1);
      }
    }
    const given = giveParameters(this, fn, handler, { args, heap, firstId }, depth);
    firstId = given.firstId;
    hot ||= given.hot;
    for (const [name, dependency] of handler?.depends ?? []) {
      const i = fn.params.findIndex((param) => param.name === name);
      const given = handler === null || i < 0 ? null : this.#depended(dependency, handler.mount, depth + 1);
      if (given === null) continue;
      const { objects, next, mapVal } = shifted(given.heap, firstId);
      for (const [id, obj] of objects) heap.set(id, obj);
      firstId = next;
      args[i] = mapVal(given.value);
    }
    // What a handler calls is followed exactly: the request may be read anywhere below it.
    hot ||= handler !== null;
    if (hot && parentScope === 0) {
      const around = enclosingScope(this, fn, heap, firstId, depth + 1);
      parentScope = around.scope;
      firstId = around.next;
    }
    const frame = new Frame(this, fn, { depth, hot, firstId, mount: handler?.mount ?? null });
    frame.parentScope = parentScope;
    // Of a call of which nothing is known, the caller knows `self` alone.
    return this.complete(frame, args, heap, !hot, OF_SELF);
  }

  /** What validator `fn` of a model leaves of a field that holds `value`. */
  validated(fn: FunctionCode, value: Val): Val {
    const at = fn.params.findIndex(({ name }) => name !== 'cls' && name !== 'self');
    const param = fn.params[at];
    if (param === undefined) return value;
    const summary = this.#run(fn, { mount: null, params: new Map([[param.name, value]]) }, 1, true);
    const out = summary?.ret;
    return out === undefined || out.refs.some(({ k }) => k === 'obj' || k === 'bound') ? value : out;
  }

  /** What the framework gives a handler that depends on a function or on an object of a class. */
  #depended(
    dependency: FunctionCode | ClassShape,
    mount: Mount | null,
    depth: number,
  ): { value: Val; heap: ReadonlyMap<number, Obj> } | null {
    const made = 'methods' in dependency ? this.findMethod(dependency, '__init__') : dependency;
    if (made === null || depth > MOST_DEPENDENCIES) return null;
    if (!this.mounts.has(made)) {
      this.mounts.set(made, { framework: 'fastapi', route: null, methods: [], ...mount });
      if (this.#defaults.get(made) !== 'running') this.#defaults.delete(made);
    }
    const summary = this.defaultSummary(made, depth);
    if (summary === null) return null;
    const heap = new Map(summary.heap);
    if (!('methods' in dependency)) return { value: summary.ret, heap };
    const self = heap.get(1);
    if (self !== undefined) heap.set(1, { ...self, cls: dependency, rest: UNKNOWN, owner: 0 });
    return { value: objectRef(1), heap };
  }

  /**
   * Runs `frame` and reads its summary off; null when it got hot although it was to stay cold. Callers know the objects
   * below number `firstOwn`.
   */
  complete(
    frame: Frame,
    args: Val[],
    heap: ReadonlyMap<number, Obj>,
    mustStayCold: boolean,
    firstOwn: number,
  ): Summary | null {
    const state = new State([...args], heap);
    if (frame.fn.cells.size > 0) {
      frame.scope = frame.idFor(SCOPE);
      state.place(frame.scope, makeObj('scope', { fields: new Map([['^', objectRef(frame.parentScope)]]) }));
    } else frame.scope = frame.parentScope;
    frame.self = args[0] ?? null;
    const basis = this.#resting(frame.fn, () => {
      frame.run(state);
      if (frame.hot && !mustStayCold && frame.exit !== null) this.shared.leave(frame, frame.exit);
    });
    if (mustStayCold && frame.hot) return null;
    const exit = frame.exit;
    const ret = frame.fn.isGenerator ? frame.yielded : frame.ret;
    // Functions within this one may be looked at later, with the variables that it leaves.
    const scope = firstOwn === OF_SELF && frame.fn.cells.size > 0 ? [objectRef(frame.scope)] : [];
    const left = [ret, ...(frame.whenTrue ?? []), ...(frame.whenFalse ?? []), ...scope];
    return {
      ret,
      heap: exit === null ? new Map() : surviving(exit, left, firstOwn),
      hits: frame.hits,
      whenTrue: frame.whenTrue,
      whenFalse: frame.whenFalse,
      entry: args,
      firstOwn: frame.firstOwn,
      flags: [...frame.flags],
      basis,
    };
  }

  /** Notes on what `work`, a run of `fn`, rests. */
  #resting(fn: FunctionCode, work: () => void): Basis {
    const outer = this.basis;
    const basis = new Basis();
    basis.modules.add(fn.module.digest);
    outer.below.add(basis);
    this.basis = basis;
    try {
      work();
    } finally {
      this.basis = outer;
    }
    return basis;
  }

  /** Whether `fn` was looked at already. */
  wasRun(fn: FunctionCode): boolean {
    return this.#defaults.has(fn);
  }

  /** Looks at `fn` again, since something new is known of how it is called. */
  runAgain(fn: FunctionCode): void {
    this.#defaults.delete(fn);
    this.defaultSummary(fn, 0);
  }

  /** An instance of `cls` as its constructor leaves it, when nothing is known of the arguments. */
  selfOf(cls: ClassShape, depth: number): { heap: ReadonlyMap<number, Obj>; next: number } {
    const known = this.#selves.get(cls);
    if (known !== undefined) return known;
    const blank = { heap: new Map([[1, makeObj('instance', { cls, rest: UNKNOWN })]]), next: 2 };
    this.#selves.set(cls, blank);
    const init = this.findMethod(cls, '__init__');
    const summary = init === null ? null : this.defaultSummary(init, depth);
    const heap = new Map<number, Obj>(summary === null ? blank.heap : []);
    let next = 2;
    for (const [id, obj] of summary?.heap ?? []) {
      if (id < 0) continue;
      heap.set(id, id === 1 ? { ...obj, cls, rest: UNKNOWN, owner: 0 } : { ...obj, owner: 0 });
      next = Math.max(next, id + 1);
    }
    next = prepared(this, cls, heap, next, depth);
    const made = { heap, next };
    const self = heap.get(1);
    if (self === undefined) return made;
    heap.set(1, openLaterFields(cls, self));
    this.#selves.set(cls, made);
    heap.set(1, fillLaterFields(this, cls, heap.get(1) ?? self, depth));
    return made;
  }

  /** Looks at the methods that `cls` answers requests with but inherits, since what they call may be its own. */
  inherited(cls: ClassShape): void {
    if (cls.bases.length === 0 || cls.methods.size === 0 || this.externalBases(cls).length === 0) return;
    for (const name of ANSWERING) {
      const fn = cls.methods.has(name) ? null : this.findMethod(cls, name);
      const handler = fn === null ? null : handlerOf(this, fn);
      if (fn === null || handler === null) continue;
      const mount = this.mountedClasses.get(cls) ?? handler.mount;
      const outer = this.#budget;
      this.#budget = ROOT_BUDGET;
      const summary = this.#run(fn, { ...handler, mount }, 0, true, 0, cls);
      this.#budget = outer;
      for (const hit of summary?.hits ?? []) this.options.onHit(hit);
    }
  }

  /**
   * The memo of `fn` for one shape of arguments: its summary, that it is being made, or room for it. Of calls that nothing
   * tainted goes into (`clean`), the first few get an own one: after them the constants make hardly a difference.
   */
  context(fn: FunctionCode, key: number, clean: boolean): Summary | 'running' | 'full' | undefined {
    let contexts = this.#contexts.get(fn);
    if (contexts === undefined) {
      contexts = { all: new Map(), clean: 0 };
      this.#contexts.set(fn, contexts);
    }
    const known = contexts.all.get(key);
    if (known !== undefined) {
      if (known !== 'running') this.basis.below.add(known.basis);
      return known;
    }
    if (contexts.all.size >= CONTEXTS_A_FUNCTION) return 'full';
    if (clean && ++contexts.clean > CLEAN_CONTEXTS_A_FUNCTION) return 'full';
    return undefined;
  }

  remember(fn: FunctionCode, key: number, summary: Summary | 'running'): void {
    this.#contexts.get(fn)?.all.set(key, summary);
  }

  /** The method `name` of `cls` or of a class that it inherits from. */
  findMethod(cls: ClassShape, name: string, depth = 0): FunctionCode | null {
    this.basis.modules.add(cls.module.digest);
    const own = cls.methods.get(name);
    if (own !== undefined) return own;
    if (depth > 20) return null;
    for (const base of cls.bases) {
      const found = this.findMethod(base, name, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  /** The class variable `name`. */
  findField(cls: ClassShape, name: string, depth = 0): Val | null {
    this.basis.modules.add(cls.module.digest);
    const own = cls.fields.get(name);
    if (own !== undefined) return own;
    if (depth > 20) return null;
    for (const base of cls.bases) {
      const found = this.findField(base, name, depth + 1);
      if (found !== null) return found;
    }
    return null;
  }

  /** What subclasses of `cls` put in the place of method `name`, when `cls` leaves it to them. */
  overriders(cls: ClassShape, name: string): FunctionCode[] {
    this.basis.wide = true;
    const out = new Set<FunctionCode>();
    const visit = (at: ClassShape, depth: number): void => {
      if (depth > 6 || out.size >= MOST_NAMESAKES) return;
      for (const sub of this.subclasses.get(at) ?? []) {
        const own = sub.methods.get(name);
        if (own !== undefined) out.add(own);
        visit(sub, depth + 1);
      }
    };
    visit(cls, 0);
    return [...out];
  }

  /** The methods named `name` of the whole project, when they are few. */
  namesakes(name: string): readonly FunctionCode[] {
    this.basis.wide = true;
    const all = this.methodsByName.get(name) ?? [];
    return all.length <= MOST_NAMESAKES ? all : [];
  }

  /** Names of the classes outside the project that `cls` inherits from. */
  externalBases(cls: ClassShape, depth = 0): string[] {
    if (depth > 20) return [];
    this.basis.modules.add(cls.module.digest);
    return [...cls.externalBases, ...cls.bases.flatMap((base) => this.externalBases(base, depth + 1))];
  }
}

const SCOPE = { uid: -1 } as Instr;
