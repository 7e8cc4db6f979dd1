import { type Block, type FunctionCode, type Instr, OP } from '../lower/ir.ts';

type Live = readonly (readonly number[])[];

const known = new WeakMap<FunctionCode, Live>();

/**
 * The variables that matter at the beginning of each block, by its order: what comes later may read them before it sets
 * them. Parameters always do, since callers are told what they were left as.
 */
export const liveVariables = (fn: FunctionCode): Live => {
  let live = known.get(fn);
  if (live === undefined) {
    live = findLive(fn);
    known.set(fn, live);
  }
  return live;
};

/** The same; null for code without loops, where to find out costs more than to join them all. */
export const liveInLoops = (fn: FunctionCode): Live | null =>
  fn.blocks.every(({ once }) => once) ? null : liveVariables(fn);

const BITS = 32;

const findLive = (fn: FunctionCode): number[][] => {
  const { blocks, slots } = fn;
  const words = Math.ceil(slots.length / BITS);
  const reads = new Uint32Array(blocks.length * words);
  const sets = new Uint32Array(blocks.length * words);
  for (const block of blocks) readAndSet(fn, block, reads, sets, block.order * words);
  const live = new Uint32Array(blocks.length * words);
  for (let changed = true; changed; ) {
    changed = false;
    for (let order = blocks.length - 1; order >= 0; order--) {
      const block = blocks[order] as Block;
      const at = order * words;
      for (let w = 0; w < words; w++) {
        let after = 0;
        for (const next of block.next) after |= live[next.order * words + w] as number;
        // What raises at the beginning of a block has not set anything yet.
        let raised = 0;
        for (const handler of block.handlers) raised |= live[handler.order * words + w] as number;
        const before = (reads[at + w] as number) | ((after | raised) & ~(sets[at + w] as number)) | raised;
        if (before >>> 0 === live[at + w]) continue;
        live[at + w] = before;
        changed = true;
      }
    }
  }
  return blocks.map(({ order }) => {
    const out: number[] = [];
    for (let slot = 0; slot < slots.length; slot++)
      if (slot < fn.params.length || has(live, order * words, slot)) out.push(slot);
    return out;
  });
};

const has = (bits: Uint32Array, at: number, slot: number): boolean =>
  ((bits[at + (slot >>> 5)] as number) & (1 << (slot & 31))) !== 0;

const add = (bits: Uint32Array, at: number, slot: number): void => {
  const word = at + (slot >>> 5);
  bits[word] = (bits[word] as number) | (1 << (slot & 31));
};

/** What `block` reads before it sets it, and what it sets. */
const readAndSet = (
  fn: FunctionCode,
  block: Block,
  reads: Uint32Array,
  sets: Uint32Array,
  at: number,
): void => {
  const width = fn.slots.length;
  const read = (register: number): void => {
    if (register >= 0 && register < width && !has(sets, at, register)) add(reads, at, register);
  };
  const readAll = (instr: Instr): void => {
    read(instr.a);
    read(instr.b);
    read(instr.c);
    const { args } = instr;
    for (let i = 0; i < args.length; i++) read(args[i] as number);
  };
  // A test says something of all that what is tested was made of.
  const told = new Set<number>();
  const tested = (register: number): void => {
    if (register < 0 || told.has(register)) return;
    told.add(register);
    read(register);
    const made = fn.defs[register] ?? onlyMove(fn, register);
    if (made === null) return;
    tested(made.a);
    tested(made.b);
    tested(made.c);
    for (let i = 0; i < made.args.length; i++) tested(made.args[i] as number);
  };
  const { instrs } = block;
  for (let i = 0; i < instrs.length; i++) {
    const instr = instrs[i] as Instr;
    readAll(instr);
    if (instr.op === OP.ret) tested(instr.a);
    if (instr.dst >= 0 && instr.dst < width) add(sets, at, instr.dst);
  }
  tested(block.cond);
};

const MOVES = new WeakMap<FunctionCode, Map<number, Instr | null>>();

/** The only instruction that sets variable `slot`, or null when there are several or none. */
export const onlyMove = (fn: FunctionCode, slot: number): Instr | null => {
  let known = MOVES.get(fn);
  if (known === undefined) {
    known = new Map();
    for (const block of fn.blocks) {
      const { instrs } = block;
      for (let i = 0; i < instrs.length; i++) {
        const instr = instrs[i] as Instr;
        if (instr.dst < 0 || instr.dst >= fn.slots.length) continue;
        known.set(instr.dst, known.has(instr.dst) || instr.op !== OP.move ? null : instr);
      }
    }
    for (let i = 0; i < fn.params.length; i++) known.set(i, null);
    MOVES.set(fn, known);
  }
  return known.get(slot) ?? null;
};
