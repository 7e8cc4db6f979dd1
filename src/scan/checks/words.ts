import { onlyConstant } from '../flow/value.ts';
import { type Block, type FunctionCode, type Instr, OP } from '../lower/ir.ts';

/** The words of an identifier in small letters: `getAuthToken` and `get_auth_token` both give `get auth token`. */
export const spelled = (identifier: string): string =>
  identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();

const DEEPEST = 5;

/** What the names and short texts behind register `reg` say; those of its own constant only from `depth` 1 on. */
export const namesBehind = (fn: FunctionCode, reg: number, out: string[], depth = 0): void => {
  if (reg < 0 || depth > DEEPEST) return;
  const slot = fn.slots[reg];
  if (slot !== undefined && slot !== '') out.push(slot);
  const def = definitionOf(fn, reg);
  if (def === undefined) {
    const ways = movesTo(fn, reg);
    if (ways.length <= 3) for (const { a } of ways) namesBehind(fn, a, out, depth + 1);
    return;
  }
  if (def.op === OP.constant) {
    if (fn.defs[reg] === undefined) return;
    const text = depth === 0 || def.val === null ? undefined : onlyConstant(def.val);
    if (typeof text === 'string' && /^[\w-]{2,40}$/.test(text)) out.push(text);
    return;
  }
  if (def.name !== '') out.push(def.name);
  if (def.op !== OP.method || !isOfModule(fn, def.a)) namesBehind(fn, def.a, out, depth + 1);
  if (def.op === OP.index || def.op === OP.binary || def.op === OP.compare)
    namesBehind(fn, def.b, out, depth + 1);
  for (const arg of def.args) namesBehind(fn, arg, out, depth + 1);
};

// `salt.utils.text.to_bytes`: where a function lives says nothing of what it is given.
const isOfModule = (fn: FunctionCode, reg: number): boolean => {
  let at = reg;
  for (let hop = 0; hop < 8; hop++) {
    const def: Instr | undefined = fn.defs[at];
    const name = def === undefined ? (fn.slots[at] ?? '') : def.op === OP.global ? def.name : '';
    if (name !== '')
      return [...fn.module.imports].some((each) => each === name || each.startsWith(`${name}.`));
    if (def?.op !== OP.attr) return false;
    at = def.a;
  }
  return false;
};

/** What makes the value of register `reg`: of a variable only when it is set once. */
export const definitionOf = (fn: FunctionCode, reg: number): Instr | undefined => {
  const direct = fn.defs[reg];
  if (direct !== undefined || reg < 0) return direct;
  const moves = movesTo(fn, reg);
  const [only] = moves;
  return moves.length === 1 && only !== undefined ? fn.defs[only.a] : undefined;
};

const moved = new WeakMap<FunctionCode, Map<number, Instr[]>>();
/** What is moved to register `reg`, a variable or where branches come together. */
export const movesTo = (fn: FunctionCode, reg: number): readonly Instr[] => {
  let known = moved.get(fn);
  if (known === undefined) {
    known = new Map();
    for (const { instrs } of fn.blocks)
      for (const instr of instrs)
        if (instr.op === OP.move) known.set(instr.dst, [...(known.get(instr.dst) ?? []), instr]);
    moved.set(fn, known);
  }
  return known.get(reg) ?? [];
};

const users = new WeakMap<FunctionCode, Map<number, Instr[]>>();

const findUsers = (fn: FunctionCode): Map<number, Instr[]> => {
  const found = new Map<number, Instr[]>();
  const note = (register: number, instr: Instr): void => {
    if (register < 0) return;
    const list = found.get(register);
    if (list === undefined) found.set(register, [instr]);
    else if (list.at(-1) !== instr) list.push(instr);
  };
  for (const block of fn.blocks) {
    for (const instr of block.instrs) {
      note(instr.a, instr);
      note(instr.b, instr);
      note(instr.c, instr);
      for (const register of instr.args) note(register, instr);
    }
  }
  return found;
};

/** The instructions of `fn` that read register `reg`. */
export const usersOf = (fn: FunctionCode, reg: number): readonly Instr[] => {
  if (reg < 0) return [];
  let known = users.get(fn);
  if (known === undefined) {
    known = findUsers(fn);
    users.set(fn, known);
  }
  return known.get(reg) ?? [];
};

