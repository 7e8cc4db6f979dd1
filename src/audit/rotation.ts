import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { GatehouseError, parseJson } from '../core/index.ts';
import { type FileLayer, replaceFile } from './files.ts';
import type { Checkpoint } from './tree/checkpoint.ts';
import {
  ED25519,
  formatNote,
  formatVerifierKey,
  isSignedBy,
  type ParsedNote,
  parseNote,
  parseVerifierKey,
  signNote,
  type VerifierKey,
} from './tree/note.ts';

/**
 * How a log gets another key: both keys sign a note that says up to how many entries the old one counts. Whoever
 * trusts either of them can therefore find the other.
 *
 *     gatehouse rotation of a log's key, v1
 *     <origin>
 *     <entries>
 *     <old vkey>
 *     <new vkey>
 *
 * The first line is no origin of any log, so that the note is never taken for a checkpoint.
 */
const HEADER = "gatehouse rotation of a log's key, v1";

export interface Rotation {
  /** Checkpoints of the old key count up to this number of entries. */
  size: number;
  from: VerifierKey;
  to: VerifierKey;
}

/** A key that may have signed checkpoints of at most `until` entries. */
export interface TrustedKey {
  key: VerifierKey;
  until: number;
}

export const signRotation = (
  { size, from, to }: Rotation,
  keys: { from: KeyObject; to: KeyObject },
): string => {
  const lines = [HEADER, from.name, String(size), formatVerifierKey(from), formatVerifierKey(to)];
  const text = `${lines.join('\n')}\n`;
  return formatNote(text, [signNote(text, from.name, keys.from), signNote(text, to.name, keys.to)]);
};

/** What a note of a rotation says, undefined when it is malformed or not signed by both keys. */
const readRotation = (note: string): Rotation | undefined => {
  let parsed: ParsedNote;
  let rotation: Rotation;
  try {
    parsed = parseNote(note);
    const [header, origin, size, from, to, ...rest] = parsed.text.split('\n');
    if (header !== HEADER || !/^(?:0|[1-9]\d{0,14})$/.test(size ?? '') || rest.join('') !== '')
      return undefined;
    rotation = { size: Number(size), from: parseVerifierKey(from ?? ''), to: parseVerifierKey(to ?? '') };
    if (rotation.from.name !== origin || rotation.to.name !== origin) return undefined;
  } catch {
    return undefined;
  }
  const { from, to } = rotation;
  const isKeyOfLog = from.type === ED25519 && to.type === ED25519;
  return isKeyOfLog && isSignedBy(parsed, from) && isSignedBy(parsed, to) ? rotation : undefined;
};

const same = (a: VerifierKey, b: VerifierKey): boolean =>
  a.name === b.name && a.publicKey.equals(b.publicKey);

/**
 * The keys that follow from those that are trusted, by what both keys of each rotation have signed. A key that has given
 * way introduces no other: whoever comes by an old one cannot make a second successor for who knows the first.
 */
export const trustedKeys = (keys: readonly VerifierKey[], notes: readonly string[]): TrustedKey[] => {
  const trusted: TrustedKey[] = keys.map((key) => ({ key, until: Number.POSITIVE_INFINITY }));
  const find = (key: VerifierKey) => trusted.find((candidate) => same(candidate.key, key));
  const rotations = notes.map(readRotation).filter((rotation) => rotation !== undefined);
  for (const { size, from, to } of rotations.toReversed()) {
    if (!find(to)) continue;
    const before = find(from);
    if (before) before.until = Math.min(before.until, size);
    else trusted.push({ key: from, until: size });
  }
  for (const { size, from, to } of rotations) {
    const before = find(from);
    if (before?.until !== Number.POSITIVE_INFINITY || find(to)) continue;
    before.until = size;
    trusted.push({ key: to, until: Number.POSITIVE_INFINITY });
  }
  return trusted;
};

/** Whether one of the keys has signed a checkpoint, as long as it counted. */
export const isTrusted = (checkpoint: Checkpoint, keys: readonly TrustedKey[]): boolean =>
  keys.some(
    ({ key, until }) =>
      checkpoint.size <= until && checkpoint.origin === key.name && isSignedBy(checkpoint.parsed, key),
  );

const MOST_ROTATIONS = 1_000;
const rotationsSchema = z.object({
  version: z.literal(1),
  rotations: z.array(z.string().max(4_096)).max(MOST_ROTATIONS),
});

const rotationsPath = (directory: string): string => join(directory, 'keys', 'log.rotations');

/**
 * The notes in a file of rotations, such as `keys/log.rotations`; none when there is no file.
 * @throws {GatehouseError} `log-key-invalid` when it is damaged.
 */
export const readRotationFile = async (files: FileLayer, path: string): Promise<string[]> => {
  const bytes = await files.read(path);
  if (!bytes) return [];
  try {
    return rotationsSchema.parse(parseJson(bytes.toString('utf8'), { maxLength: 8_388_608 })).rotations;
  } catch (cause) {
    throw new GatehouseError('log-key-invalid', `${path} is damaged`, {
      remedy: 'Restore it from a backup; without it, verification needs every public key of the log.',
      cause,
    });
  }
};

export const readRotations = (files: FileLayer, directory: string): Promise<string[]> =>
  readRotationFile(files, rotationsPath(directory));

const pendingPath = (directory: string): string => `${rotationsPath(directory)}.pending`;

/** Keeps one more rotation, which counts once its key has taken the place of the old one. */
export const intendRotation = async (files: FileLayer, directory: string, note: string): Promise<void> => {
  const rotations = [...(await readRotations(files, directory)), note];
  const text = `${JSON.stringify({ version: 1, rotations }, null, 2)}\n`;
  await replaceFile(files, pendingPath(directory), Buffer.from(text, 'utf8'), 0o644);
};

/** Finishes or drops a rotation that was interrupted, by which of its keys is there. */
export const finishRotation = async (
  files: FileLayer,
  directory: string,
  current: VerifierKey,
): Promise<void> => {
  const path = pendingPath(directory);
  if (!(await files.exists(path))) return;
  const newest = readRotation((await readRotationFile(files, path)).at(-1) ?? '');
  if (newest && same(newest.to, current)) await files.rename(path, rotationsPath(directory));
  else await files.remove(path);
  await files.syncDirectory(join(directory, 'keys'));
};
