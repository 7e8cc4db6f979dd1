import { type Constant, onlyConstant } from '../flow/value.ts';
import { type ClassShape, type FunctionCode, type Instr, OP } from '../lower/ir.ts';
import type { Add } from './literal-checks.ts';
import { wrongSetting } from './settings-checks.ts';
import { usersOf } from './words.ts';

const constantOf = (fn: FunctionCode, reg: number): Constant | undefined => {
  const def = fn.defs[reg];
  return def?.op === OP.constant && def.val !== null ? onlyConstant(def.val) : undefined;
};

const CSRF = /^(csrf_enabled|enable_csrf|check_csrf)$/;

const tableSays = (fn: FunctionCode, reg: number, name: string, value: Constant): boolean => {
  const table = fn.defs[reg];
  return (
    table?.op === OP.dict &&
    table.args.some(
      (arg, i) =>
        i % 2 === 0 && constantOf(fn, arg) === name && constantOf(fn, table.args[i + 1] ?? -1) === value,
    )
  );
};

/** Settings given by keyword: `app.config.update(WTF_CSRF_ENABLED=False)`, `Form(csrf_enabled=False)`. */
export const byKeyword = (fn: FunctionCode, instr: Instr, add: Add): void => {
  const config = instr.op === OP.method && /^(update|from_mapping)$/.test(instr.name);
  const isDict = instr.op === OP.call && fn.defs[instr.a]?.name === 'dict';
  instr.names?.forEach((name, i) => {
    if (name === '') return;
    const reg = instr.args[i] ?? -1;
    const value = constantOf(fn, reg);
    // As in a table, None decides nothing, and DEBUG has many meanings.
    const counts = config || (isDict && value !== null && !/DEBUG$/.test(name));
    const wrong = counts ? wrongSetting(name, value) : null;
    if (wrong !== null)
      add(fn, fn.defs[reg] ?? instr, { rule: wrong.rule, name, why: wrong.why, confidence: 'likely' });
    const off = name === 'meta' ? tableSays(fn, reg, 'csrf', false) : value === false && CSRF.test(name);
    if (off)
      add(fn, instr, {
        rule: 'py/csrf-off',
        name,
        why: 'The form takes requests of any site.',
        confidence: 'likely',
      });
  });
};

const isUnpacked = (fn: FunctionCode, reg: number): boolean =>
  usersOf(fn, reg).some((user) =>
    user.op === OP.move
      ? usersOf(fn, user.dst).some(({ names, args }) => names?.[args.indexOf(user.dst)] === '**')
      : user.names?.[user.args.indexOf(reg)] === '**',
  );

/** Settings of Tornado that no other table has. */
const TORNADO = /^(cookie_secret|login_url|template_path|static_path|xsrf_cookies|autoescape)$/;

const tornadoSettings = (fn: FunctionCode, instr: Instr, add: Add): void => {
  const given = new Map<string, number>();
  for (let i = 0; i + 1 < instr.args.length; i += 2) {
    const name = constantOf(fn, instr.args[i] ?? -1);
    if (typeof name === 'string') given.set(name, instr.args[i + 1] ?? -1);
  }
  // What is unpacked into a call is told of there.
  if (![...given.keys()].some((name) => TORNADO.test(name)) || isUnpacked(fn, instr.dst)) return;
  const tell = (name: string, value: Constant, rule: string, why: string): void => {
    const reg = given.get(name) ?? -1;
    if (constantOf(fn, reg) === value)
      add(fn, fn.defs[reg] ?? instr, { rule, name, why, confidence: 'likely' });
  };
  tell('debug', true, 'py/debug-enabled', 'Error pages show code to every visitor.');
  tell('autoescape', null, 'py/autoescape-off', 'Templates escape nothing.');
};

/** Settings in a table: only names that nothing else has. */
export const byTable = (fn: FunctionCode, instr: Instr, add: Add): void => {
  if (fn.module.imports.has('tornado.web') || fn.module.imports.has('tornado'))
    tornadoSettings(fn, instr, add);
  for (let i = 0; i + 1 < instr.args.length; i += 2) {
    const name = constantOf(fn, instr.args[i] ?? -1);
    const reg = instr.args[i + 1] ?? -1;
    if (typeof name !== 'string' || /DEBUG$/.test(name)) continue;
    const value = constantOf(fn, reg);
    // In a table None says that nobody has decided yet.
    const wrong = value === null ? null : wrongSetting(name, value);
    if (wrong !== null)
      add(fn, fn.defs[reg] ?? instr, { rule: wrong.rule, name, why: wrong.why, confidence: 'likely' });
  }
};

const classOf = (fn: FunctionCode, reg: number): ClassShape | null => {
  for (const { instrs } of fn.blocks)
    for (const instr of instrs)
      if (instr.op === OP.move && instr.dst === reg) {
        const def = fn.defs[instr.a];
        if (def?.op === OP.class) return def.cls;
      }
  return null;
};

/** Libraries of forms whose classes say in `Meta` whether they ask for a token. */
const FORMS = /^(wtforms|flask_wtf|wtforms_\w+|starlette_wtf|quart_wtf)(\.|$)/;

// `class Meta: csrf = False`
const formWithoutCsrf = (fn: FunctionCode, instr: Instr, add: Add): void => {
  if (classOf(fn, instr.a)?.name !== 'Meta' || ![...fn.module.imports].some((name) => FORMS.test(name)))
    return;
  const why = 'The form takes requests of any site.';
  add(fn, instr, { rule: 'py/csrf-off', name: instr.name, why, confidence: 'likely' });
};

/** Settings in a class: `class Config: WTF_CSRF_ENABLED = False`. */
export const inClass = (fn: FunctionCode, instr: Instr, add: Add): void => {
  if (instr.name === 'csrf' && constantOf(fn, instr.b) === false) formWithoutCsrf(fn, instr, add);
  const wrong = wrongSetting(instr.name, constantOf(fn, instr.b));
  if (wrong === null) return;
  const cls = classOf(fn, instr.a);
  if (cls === null) return;
  const aside = /dev|test|local|debug|ci$/i.test(cls.name);
  const certain = /^(base|default|prod|production|app|main|flask)?_?(config|settings|configuration)$/i.test(
    cls.name,
  );
  if (/DEBUG$/.test(instr.name) && !certain && !/^prod/i.test(cls.name)) return;
  const { rule, why } = wrong;
  add(fn, instr, { rule, name: instr.name, why, confidence: aside ? 'possible' : 'likely' });
};
