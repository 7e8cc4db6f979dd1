import { onlyConstant } from '../flow/value.ts';
import { type FunctionCode, type Instr, type ModuleCode, OP } from '../lower/ir.ts';
import type { Collector, Remark } from '../report/collector.ts';

const SECRET =
  /(^|_)(passw(or)?d|passwd|pwd|passphrase|pass|secret(_?key)?|api_?key|auth_?token|access_?token|private_?key|encryption_?key|signing_?key|client_?secret|secret_?token|jwt_?secret|token)$/i;
const KEY = /secret|key|token/i;
const PASSWORD = /(^|_)(passw(or)?d|passwd|pwd|passphrase|pass|secret|token)$/i;
const PLACEHOLDER =
  /^(|x+|\*+|\.+|-+|none|null|undefined|todo|<.{0,60}>|\$?\{.{0,80}\}|%\(?.{0,60}|your[_ -].{0,60}|change.?me.{0,20}|example.{0,20}|placeholder|test|dummy)$/i;

const looksSecret = (name: string, value: string): boolean => {
  if (value.length < 3 || value.length > 500 || PLACEHOLDER.test(value) || /\s/.test(value.trim()))
    return false;
  if (/^\d+\.\d+$/.test(value)) return false;
  const random = value.length >= 12 && /\d/.test(value) && /[A-Za-z]/.test(value);
  if (/token/i.test(name) && !random) return false;
  const [plain, bare] = [
    value.toLowerCase().replace(/[^a-z]/g, ''),
    name.toLowerCase().replace(/[^a-z]/g, ''),
  ];
  if (
    plain !== '' &&
    plain !== 'secret' &&
    plain !== 'password' &&
    (bare.includes(plain) || plain.includes(bare))
  )
    return /\d/.test(value) && value.length >= 8;
  return !/^(https?:|\/|\.\/|[A-Z][A-Z_]{8,}$)/.test(value) && !/[{}()<>]/.test(value);
};

/** Whether a module is made of tests, by what it imports: secrets and shortcuts there protect nothing. */
export const isOfTests = (module: ModuleCode): boolean =>
  [
    'unittest',
    'pytest',
    'nose',
    'twisted.trial',
    'twisted.trial.unittest',
    'django.test',
    'tornado.testing',
  ].some((name) => module.imports.has(name));

/** Checks that need the code alone: names that say secret and hold a literal, and comparisons with one. */
export const checkLiterals = (module: ModuleCode, collector: Collector): void => {
  if (SETTINGS.some((name) => module.body.slots.includes(name))) checkSettings(module, collector);
  for (const fn of [module.body, ...module.functions]) {
    for (const block of fn.blocks) for (const instr of block.instrs) check(fn, instr, collector);
    for (const [name, value] of fn.defaults) {
      const text = onlyConstant(value);
      if (typeof text === 'string' && SECRET.test(name) && looksSecret(name, text))
        add(collector, fn, fn, secret(name));
    }
  }
};

const SETTINGS = ['INSTALLED_APPS', 'MIDDLEWARE', 'ROOT_URLCONF'];
const SWITCHES: Record<string, { on: boolean; rule: string; why: string }> = {
  DEBUG: { on: true, rule: 'py/debug-enabled', why: 'Error pages show code and settings to every visitor.' },
  SESSION_COOKIE_SECURE: {
    on: false,
    rule: 'py/insecure-cookie',
    why: 'The session goes over plain HTTP too.',
  },
  CSRF_COOKIE_SECURE: { on: false, rule: 'py/insecure-cookie', why: 'The cookie goes over plain HTTP too.' },
  SESSION_COOKIE_HTTPONLY: {
    on: false,
    rule: 'py/cookie-without-httponly',
    why: 'Scripts can read the session.',
  },
};

// A module of Django's settings.
const checkSettings = (module: ModuleCode, collector: Collector): void => {
  const { body } = module;
  for (const block of body.blocks) {
    for (const instr of block.instrs) {
      const name = instr.op === OP.move ? (body.slots[instr.dst] ?? '') : '';
      const wrong = Object.hasOwn(SWITCHES, name) ? SWITCHES[name] : undefined;
      const def = body.defs[instr.a];
      if (wrong === undefined || def?.op !== OP.constant || def.val === null) continue;
      if (onlyConstant(def.val) !== wrong.on) continue;
      add(collector, body, instr, { rule: wrong.rule, name, why: wrong.why, confidence: 'likely' });
    }
  }
};

const literal = (fn: FunctionCode, reg: number): string | null => {
  const def = fn.defs[reg];
  if (def?.op !== OP.constant || def.val === null) return null;
  const value = onlyConstant(def.val);
  return typeof value === 'string' ? value : null;
};

const nameOf = (fn: FunctionCode, reg: number): string => {
  const slot = fn.slots[reg];
  if (slot !== undefined && slot !== '') return slot;
  const def = fn.defs[reg];
  if (def === undefined) return '';
  if (def.op === OP.index) return literal(fn, def.b) ?? '';
  if (def.op === OP.method && /^(get|strip|encode|decode)$/.test(def.name))
    return literal(fn, def.args[0] ?? -1) ?? nameOf(fn, def.a);
  return def.op === OP.attr || def.op === OP.global || def.op === OP.cell ? def.name : '';
};

const secret = (name: string): Pick<Remark, 'rule' | 'name' | 'why' | 'confidence'> => ({
  rule: KEY.test(name) && !/passw|pwd/i.test(name) ? 'py/hardcoded-key' : 'py/hardcoded-password',
  name,
  why: `"${name.slice(0, 60)}" holds a literal: everyone who reads the code knows it.`,
  confidence: 'likely',
});

const add = (
  collector: Collector,
  fn: FunctionCode,
  at: { start: number; end: number },
  what: Pick<Remark, 'rule' | 'name' | 'why' | 'confidence' | 'severity'>,
): void =>
  collector.add({
    ...what,
    ...(isOfTests(fn.module) ? { confidence: 'possible' as const } : {}),
    place: { file: fn.module.file, start: at.start, end: Math.min(at.end, at.start + 400) },
  });

const check = (fn: FunctionCode, instr: Instr, collector: Collector): void => {
  const assigned = (name: string, reg: number): void => {
    if (!SECRET.test(name)) return;
    const value = literal(fn, reg);
    if (value !== null && looksSecret(name, value)) add(collector, fn, instr, secret(name));
  };
  switch (instr.op) {
    case OP.move:
      assigned(fn.slots[instr.dst] ?? '', instr.a);
      return;
    case OP.setCell:
      assigned(instr.name, instr.a);
      return;
    case OP.setAttr:
      assigned(instr.name, instr.b);
      return;
    case OP.setIndex:
      assigned(literal(fn, instr.b) ?? '', instr.c);
      return;
    case OP.call:
    case OP.method:
      instr.names?.forEach((name, i) => {
        if (name !== '' && name !== '*' && name !== '**') assigned(name, instr.args[i] ?? -1);
      });
      return;
    case OP.dict:
      for (let i = 0; i + 1 < instr.args.length; i += 2)
        assigned(literal(fn, instr.args[i] ?? -1) ?? '', instr.args[i + 1] ?? -1);
      return;
    case OP.compare:
      compared(fn, instr, collector);
      return;
    case OP.raise:
      asserted(fn, instr, collector);
      return;
    case OP.constant:
      temporary(fn, instr, collector);
      return;
    default:
  }
};

const RIGHTS =
  /\b(is_admin|is_staff|is_superuser|is_authenticated|has_perm(ission)?s?|permissions?|authori[sz]ed|current_user|check_password|logged_in|is_owner|can_(edit|delete|view|access)\w*|verify_signature)\b/i;
const ROLE = /\b(roles?|csrf\w*)\b/i;
const WHO = /\b(user|session|request|account|identity|claims|principal|cookies)\b/i;

// Under `python -O` an assert is not there.
const asserted = (fn: FunctionCode, instr: Instr, collector: Collector): void => {
  if (!instr.name.startsWith('assert ') || isOfTests(fn.module)) return;
  if (!RIGHTS.test(instr.name) && !(ROLE.test(instr.name) && WHO.test(instr.name))) return;
  add(collector, fn, instr, {
    rule: 'py/assert-check',
    name: 'assert',
    why: 'A right is checked by assert, which python -O leaves out.',
    confidence: 'likely',
  });
};

const compared = (fn: FunctionCode, instr: Instr, collector: Collector): void => {
  if (instr.name !== 'Eq' && instr.name !== 'NotEq') return;
  for (const [side, other] of [
    [instr.a, instr.b],
    [instr.b, instr.a],
  ] as const) {
    const name = nameOf(fn, side);
    const value = literal(fn, other);
    if (
      value === null ||
      !PASSWORD.test(name) ||
      /^(update|change|reset|use|need|ask|show|has)_/i.test(name) ||
      value.length < 3 ||
      /\s/.test(value)
    )
      continue;
    if (/(token|secret|^pass)$/i.test(name) && !(value.length >= 8 && /\d/.test(value))) continue;
    add(collector, fn, instr, {
      rule: 'py/literal-password-check',
      name,
      why: `"${name.slice(0, 60)}" is compared with a literal: everyone who reads the code knows it.`,
      confidence: 'confirmed',
    });
    return;
  }
};

const temporary = (fn: FunctionCode, instr: Instr, collector: Collector): void => {
  const value = instr.val === null ? undefined : onlyConstant(instr.val);
  if (typeof value !== 'string' || !/^\/(tmp|var\/tmp|dev\/shm)\/\S{1,200}$/.test(value)) return;
  add(collector, fn, instr, {
    rule: 'py/hardcoded-temp',
    name: value.slice(0, 80),
    why: 'Everyone on the machine can make this file first.',
    confidence: 'possible',
  });
};
