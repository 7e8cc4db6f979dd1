import type { Val } from '../flow/value.ts';
import type { Expr, Located, Stmt } from '../python/ast.ts';
import { type Block, type ClassShape, type FunctionCode, type Instr, type ModuleCode, OP } from './ir.ts';
import type { Scope } from './scopes.ts';

const TEMP = 1_000_000;
const DEEPEST = 900;

export interface Loop {
  readonly again: Block;
  readonly after: Block;
}

/** What lowering one function keeps: the block that is open, the names in sight, loops and handlers around. */
export class Builder {
  readonly fn: FunctionCode;
  readonly module: ModuleCode;
  readonly scope: Scope;
  readonly outer: Builder | null;
  block: Block;
  readonly blocks: Block[] = [];
  loops: Loop[] = [];
  /** Replaced and never changed: all blocks of a `try` share one list. */
  handlers: readonly Block[] = NO_BLOCKS;
  finals: (readonly Stmt[])[] = [];
  /** Names of comprehension variables and pattern copies that hide those of the function. */
  hidden: Map<string, number>[] = [];
  /** The class whose body is being lowered, and what it has bound so far. */
  inClass: { register: number; names: Set<string>; shape: ClassShape } | null = null;
  depth = 0;
  readonly #slots = new Map<string, number>();
  #temps = 0;
  #uid = 0;

  constructor(fn: FunctionCode, module: ModuleCode, scope: Scope, outer: Builder | null) {
    this.fn = fn;
    this.module = module;
    this.scope = scope;
    this.outer = outer;
    this.block = this.newBlock();
  }

  newBlock(): Block {
    const block: Block = {
      id: this.blocks.length,
      instrs: [],
      cond: -1,
      next: [],
      handlers: this.handlers,
      order: -1,
      single: false,
      once: true,
    };
    this.blocks.push(block);
    return block;
  }

  /** Ends the open block by going to `target`, and opens `then` (or leaves a block that nothing leads to). */
  goto(target: Block, then: Block = this.newBlock()): void {
    this.block.next = [target];
    this.block = then;
  }

  branch(cond: number, yes: Block, no: Block): void {
    this.block.cond = cond;
    this.block.next = [yes, no];
  }

  slot(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const made = this.fn.slots.length;
    this.fn.slots.push(name);
    this.#slots.set(name, made);
    return made;
  }

  /** A nameless variable that keeps its value from block to block. */
  phi(): number {
    this.fn.slots.push('');
    return this.fn.slots.length - 1;
  }

  temp(): number {
    return TEMP + this.#temps++;
  }

  emit(
    op: number,
    at: Located,
    parts: Partial<Omit<Instr, 'op' | 'start' | 'end' | 'uid'>> & { dst?: number } = {},
  ): number {
    const dst = parts.dst ?? this.temp();
    this.block.instrs.push({
      op,
      dst,
      a: parts.a ?? -1,
      b: parts.b ?? -1,
      c: parts.c ?? -1,
      name: parts.name ?? '',
      args: parts.args ?? NO_ARGS,
      names: parts.names ?? null,
      val: parts.val ?? null,
      fn: parts.fn ?? null,
      cls: parts.cls ?? null,
      start: at.start,
      end: at.end,
      uid: this.#uid++,
    });
    return dst;
  }

  constant(val: Val, at: Located): number {
    return this.emit(OP.constant, at, { val });
  }

  /** Runs `lower` unless the tree is too deep here; says so in the module's cuts. */
  guarded(at: Expr, lower: () => number, instead: Val): number {
    if (this.depth >= DEEPEST) {
      this.module.cuts.push(`an expression nested deeper than ${DEEPEST} levels`);
      return this.constant(instead, at);
    }
    this.depth++;
    const register = lower();
    this.depth--;
    return register;
  }