const MOST_USES = 40;

/** The names of the calls that what is in register `reg` goes through and into, also behind a `return` of `fn`. */
export const namesAhead = (fn: FunctionCode, reg: number): string => {
  const out: string[] = [];
  const open: [FunctionCode, number][] = [[fn, reg]];
  const seen = new Set<Instr>();
  for (const [at, register] of open) {
    for (const user of usersOf(at, register)) {
      if (seen.has(user) || seen.size > MOST_USES) continue;
      seen.add(user);
      if (user.op === OP.ret) {
        for (const [other, call] of callsOf(at)) open.push([other, call.dst]);
        continue;
      }
      const callee = user.op === OP.call ? at.defs[user.a] : undefined;
      out.push(callee?.name ?? '', user.op === OP.move ? '' : user.name);
      if (callee?.op === OP.attr) namesBehind(at, callee.a, out, 1);
      if (user.op === OP.method) namesBehind(at, user.a, out, DEEPEST);
      if (user.dst >= 0) open.push([at, user.dst]);
    }
  }
  return out.map(spelled).join(' | ');
};

/** The calls of `fn` in its module: by its name, and of a method those that its own class makes of it. */
const callsOf = (fn: FunctionCode): [FunctionCode, Instr][] =>
  [fn.module.body, ...fn.module.functions].flatMap((other) =>
    other.blocks.flatMap(({ instrs }) =>
      instrs
        .filter(({ op, name, a }) =>
          fn.owner === null
            ? op === OP.call && other.defs[a]?.name === fn.name
            : op === OP.method && name === fn.name && other.owner === fn.owner && a === 0,
        )
        .map((call): [FunctionCode, Instr] => [other, call]),
    ),
  );

interface Order {
  readonly dominator: ReadonlyMap<Block, Block>;
  readonly blockOf: ReadonlyMap<Instr, Block>;
}
const orders = new WeakMap<FunctionCode, Order>();

const orderOf = (fn: FunctionCode): Order => {
  const known = orders.get(fn);
  if (known !== undefined) return known;
  const blocks = fn.blocks.filter(({ order }) => order >= 0).sort((a, b) => a.order - b.order);
  const before = new Map<Block, Block[]>();
  for (const block of blocks)
    for (const next of [...block.next, ...block.handlers])
      before.set(next, [...(before.get(next) ?? []), block]);
  const dominator = new Map<Block, Block>();
  const [entry] = blocks;
  if (entry !== undefined) dominator.set(entry, entry);
  const meet = (a: Block, b: Block): Block => {
    let [x, y] = [a, b];
    while (x !== y) {
      if (x.order > y.order) x = dominator.get(x) ?? y;
      else y = dominator.get(y) ?? x;
    }
    return x;
  };
  for (let changed = true, rounds = 0; changed && rounds < 20; rounds++) {
    changed = false;
    for (const block of blocks.slice(1)) {
      const made = (before.get(block) ?? [])
        .filter((each) => dominator.has(each))
        .reduce<Block | null>((all, each) => (all === null ? each : meet(all, each)), null);
      if (made === null || dominator.get(block) === made) continue;
      dominator.set(block, made);
      changed = true;
    }
  }
  const blockOf = new Map<Instr, Block>();
  for (const block of blocks) for (const instr of block.instrs) blockOf.set(instr, block);
  const order = { dominator, blockOf };
  orders.set(fn, order);
  return order;
};

/** The words of the conditions on which `instr` depends: those of the branches that lead to it and not past it. */
export const conditionsOf = (fn: FunctionCode, instr: Instr): string => {
  const { dominator, blockOf } = orderOf(fn);
  const out: string[] = [];
  let block = blockOf.get(instr);
  for (let hops = 0; block !== undefined && hops < 200; hops++) {
    const above = dominator.get(block);
    if (above === undefined || above === block) break;
    const arm: Block = block;
    if (above.cond >= 0 && above.next.length === 2 && above.next.includes(arm))
      namesBehind(fn, above.cond, out, 1);
    block = above;
  }
  return out.map(spelled).join(' | ');
};
