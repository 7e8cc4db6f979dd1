import type { Confidence } from '../../core/index.ts';
import { onlyConstant } from '../flow/value.ts';
import { type FunctionCode, type Instr, type ModuleCode, OP } from '../lower/ir.ts';
import type { Collector, Remark } from '../report/collector.ts';
import { checkSettings } from './django-settings.ts';
import { asserted, compared, comparedByCall } from './literal-comparisons.ts';
import { fallback, literal, literalBytes, nameOf } from './literals.ts';
import { byKeyword, byTable, inClass } from './markers-checks.ts';
import { isOfTests } from './of-tests.ts';
import {
  isCredential,
  judgeSecret,
  namesKey,
  namesSecret,
  passwordInAddress,
  secretByForm,
  type Way,
} from './secret-text.ts';
import { usersOf } from './words.ts';

/** Checks that need the code alone: names that say secret and hold a literal, and comparisons with one. They mean little in what is `forTests`. */
export const checkLiterals = (module: ModuleCode, forTests: boolean, collector: Collector): void => {
  const add: Add = (fn, at, what) =>
    collector.add({
      ...what,
      ...(forTests ? { confidence: 'possible' as const } : {}),
      place: { file: fn.module.file, start: at.start, end: Math.min(at.end, at.start + 400) },
    });
  checkSettings(module, add);
  for (const fn of [module.body, ...module.functions]) {
    for (const block of fn.blocks) for (const instr of block.instrs) check(fn, instr, add);
    for (const [name, value] of fn.defaults) {
      const text = onlyConstant(value);
      if (typeof text !== 'string' || !namesSecret(name)) continue;
      const confidence = judgeSecret(name, text, 'default');
      if (confidence !== null) add(fn, fn, secret(name, confidence));
    }
  }
};

export type What = Pick<Remark, 'rule' | 'name' | 'why' | 'confidence' | 'severity'>;
export type Add = (fn: FunctionCode, at: { start: number; end: number }, what: What) => void;

const secret = (name: string, confidence: Confidence): What => ({
  rule: namesKey(name) ? 'py/hardcoded-key' : 'py/hardcoded-password',
  name,
  why: `"${name.slice(0, 60)}" holds a literal: everyone who reads the code knows it.`,
  confidence,
});

// What stands under `example` explains a schema.
const isExample = (fn: FunctionCode, dict: Instr, depth = 0): boolean =>
  depth < 6 &&
  usersOf(fn, dict.dst).some((user) => {
    if (user.op === OP.dict) {
      const at = user.args.indexOf(dict.dst);
      return (
        /^(default_)?examples?$|^sample/i.test(literal(fn, user.args[at - 1] ?? -1) ?? '') ||
        isExample(fn, user, depth + 1)
      );
    }
    if (user.op === OP.call || user.op === OP.method) {
      const at = user.args.indexOf(dict.dst);
      const fromEnd = user.args.length - at;
      return /example/i.test(user.names?.[user.names.length - fromEnd] ?? '');
    }
    if (user.op === OP.sequence) return isExample(fn, user, depth + 1);
    return user.op === OP.move && /example|sample/i.test(fn.slots[user.dst] ?? '');
  });

/** What `name` is given in register `reg`, at `at`. */
const assigned = (
  fn: FunctionCode,
  name: string,
  reg: number,
  way: Way,
  at: { start: number; end: number },
  add: Add,
): void => {
  if (!namesSecret(name)) return;
  const value = literalBytes(fn, reg);
  if (value === null) {
    const second = way === 'default' ? null : fallback(fn, reg);
    if (second === null || (second.name !== '' && !namesSecret(second.name))) return;
    const sure = judgeSecret(second.name || name, second.value, 'entry');
    if (sure !== null)
      add(fn, at, secret(name, /\d/.test(second.value) && second.value.length >= 12 ? sure : 'possible'));
    return;
  }
  const confidence = judgeSecret(name, value, way);
  if (confidence !== null) add(fn, at, secret(name, confidence));
};

const wayOf = (name: string, other: Way): Way => (/^_?[A-Z][A-Z0-9_]*$/.test(name) ? 'constant' : other);

