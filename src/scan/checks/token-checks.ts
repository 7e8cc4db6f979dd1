import type { Val } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import { type Call, type CallCheck, type CallChecks, each, literalText, type Verdict } from './call-check.ts';
import { fallback } from './literals.ts';
import { judgeSecret, namesSecret } from './secret-text.ts';
import { movesTo, spelled } from './words.ts';

// `settings.JWT_SECRET`: where it is set, it is told of already.
const toldElsewhere = (call: Call, register: number, text: string): boolean => {
  const def = call.frame.fn.defs[register];
  if (def === undefined || (def.op !== OP.attr && def.op !== OP.global) || !namesSecret(def.name))
    return false;
  const known = judgeSecret(def.name, text, 'constant');
  return known !== null && known !== 'possible';
};

const IN_CODE: Verdict = {
  rule: 'py/hardcoded-key',
  why: 'The key stands in the code: everyone who reads it can decrypt or sign.',
  confidence: 'confirmed',
};

/** A key that stands in the code. */
export const keyMaterial = (call: Call, at: number, name: string): Verdict | null => {
  const value = call.arg(at, name);
  const text = literalText(value);
  if (text === null) return value === null ? null : fallbackKey(call, at, name);
  return text.length >= 4 && !toldElsewhere(call, call.register(at, name), text) ? IN_CODE : null;
};

// Without the variable, everyone knows the key; where it has a name that says secret, it is told of there.
const fallbackKey = (call: Call, at: number, name: string): Verdict | null => {
  const { fn } = call.frame;
  const register = call.register(at, name);
  const moved = movesTo(fn, register);
  if (register < fn.params.length || namesSecret(fn.slots[register] ?? '')) return null;
  const given = fallback(fn, moved.length === 1 ? (moved[0]?.a ?? -1) : register);
  if (given === null || given.value.length < 4 || namesSecret(given.name)) return null;
  return {
    ...IN_CODE,
    why: 'A key that stands in the code is used where no other is given.',
    confidence: /\d/.test(given.value) && given.value.length >= 12 ? 'likely' : 'possible',
  };
};

export const literalKey =
  (at: number, name: string): CallCheck =>
  (call) =>
    keyMaterial(call, at, name);

// A name as key and a secret as message make a key out of the secret, as several protocols want it.
export const hmacKey: CallCheck = (call) => {
  const verdict = keyMaterial(call, 0, 'key');
  return verdict !== null && /\b(\w*tokens?|secrets?|key|password)\b/.test(call.given())
    ? { ...verdict, confidence: 'possible' }
    : verdict;
};

const unverified = (why: string): Verdict => ({ rule: 'py/jwt-not-verified', why, confidence: 'confirmed' });

const NOT_VERIFIED: Record<string, string> = {
  verify_signature: 'verify_signature is off: anyone can write such a token.',
  verify: 'verify is off: anyone can write such a token.',
};
const LAX = ['verify_exp', 'verify_aud', 'verify_iss', 'verify_nbf'];

const option = (call: Call, options: Val | null, name: string): boolean =>
  options?.refs.some(
    (ref) =>
      ref.k === 'obj' &&
      call.frame.obj(call.state, ref.id)?.fields.get(`s${name}`)?.consts.includes(false) === true,
  ) === true;

const isNone = (value: Val): boolean =>
  value.consts.some((text) => typeof text === 'string' && text.toLowerCase() === 'none');

const listsNone = (call: Call, value: Val | null): boolean =>
  value !== null &&
  (isNone(value) ||
    value.refs.some(
      (ref) => ref.k === 'obj' && call.frame.obj(call.state, ref.id)?.elems?.some(isNone) === true,
    ));

/** Whether the token is decoded a second time in the same function: the first look only finds the right key. */
const looksFirst = (call: Call): boolean => {
  const { fn } = call.frame;
  const { instr } = call.args;
  return fn.blocks.some((block) =>
    block.instrs.some(
      (other) =>
        other !== instr && other.op === instr.op && other.name === instr.name && other.start > instr.start,
    ),
  );
};

const jwtDecode: CallCheck = (call) => {
  const options = call.arg(3, 'options');
  for (const [name, why] of Object.entries(NOT_VERIFIED))
    if (option(call, options, name))
      return looksFirst(call) && call.args.instr.name === 'decode'
        ? { ...unverified(why), confidence: 'possible' }
        : unverified(why);
  if (call.is(-1, 'verify', false)) return unverified('verify=False: anyone can write such a token.');
  if (listsNone(call, call.arg(2, 'algorithms'))) return unverified('The algorithm none is accepted.');
  const literal = keyMaterial(call, 1, 'key');
  if (literal !== null) return literal;
  const lax = LAX.find((name) => option(call, options, name));
  if (lax === 'verify_exp')
    return {
      rule: 'py/jwt-no-expiry',
      why: 'verify_exp is off: the token is good for ever.',
      confidence: 'likely',
    };
  return lax === undefined
    ? null
    : {
        ...unverified(`${lax} is off: tokens for others are taken.`),
        confidence: 'possible',
        severity: 'low',
      };
};

