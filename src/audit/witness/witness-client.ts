import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { GatehouseError } from '../../core/index.ts';
import { type Checkpoint, parseCheckpoint } from '../tree/checkpoint.ts';
import { cosignedAt } from '../tree/cosignature.ts';
import {
  COSIGNATURE_V1,
  formatNote,
  type NoteSignature,
  parseNote,
  parseVerifierKey,
  type VerifierKey,
} from '../tree/note.ts';
import { ADD_CHECKPOINT, formatAddCheckpoint, SIZE_TYPE } from './protocol.ts';
import { checkpointPath } from './serve-witness.ts';

/** How to reach a witness, and the key that its cosignatures are checked against. */
export interface WitnessTarget {
  /** Prefix of its paths, `http:` or `https:`. */
  url: string;
  /** Its vkey. */
  key: string;
}

const TIMEOUT = 5_000;
const LONGEST_ANSWER = 1_000_000;

const unavailable = (url: string, why: string, cause?: unknown): GatehouseError =>
  new GatehouseError('witness-unavailable', `the witness ${url} ${why}`, {
    remedy: 'Start the witness, or correct its address.',
    cause,
  });

const readAnswer = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LONGEST_ANSWER) throw new RangeError('the answer is too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

interface Answer {
  status: number;
  type: string;
  body: string;
}

const ask = (base: string, path: string, body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = new URL(base.replace(/\/$/, '') + path);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: body === undefined ? 'GET' : 'POST',
      signal: AbortSignal.timeout(TIMEOUT),
      headers: body === undefined ? {} : { 'content-length': Buffer.byteLength(body) },
    });
    request.on('error', (cause) => reject(unavailable(base, 'cannot be reached', cause)));
    request.on('response', (response) => {
      readAnswer(response).then(
        (text) =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            body: text,
          }),
        (cause: unknown) => reject(unavailable(base, 'stopped in the middle of an answer', cause)),
      );
    });
    request.end(body);
  });

/**
 * The newest checkpoint of a log that a witness remembers, undefined when it never saw one. Nothing is verified here.
 * @throws {GatehouseError} `witness-unavailable`, `proof-invalid`.
 */
export const fetchCheckpoint = async (url: string, origin: string): Promise<Checkpoint | undefined> => {
  const { status, body } = await ask(url, checkpointPath(origin));
  if (status === 404) return undefined;
  if (status !== 200) throw unavailable(url, `answered ${status}`);
  return parseCheckpoint(body);
};

/**
 * The key that a witness says is its own.
 * @throws {GatehouseError} `witness-unavailable`, `proof-invalid`.
 */
export const fetchKey = async (url: string): Promise<VerifierKey> => {
  const { status, body } = await ask(url, '/key');
  if (status !== 200) throw unavailable(url, `answered ${status}`);
  return parseVerifierKey(body);
};

/** What became of a request: cosigned; another size expected; or refused for good. */
export type Submitted =
  | { result: 'cosigned'; lines: NoteSignature[] }
  | { result: 'conflict'; size: number }
  | { result: 'refused'; status: number; why: string };

/** Speaks to one witness. */
export class WitnessClient {
  readonly url: string;
  readonly key: VerifierKey;

  /** @throws {GatehouseError} `proof-invalid` when the key is not the key of a witness. */
  constructor({ url, key }: WitnessTarget) {
    this.url = url;
    this.key = parseVerifierKey(key);
    if (this.key.type !== COSIGNATURE_V1) {
      throw new GatehouseError(
        'proof-invalid',
        `the key given for the witness ${url} is not the key of a witness`,
        {
          remedy: 'Use the line in witness.pub of its directory, or what it answers to GET /key.',
        },
      );
    }
  }

  /**
   * Asks for a cosignature.
   * @throws {GatehouseError} `witness-unavailable` when there is no answer, or one that is not of this protocol.
   */
  async submit(checkpoint: Checkpoint, old: number, proof: readonly Buffer[]): Promise<Submitted> {
    const { status, type, body } = await ask(
      this.url,
      ADD_CHECKPOINT,
      formatAddCheckpoint({ old, proof, note: checkpoint.note }),
    );
    if (status === 200) return { result: 'cosigned', lines: this.#own(checkpoint, body) };
    if (status === 409 && type === SIZE_TYPE && /^\d{1,15}\n$/.test(body)) {
      return { result: 'conflict', size: Number(body) };
    }
    if (status === 403 || status === 404 || status === 422) {
      return { result: 'refused', status, why: body.trim().slice(0, 200) };
    }
    throw unavailable(this.url, `answered ${status}`);
  }

  /** The lines of an answer that carry a valid cosignature of this witness; others are ignored. */
  #own(checkpoint: Checkpoint, body: string): NoteSignature[] {
    let lines: NoteSignature[] = [];
    try {
      lines = parseNote(`${checkpoint.parsed.text}\n${body}`).signatures;
    } catch (cause) {
      throw unavailable(this.url, 'answered with what is not a signature', cause);
    }
    const own = lines.filter(({ name, id }) => name === this.key.name && id === this.key.id);
    const note = formatNote(checkpoint.parsed.text, own);
    if (own.length === 0 || cosignedAt(parseNote(note), this.key) === undefined) {
      throw unavailable(this.url, 'answered with a signature that is not its own');
    }
    return own;
  }
}