const check = (fn: FunctionCode, instr: Instr, add: Add): void => {
  switch (instr.op) {
    case OP.move: {
      const name = fn.slots[instr.dst] ?? '';
      if (name !== '') assigned(fn, name, instr.a, wayOf(name, 'assigned'), instr, add);
      return;
    }
    case OP.setGlobal:
    case OP.setCell:
      assigned(fn, instr.name, instr.a, wayOf(instr.name, 'assigned'), instr, add);
      return;
    case OP.setAttr:
      inClass(fn, instr, add);
      assigned(fn, instr.name, instr.b, wayOf(instr.name, 'entry'), instr, add);
      return;
    case OP.setIndex: {
      const name = literal(fn, instr.b) ?? '';
      assigned(fn, name, instr.c, 'entry', instr, add);
      authorization(fn, instr, name, instr.c, add);
      return;
    }
    case OP.call:
    case OP.method: {
      const callee = instr.op === OP.method ? instr.name : nameOf(fn, instr.a);
      instr.names?.forEach((name, i) => {
        if (name === '' || name === '*' || name === '**') return;
        const reg = instr.args[i] ?? -1;
        assigned(fn, name, reg, callee === 'dict' ? 'entry' : 'keyword', fn.defs[reg] ?? instr, add);
      });
      pair(fn, instr, add);
      comparedByCall(fn, instr, add);
      byKeyword(fn, instr, add);
      return;
    }
    case OP.dict: {
      byTable(fn, instr, add);
      for (let i = 0; i + 1 < instr.args.length; i += 2) {
        const name = literal(fn, instr.args[i] ?? -1) ?? '';
        if (!namesSecret(name) && !AUTHORIZATION.test(name)) continue;
        if (isExample(fn, instr)) return;
        const reg = instr.args[i + 1] ?? -1;
        const at = fn.defs[reg] ?? instr;
        assigned(fn, name, reg, 'entry', at, add);
        authorization(fn, at, name, reg, add);
      }
      return;
    }
    case OP.compare:
      compared(fn, instr, add);
      return;
    case OP.raise:
      if (!isOfTests(fn.module)) asserted(fn, instr, add);
      return;
    case OP.constant:
      constants(fn, instr, add);
      return;
    default:
  }
};

const AUTHORIZATION = /^(proxy-)?authorization$/i;

const authorization = (
  fn: FunctionCode,
  at: { start: number; end: number },
  name: string,
  reg: number,
  add: Add,
): void => {
  const value = AUTHORIZATION.test(name) ? literal(fn, reg) : null;
  if (value === null || !isCredential(value)) return;
  const why = 'The header holds a literal: everyone who reads the code can send it.';
  add(fn, at, { rule: 'py/hardcoded-key', name, why, confidence: 'likely' });
};

// A user name and a password, one behind the other: `auth=('admin', 's3cret-9')`, `login('admin', 's3cret-9')`.
const pair = (fn: FunctionCode, instr: Instr, add: Add): void => {
  const told = (user: number, word: number): void => {
    const [name, value] = [literal(fn, user), literal(fn, word)];
    if (
      name === null ||
      value === null ||
      name === '' ||
      judgeSecret('password', value, 'keyword') !== 'likely'
    )
      return;
    const at = fn.defs[word] ?? instr;
    add(fn, at, secret('password', 'likely'));
  };
  const callee = instr.op === OP.method ? instr.name : nameOf(fn, instr.a);
  const named = instr.args.length - (instr.names?.filter((name) => name !== '').length ?? 0);
  if (/^(login|HTTPBasicAuth|BasicAuth|basic_auth|authenticate)$/.test(callee) && named >= 2)
    told(instr.args[0] ?? -1, instr.args[1] ?? -1);
  const at = instr.names?.indexOf('auth') ?? -1;
  const auth = at < 0 ? undefined : fn.defs[instr.args[at] ?? -1];
  if (auth?.op === OP.sequence && auth.args.length === 2) told(auth.args[0] ?? -1, auth.args[1] ?? -1);
};

const constants = (fn: FunctionCode, instr: Instr, add: Add): void => {
  const value = instr.val === null ? undefined : onlyConstant(instr.val);
  if (typeof value !== 'string') return;
  if (/^\/(tmp|var\/tmp|dev\/shm)\/\S{1,200}$/.test(value))
    add(fn, instr, {
      rule: 'py/hardcoded-temp',
      name: value.slice(0, 80),
      why: 'Everyone on the machine can make this file first.',
      confidence: 'possible',
    });
  const [byForm, inAddress] = [secretByForm(value), passwordInAddress(value)];
  if (byForm === null && inAddress === null) return;
  const users = usersOf(fn, instr.dst);
  // What is only written down is a docstring.
  if (users.length === 0) return;
  const told = users.some(
    (user) =>
      namesSecret(user.op === OP.move ? (fn.slots[user.dst] ?? '') : user.name) &&
      [OP.move, OP.setAttr, OP.setCell, OP.setGlobal].some((op) => op === user.op),
  );
  const form = told ? null : byForm;
  if (form !== null)
    add(fn, instr, {
      rule: 'py/hardcoded-key',
      name: form,
      why: `By its form it is ${form}.`,
      confidence: 'likely',
    });
  if (inAddress !== null)
    add(fn, instr, {
      rule: 'py/hardcoded-password',
      name: 'address',
      why: 'The address holds a password: everyone who reads the code knows it.',
      confidence: inAddress,
    });
};