  /** Gives registers their final numbers, orders the blocks, drops those that nothing reaches. */
  finish(): void {
    const { fn } = this;
    const home = new Int32Array(this.#temps).fill(-1);
    const crosses = new Uint8Array(this.#temps);
    const use = (register: number, block: Block) => {
      if (register >= TEMP && home[register - TEMP] !== block.id) crosses[register - TEMP] = 1;
    };
    const ordered = orderBlocks(this.blocks[0] as Block);
    for (const block of ordered) {
      const { instrs } = block;
      for (let i = 0; i < instrs.length; i++) {
        const instr = instrs[i] as Instr;
        if (instr.dst >= TEMP) home[instr.dst - TEMP] = block.id;
      }
    }
    for (const block of ordered) {
      const { instrs } = block;
      for (let n = 0; n < instrs.length; n++) {
        const instr = instrs[n] as Instr;
        use(instr.a, block);
        use(instr.b, block);
        use(instr.c, block);
        for (let i = 0; i < instr.args.length; i++) use(instr.args[i] as number, block);
      }
      use(block.cond, block);
    }
    const final = new Int32Array(this.#temps);
    for (let t = 0; t < this.#temps; t++) {
      if (crosses[t] === 1) {
        final[t] = fn.slots.length;
        fn.slots.push('');
      }
    }
    let next = fn.slots.length;
    for (let t = 0; t < this.#temps; t++) if (crosses[t] !== 1) final[t] = next++;
    fn.registers = next;
    const move = (register: number) => (register >= TEMP ? (final[register - TEMP] ?? -1) : register);
    const defs: (Instr | undefined)[] = [];
    for (const block of ordered) {
      const { instrs } = block;
      for (let i = 0; i < instrs.length; i++) {
        const instr = instrs[i] as Instr;
        const temporary = instr.dst >= TEMP;
        instr.dst = move(instr.dst);
        instr.a = move(instr.a);
        instr.b = move(instr.b);
        instr.c = move(instr.c);
        if (instr.args.length > 0) instr.args = instr.args.map(move);
        if (temporary) defs[instr.dst] = instr;
        fn.size++;
      }
      block.cond = move(block.cond);
    }
    fn.defs = defs;
    fn.blocks = ordered;
  }
}

const NO_ARGS: readonly number[] = [];
const NO_BLOCKS: readonly Block[] = [];

const SEEN = -2;

const orderBlocks = (entry: Block): Block[] => {
  const post: Block[] = [];
  // The blocks on the way, and how many of the edges of each were followed: handlers first, then the last way on.
  const way: Block[] = [entry];
  const followed: number[] = [0];
  entry.order = SEEN;
  while (way.length > 0) {
    const block = way[way.length - 1] as Block;
    const at = followed[followed.length - 1] as number;
    const { handlers, next } = block;
    const target = at < handlers.length ? handlers[at] : next[next.length - 1 - (at - handlers.length)];
    if (target === undefined) {
      post.push(block);
      way.pop();
      followed.pop();
      continue;
    }
    followed[followed.length - 1] = at + 1;
    if (target.order === SEEN) continue;
    target.order = SEEN;
    way.push(target);
    followed.push(0);
  }
  post.reverse();
  post.forEach((block, i) => {
    block.order = i;
  });
  const ways = new Uint32Array(post.length);
  const lead = (block: Block, target: Block): void => {
    ways[target.order] = (ways[target.order] ?? 0) + 1;
    if (!block.once || target.order <= block.order) target.once = false;
  };
  const eachWay = (block: Block, visit: (block: Block, target: Block) => void): void => {
    const { handlers, next } = block;
    for (let i = 0; i < handlers.length; i++) visit(block, handlers[i] as Block);
    for (let i = 0; i < next.length; i++) visit(block, next[i] as Block);
  };
  const back = (block: Block, target: Block): void => {
    if (target.order <= block.order) target.once = false;
  };
  for (let i = 0; i < post.length; i++) eachWay(post[i] as Block, back);
  for (let i = 0; i < post.length; i++) eachWay(post[i] as Block, lead);
  for (let i = 0; i < post.length; i++) (post[i] as Block).single = ways[i] === 1;
  return post;
};
