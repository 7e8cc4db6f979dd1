import { externalNames } from '../flow/value.ts';
import { OP } from '../lower/ir.ts';
import {
  both,
  type Call,
  type CallCheck,
  type CallChecks,
  each,
  literalText,
  type Verdict,
} from './call-check.ts';
import { literalKey } from './token-checks.ts';
import { definitionOf } from './words.ts';

const weakCipher =
  (what: string): CallCheck =>
  (call) => ({
    rule: 'py/weak-cipher',
    why: `${what} is broken or too weak.`,
    // A table of ciphers out of which a file or the other side chooses: it has to know the old ones too.
    confidence: call.oneOfSeveral ? 'possible' : 'confirmed',
  });

const isMode = (call: Call, mode: string): boolean =>
  call.names(1, 'mode').some((name) => name.endsWith(`.${mode}`) || name.includes(`.${mode}()`));

const STATIC_IV: Verdict = {
  rule: 'py/static-iv',
  why: 'The same value is used for every message.',
  confidence: 'confirmed',
};

const staticIv =
  (...places: readonly [number, string][]): CallCheck =>
  (call) => {
    if (places.some(([at, name]) => isFixed(call, at, name))) return STATIC_IV;
    // A default is what callers get who say nothing else.
    return places.some(([at, name]) => isDefault(call, at, name))
      ? { ...STATIC_IV, confidence: 'likely' }
      : null;
  };

const isDefault = (call: Call, at: number, name: string): boolean => {
  const { fn } = call.frame;
  const parameter = fn.params[call.register(at, name)];
  const value = parameter === undefined ? undefined : fn.defaults.get(parameter.name);
  return value !== undefined && (literalText(value) ?? '') !== '';
};

// `bytes(16)` and `bytearray(16)` are zeros.
const isFixed = (call: Call, at: number, name: string): boolean => {
  const value = call.arg(at, name);
  if (value === null) return false;
  if (literalText(value) !== null) return true;
  const { fn } = call.frame;
  const reg =
    name !== '' && call.args.keywords.has(name)
      ? namedRegister(call, name)
      : (call.args.instr.args[at] ?? -1);
  const def = definitionOf(fn, reg);
  if (def?.op !== OP.call || def.args.length !== 1) return false;
  const callee = fn.defs[def.a];
  const size = fn.defs[def.args[0] ?? -1];
  return (
    callee?.op === OP.global &&
    /^(bytes|bytearray)$/.test(callee.name) &&
    size?.op === OP.constant &&
    size.val?.consts.some((each) => typeof each === 'number') === true
  );
};

const namedRegister = (call: Call, name: string): number => {
  const { names, args } = call.args.instr;
  return args[names?.indexOf(name) ?? -1] ?? -1;
};

const electronicCodebook: CallCheck = (call) =>
  isMode(call, 'MODE_ECB')
    ? { rule: 'py/weak-cipher', why: 'ECB shows which blocks are equal.', confidence: 'confirmed' }
    : null;

const unauthenticatedMode: CallCheck = (call) =>
  ['MODE_CBC', 'MODE_CTR', 'MODE_CFB', 'MODE_OFB'].some((mode) => isMode(call, mode))
    ? { rule: 'py/unauthenticated-encryption', why: 'What is encrypted can be changed unseen.' }
    : null;

const unauthenticated: CallCheck = (call) =>
  staticIv([0, 'initialization_vector'], [0, 'nonce'])(call) ?? {
    rule: 'py/unauthenticated-encryption',
    why: 'What is encrypted can be changed unseen.',
  };

const CHOSEN_CIPHERS = ['DES', 'DES3', 'ARC2', 'ARC4', 'Blowfish', 'XOR', 'CAST'];
const RETIRED = ['ARC4', 'Blowfish', 'IDEA', 'CAST5', 'SEED', 'TripleDES', 'RC2'];

// The chosen mode of a wrapper: `Cipher(algorithms.AES(key), mode)` where `mode` is a class of modes.
const modeClass: CallCheck = (call) =>
  externalNames(call.arg(1, 'mode') ?? NOTHING).some((name) => name.endsWith('modes.ECB'))
    ? { rule: 'py/weak-cipher', why: 'ECB shows which blocks are equal.', confidence: 'likely' }
    : null;
const NOTHING = { consts: [], refs: [], open: false, segs: null, taints: [] };

const AEADS = ['AESGCM', 'ChaCha20Poly1305', 'AESCCM', 'AESOCB3', 'AESSIV'];

export const CIPHER_CHECKS: readonly [string, CallChecks][] = [
  ...each(
    CHOSEN_CIPHERS.map((name) => `Crypto.Cipher.${name}.new`),
    weakCipher('This cipher'),
  ),
  ...each(
    RETIRED.flatMap((name) => [
      `cryptography.hazmat.primitives.ciphers.algorithms.${name}`,
      `cryptography.hazmat.decrepit.ciphers.algorithms.${name}`,
    ]),
    weakCipher('This cipher'),
  ),
  ...each(['pyDes.des', 'pyDes.triple_des'], weakCipher('DES')),
  ['cryptography.hazmat.primitives.ciphers.modes.ECB', weakCipher('ECB')],
  ['cryptography.hazmat.primitives.ciphers.Cipher', modeClass],
  ...each(
    ['CBC', 'CTR', 'CFB', 'OFB', 'CFB8'].map(
      (mode) => `cryptography.hazmat.primitives.ciphers.modes.${mode}`,
    ),
    unauthenticated,
  ),
  ['cryptography.hazmat.primitives.ciphers.modes.GCM', staticIv([0, 'initialization_vector'])],
  [
    'Crypto.Cipher.AES.new',
    both(
      electronicCodebook,
      literalKey(0, 'key'),
      staticIv([2, 'iv'], [2, 'nonce'], [2, 'IV']),
      unauthenticatedMode,
    ),
  ],
  ...each(
    ['ChaCha20', 'ChaCha20_Poly1305', 'Salsa20'].map((name) => `Crypto.Cipher.${name}.new`),
    both(literalKey(-1, 'key'), staticIv([-1, 'nonce'])),
  ),
  ...each(
    AEADS.map((name) => `cryptography.hazmat.primitives.ciphers.aead.${name}().encrypt`),
    staticIv([0, 'nonce']),
  ),
  ...each(
    AEADS.map((name) => `cryptography.hazmat.primitives.ciphers.aead.${name}`),
    literalKey(0, 'key'),
  ),
  ['cryptography.hazmat.primitives.ciphers.algorithms.AES', literalKey(0, 'key')],
  [
    'cryptography.hazmat.primitives.ciphers.algorithms.ChaCha20',
    both(literalKey(0, 'key'), staticIv([1, 'nonce'])),
  ],
  ['cryptography.fernet.Fernet', literalKey(0, 'key')],
];
