import { onlyConstant } from '../flow/value.ts';
import { type CallCheck, type CallChecks, each, type Verdict } from './call-check.ts';

const keySize =
  (at: number, name: string, least: number): CallCheck =>
  (call) => {
    const given = call.arg(at, name);
    const short = given?.consts.find((bits) => typeof bits === 'number' && bits < least);
    if (given === null || short === undefined) return null;
    // A default is what callers get who say nothing else.
    const confidence = onlyConstant(given) === short ? 'confirmed' : 'likely';
    return { rule: 'py/weak-key-size', why: `${short} bits are fewer than ${least}.`, confidence };
  };

const shortCurve = (name: string): Verdict => ({
  rule: 'py/weak-key-size',
  why: `${name} is shorter than 224 bits.`,
  confidence: 'confirmed',
});

const curve: CallCheck = (call) => {
  const weak = call.names(0, 'curve').find((name) => /SEC[TP]1(63|92)|BrainpoolP1(60|92)/i.test(name));
  return weak === undefined ? null : shortCurve(weak.split('.').at(-1)?.replace('()', '') ?? weak);
};

const namedCurve: CallCheck = (call) => {
  const name = call.constant(-1, 'curve');
  return typeof name === 'string' && /^(NIST )?(P-?192|p192|prime192v1|secp192r1)$/i.test(name)
    ? shortCurve(name)
    : null;
};

const ecdsaCurve: CallCheck = (call) =>
  call.names(0, 'curve').some((name) => /(NIST192p|SECP1(12|28|60)r1|BRAINPOOLP160r1)$/i.test(name))
    ? shortCurve('The curve')
    : null;

// `generate(alg, key_size=…)`: the size says something only of the kinds of keys that are named.
const sizeOf =
  (kinds: RegExp, kindAt: readonly [number, string], at: number, name: string): CallCheck =>
  (call) => {
    const kind = call.constant(...kindAt);
    return typeof kind === 'string' && kinds.test(kind) ? keySize(at, name, 2048)(call) : null;
  };

// OpenSSL's PKey().generate_key(TYPE_RSA, 1024)
const generated: CallCheck = (call) =>
  call.names(0, 'type').some((name) => /TYPE_(RSA|DSA)$/.test(name)) ? keySize(1, 'bits', 2048)(call) : null;

const ASYMMETRIC = 'cryptography.hazmat.primitives.asymmetric';

/** Where the size of a key of RSA, DSA or Diffie and Hellman is given. */
const SIZED: readonly [string, number, string][] = [
  ['Crypto.PublicKey.RSA.generate', 0, 'bits'],
  ['Crypto.PublicKey.DSA.generate', 0, 'bits'],
  ['Crypto.PublicKey.ElGamal.generate', 0, 'bits'],
  [`${ASYMMETRIC}.rsa.generate_private_key`, 1, 'key_size'],
  [`${ASYMMETRIC}.dsa.generate_private_key`, 0, 'key_size'],
  [`${ASYMMETRIC}.dsa.generate_parameters`, 0, 'key_size'],
  [`${ASYMMETRIC}.dh.generate_parameters`, 1, 'key_size'],
  ['rsa.newkeys', 0, 'nbits'],
  ['rsa.key.newkeys', 0, 'nbits'],
  ['paramiko.RSAKey.generate', 0, 'bits'],
  ['paramiko.DSSKey.generate', 0, 'bits'],
  ['M2Crypto.RSA.gen_key', 0, 'bits'],
  ['M2Crypto.DSA.gen_params', 0, 'bits'],
  ['M2Crypto.DH.gen_params', 0, 'plen'],
  ['tlslite.api.generateRSAKey', 0, 'bits'],
  ['tlslite.utils.keyfactory.generateRSAKey', 0, 'bits'],
  ['authlib.jose.RSAKey.generate_key', 0, 'key_size'],
  ['joserfc.jwk.RSAKey.generate_key', 0, 'key_size'],
  ['azure.keyvault.keys.KeyClient().create_rsa_key', -1, 'size'],
];

export const KEY_SIZE_CHECKS: readonly [string, CallChecks][] = [
  ...SIZED.map(([name, at, keyword]): [string, CallChecks] => [name, keySize(at, keyword, 2048)]),
  ['asyncssh.generate_private_key', sizeOf(/^ssh-(rsa|dss)$/, [0, 'alg_name'], -1, 'key_size')],
  ['jwcrypto.jwk.JWK.generate', sizeOf(/^RSA$/, [-1, 'kty'], -1, 'size')],
  ['jwcrypto.jwk.JWK', sizeOf(/^RSA$/, [-1, 'generate'], -1, 'size')],
  ['authlib.jose.JsonWebKey.generate_key', sizeOf(/^RSA$/, [0, 'kty'], 1, 'crv_or_size')],
  ['gnupg.GPG().gen_key_input', sizeOf(/^(RSA|DSA)$/, [-1, 'key_type'], -1, 'key_length')],
  ['OpenSSL.crypto.PKey().generate_key', generated],
  ['Crypto.PublicKey.ECC.generate', namedCurve],
  ...each([`${ASYMMETRIC}.ec.generate_private_key`, `${ASYMMETRIC}.ec.derive_private_key`], curve),
  ['ecdsa.SigningKey.generate', ecdsaCurve],
];
