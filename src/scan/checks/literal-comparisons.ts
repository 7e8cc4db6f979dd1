import { type FunctionCode, type Instr, OP } from '../lower/ir.ts';
import type { Add, What } from './literal-checks.ts';
import { literalBytes, nameOf } from './literals.ts';
import { namesPassword } from './secret-text.ts';

const RIGHTS =
  /\b(is_admin|is_staff|is_superuser|is_authenticated|has_perm(ission)?s?|permissions?|authori[sz]ed|current_user|check_password|logged_in|is_owner|rights|privileges|can_(edit|delete|view|access)\w*|is_allowed|allowed_to|verify_signature)\b/i;
const ROLE = /\b(roles?|csrf\w*|(may|can)_\w+)\b/i;
const WHO = /\b(user|session|request|account|identity|claims|principal|cookies)\b/i;

/** `doc.owner_id == user.id`, `user in doc.members` */
const OWNS =
  /\b(owner|author|creator|created_by|user|tenant|account|organi[sz]ation|member)(_id|_pk)? (id |pk )?Eq .*\b(user|current_user|owner|author|account|tenant|actor|principal|requester|caller|viewer)(_id|_pk| id| pk)?\b|\b(user|current_user)(_id)? (id )?In .*(members|owners|editors|users)\b/i;
/** `amount > 0`, `account.balance >= amount` */
const ENOUGH = /\b(amount|balance|price|quantity|credits?|funds|stock|fee|payment)\w* (Gt|GtE|Lt|LtE) /i;

// Under `python -O` an assert is not there.
export const asserted = (fn: FunctionCode, instr: Instr, add: Add): void => {
  if (!instr.name.startsWith('assert ')) return;
  // That something is there, or of a type, is told to the type checker.
  if (/ IsNot None\b|\bisinstance\b/.test(instr.name)) return;
  const right = RIGHTS.test(instr.name) || (ROLE.test(instr.name) && WHO.test(instr.name));
  if (!right && !OWNS.test(instr.name) && !ENOUGH.test(instr.name)) return;
  add(fn, instr, {
    rule: 'py/assert-check',
    name: 'assert',
    why: `${right ? 'A right' : 'What is asked for'} is checked by assert, which python -O leaves out.`,
    confidence: right ? 'likely' : 'possible',
  });
};

const KINDS =
  /^(password|passwd|secret|token|bearer|basic|digest|publickey|keyboard-interactive|cert\w*|api_?key|oauth2?|jwt|csrf|prompt|stdin|env|file|plain|hidden|none|null|true|false|auto|default|required)$/i;

const VERB = /^(update|change|reset|use|need|ask|show|has|is)_/i;

/** What is told of a password `name` that is held against the literal `value`; null when that is none. */
const heldAgainst = (name: string, value: string | null): What | null => {
  if (
    value === null ||
    !namesPassword(name) ||
    VERB.test(name) ||
    value.length < 3 ||
    /\s|^\W+$/.test(value) ||
    (/(token|secret|^pass)$/i.test(name) && !(value.length >= 8 && /\d/.test(value)))
  )
    return null;
  const short = /_pass$/i.test(name) && value.length < 5;
  return {
    rule: 'py/literal-password-check',
    name,
    why: `"${name.slice(0, 60)}" is compared with a literal: everyone who reads the code knows it.`,
    // A kind of credential or a stand-in is asked for, not the secret itself.
    confidence: short || (KINDS.test(value) && value !== 'password') ? 'possible' : 'confirmed',
  };
};

const tell = (fn: FunctionCode, instr: Instr, [left, right]: readonly [number, number], add: Add): void => {
  const told =
    heldAgainst(nameOf(fn, left), literalBytes(fn, right)) ??
    heldAgainst(nameOf(fn, right), literalBytes(fn, left));
  if (told !== null) add(fn, instr, told);
};

export const compared = (fn: FunctionCode, instr: Instr, add: Add): void => {
  if (instr.name === 'Eq' || instr.name === 'NotEq') tell(fn, instr, [instr.a, instr.b], add);
  if (instr.name !== 'In' && instr.name !== 'NotIn') return;
  // `password in ('open-sesame-77', 'tea-for-two-22')`
  const listed = fn.defs[instr.b];
  if (listed?.op !== OP.sequence) return;
  const told = listed.args.map((each) => heldAgainst(nameOf(fn, instr.a), literalBytes(fn, each)));
  const [first] = told;
  if (first != null && told.every((each) => each?.confidence === 'confirmed')) add(fn, instr, first);
};

const COMPARING = /^(compare_digest|constant_time_compare|safe_str_cmp|bytes_eq|str_equal)$/;

/** `compare_digest(password, 'open-sesame-77')`, `password.__eq__('open-sesame-77')` */
export const comparedByCall = (fn: FunctionCode, instr: Instr, add: Add): void => {
  const [first = -1, second = -1] = instr.args;
  const callee = instr.op === OP.method ? instr.name : nameOf(fn, instr.a);
  if (COMPARING.test(callee) && instr.args.length === 2) tell(fn, instr, [first, second], add);
  else if (instr.op === OP.method && callee === '__eq__') tell(fn, instr, [instr.a, first], add);
};
