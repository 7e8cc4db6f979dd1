import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type GatehouseError, isGatehouseError, parseJson, sha256 } from '../../core/index.ts';
import type { LogEntry } from '../entry.ts';
import { diskFiles, replaceFile } from '../files.ts';
import { logPaths, readDescription } from '../log-home.ts';
import { readSecurityLog } from '../read-security-log.ts';
import { type OtlpTarget, sendOtlp } from './otlp.ts';
import {
  connectSyslog,
  type SyslogConnection,
  type SyslogTarget,
  syslogCheckpoint,
  syslogMessage,
} from './syslog.ts';

/** Where entries go as they come. */
export type ForwardTarget = ({ kind: 'syslog' } & SyslogTarget) | ({ kind: 'otlp' } & OtlpTarget);

export interface ForwardOptions {
  directory: string;
  target: ForwardTarget;
  /** Ends the forwarding. */
  signal: AbortSignal;
  /** Told when the receiver fails, once until it works again. */
  warn(error: GatehouseError): void;
  /** Milliseconds until a receiver that failed is tried again; default 5,000. */
  retryAfter?: number;
}

const MOST_AT_ONCE = 200;
/** Entries are sent when so many wait, or none has come for this many milliseconds. */
const PAUSE = 200;

const cursorSchema = z.object({ next: z.int().nonnegative() });

interface Sender {
  send(entries: readonly LogEntry[]): Promise<void>;
  close(): Promise<void>;
}

class SyslogSender implements Sender {
  readonly #target: SyslogTarget;
  readonly #checkpoint: string;
  #connection: SyslogConnection | undefined;
  #anchored = '';

  constructor(target: SyslogTarget, checkpoint: string) {
    this.#target = target;
    this.#checkpoint = checkpoint;
  }

  async send(entries: readonly LogEntry[]): Promise<void> {
    this.#connection ??= await connectSyslog(this.#target);
    const messages = entries.map((entry) => syslogMessage(entry, hostname()));
    const note = (await diskFiles.read(this.#checkpoint))?.toString('utf8') ?? '';
    if (note !== '' && note !== this.#anchored) messages.push(syslogCheckpoint(note, hostname(), Date.now()));
    try {
      await this.#connection.send(messages);
      this.#anchored = note;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }
}

const senderOf = (target: ForwardTarget, checkpoint: string): Sender =>
  target.kind === 'syslog'
    ? new SyslogSender(target, checkpoint)
    : { send: (entries) => sendOtlp(target, entries), close: async () => undefined };

const nameOf = (target: ForwardTarget): string =>
  sha256(target.kind === 'syslog' ? `syslog ${target.host}:${target.port}` : `otlp ${target.url}`)
    .toString('hex')
    .slice(0, 16);

/** Parts a stream into pieces: full ones, and what came before a pause. */
async function* inPieces(entries: AsyncIterator<LogEntry>): AsyncGenerator<LogEntry[]> {
  let piece: LogEntry[] = [];
  let coming = entries.next();
  try {
    for (;;) {
      const found = await Promise.race([
        coming,
        sleep(piece.length === 0 ? 60_000 : PAUSE, undefined, { ref: false }),
      ]);
      if (found === undefined) {
        if (piece.length > 0) yield piece;
        piece = [];
        continue;
      }
      if (found.done) break;
      piece.push(found.value);
      if (piece.length === MOST_AT_ONCE) {
        yield piece;
        piece = [];
      }
      coming = entries.next();
    }
    if (piece.length > 0) yield piece;
  } finally {
    // Lets the journal's file go. A question that is still open ends with the signal, so it is not waited for.
    entries.return?.().catch(() => undefined);
  }
}

/**
 * Sends every entry to a receiver, in order and at least once, until the signal aborts. How far it came is kept beside
 * the log, so a later run goes on there; the log itself is the buffer while the receiver is away.
 * @throws {GatehouseError} `log-not-found`, `log-damaged`.
 */
export const forwardLog = async (options: ForwardOptions): Promise<void> => {
  const { directory, target, signal, warn, retryAfter = 5_000 } = options;
  const paths = logPaths(directory);
  await readDescription(diskFiles, paths);
  const cursors = join(paths.root, 'forwarded');
  await diskFiles.makeDirectory(cursors);
  const path = join(cursors, `${nameOf(target)}.json`);
  const saved = await diskFiles.read(path);
  const from = saved ? cursorSchema.parse(parseJson(saved.toString('utf8'))).next : 0;
  const sender = senderOf(target, paths.checkpoint);
  let warned = false;
  try {
    for await (const piece of inPieces(readSecurityLog(directory, { from }, { signal }))) {
      for (;;) {
        try {
          await sender.send(piece);
          warned = false;
          break;
        } catch (error) {
          if (!isGatehouseError(error)) throw error;
          if (!warned) warn(error);
          warned = true;
          if (signal.aborted) return;
          await sleep(retryAfter, undefined, { signal }).catch(() => undefined);
        }
      }
      const next = (piece.at(-1)?.sequence ?? from) + 1;
      await replaceFile(diskFiles, path, Buffer.from(`${JSON.stringify({ next })}\n`, 'utf8'));
    }
  } finally {
    await sender.close();
  }
};
