import { type KeyObject, sign } from 'node:crypto';
import {
  COSIGNATURE_V1,
  checkEd25519,
  type NoteSignature,
  type ParsedNote,
  rawPublicKey,
  signaturesOf,
  type VerifierKey,
  verifierKey,
} from './note.ts';

const TIMESTAMP_SIZE = 8;

/** What a witness signs (C2SP tlog-cosignature v1.0.1): `time` is in seconds since the epoch. */
const cosignedMessage = (text: string, time: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${time}\n${text}`, 'utf8');

/** The key of a witness, as a verifier knows it. */
export const witnessKey = (name: string, key: KeyObject): VerifierKey =>
  verifierKey(name, COSIGNATURE_V1, rawPublicKey(key));

/** Cosigns the text of a checkpoint at a moment given in seconds since the epoch. */
export const cosign = (text: string, name: string, key: KeyObject, time: number): NoteSignature => {
  const stamp = Buffer.alloc(TIMESTAMP_SIZE);
  stamp.writeBigUInt64BE(BigInt(time));
  const signature = sign(null, cosignedMessage(text, BigInt(time)), key);
  return { name, id: witnessKey(name, key).id, signature: Buffer.concat([stamp, signature]) };
};

/**
 * When the witness says that it saw the checkpoint, in seconds since the epoch; undefined when it did not cosign it,
 * or a cosignature in its name is false.
 */
export const cosignedAt = (note: ParsedNote, key: VerifierKey): number | undefined => {
  let newest: bigint | undefined;
  for (const { signature } of signaturesOf(note, key)) {
    if (signature.length !== TIMESTAMP_SIZE + 64 || key.type !== COSIGNATURE_V1) return undefined;
    const time = signature.readBigUInt64BE(0);
    const message = cosignedMessage(note.text, time);
    if (!checkEd25519(key, message, signature.subarray(TIMESTAMP_SIZE))) return undefined;
    if (newest === undefined || time > newest) newest = time;
  }
  return newest === undefined ? undefined : Number(newest);
};