const SECRET_CLAIM =
  /^((user|plain|hashed|login|db) )?(password|passwd|pwd|pass ?phrase|pass ?word)( hash| digest)?$|^(\w+ )?(secret|private|api|access|encryption|signing) ?key$|^((client|totp|otp|mfa|2fa|app|shared|api) )?secret$|^(credit ?card|card|iban|account)( ?number| no)?$|^(ssn|social security( number)?|cvv|cvc|pin( code)?)$/;

/** The names in the payload of a token, also of tables in it. */
const claimsOf = (call: Call, payload: Val | null, depth = 0): string[] =>
  (payload?.refs ?? []).flatMap((ref) => {
    const obj = ref.k === 'obj' && depth < 3 ? call.frame.obj(call.state, ref.id) : undefined;
    if (obj?.shape !== 'dict') return [];
    return [...obj.fields].flatMap(([key, held]) => [
      ...(key.startsWith('s') ? [key.slice(1)] : []),
      ...claimsOf(call, held, depth + 1),
    ]);
  });

const encoded =
  (payloadAt: number, keyAt: number, header: number | null): CallChecks =>
  (call) => {
    const algorithm = header === null ? call.constant(2, 'algorithm') : undefined;
    if (algorithm === null || (typeof algorithm === 'string' && /^none$/i.test(algorithm)))
      return unverified('The token is not signed.');
    if (header !== null) {
      for (const ref of call.arg(header, 'header')?.refs ?? []) {
        const alg = ref.k === 'obj' ? call.frame.obj(call.state, ref.id)?.fields.get('salg') : undefined;
        if (alg !== undefined && isNone(alg)) return unverified('The token is not signed.');
      }
    }
    const literal = keyMaterial(call, keyAt, 'key');
    const out: Verdict[] = literal === null ? [] : [literal];
    const payload = call.arg(payloadAt, 'payload');
    const secret = claimsOf(call, payload).find((name) => SECRET_CLAIM.test(spelled(name)));
    if (secret !== undefined)
      out.push({
        rule: 'py/jwt-secret-claim',
        why: `The claim "${secret.slice(0, 60)}" can be read by whoever holds the token.`,
        confidence: 'confirmed',
      });
    for (const ref of payload?.refs ?? []) {
      const obj = ref.k === 'obj' ? call.frame.obj(call.state, ref.id) : undefined;
      if (obj === undefined || obj.shape !== 'dict') continue;
      const whole = obj.rest.open === false && obj.rest.refs.length === 0 && obj.rest.consts.length === 0;
      if (whole && !obj.fields.has('sexp'))
        out.push({ rule: 'py/jwt-no-expiry', why: 'The token is good for ever.' });
    }
    return out;
  };

const unverifiedClaims: CallCheck = () => ({
  ...unverified('The claims are read without the signature being checked.'),
  confidence: 'possible',
});

const jws: CallCheck = (call) => {
  if (call.is(-1, 'verify', false)) return unverified('verify=False: anyone can write such a token.');
  if (listsNone(call, call.arg(2, 'algorithms'))) return unverified('The algorithm none is accepted.');
  return keyMaterial(call, 1, 'key');
};

const authlib: CallCheck = (call) =>
  listsNone(call, call.arg(0, 'algorithms')) ? unverified('The algorithm none is accepted.') : null;

export const TOKEN_CHECKS: readonly [string, CallChecks][] = [
  ...each(['jwt.decode', 'jose.jwt.decode', 'jwt.PyJWT().decode', 'jwt.api_jwt.decode'], jwtDecode),
  ['authlib.jose.jwt.decode', literalKey(1, 'key')],
  ['authlib.jose.JsonWebToken', authlib],
  ...each(['jwt.encode', 'jose.jwt.encode', 'jwt.PyJWT().encode'], encoded(0, 1, null)),
  ['authlib.jose.jwt.encode', encoded(1, 2, 0)],
  ...each(['jose.jws.verify', 'jwt.api_jws.decode'], jws),
  ['jose.jws.sign', literalKey(1, 'key')],
  ...each(
    ['jwt.get_unverified_claims', 'jose.jwt.get_unverified_claims', 'jose.jws.get_unverified_claims'],
    unverifiedClaims,
  ),
  ...each(
    [
      'itsdangerous.URLSafeTimedSerializer',
      'itsdangerous.URLSafeSerializer',
      'itsdangerous.TimedSerializer',
      'itsdangerous.Serializer',
      'itsdangerous.JSONWebSignatureSerializer',
      'itsdangerous.TimestampSigner',
      'itsdangerous.Signer',
    ],
    literalKey(0, 'secret_key'),
  ),
  ...each(['hmac.new', 'hmac.digest', 'hmac.HMAC'], hmacKey),
];
