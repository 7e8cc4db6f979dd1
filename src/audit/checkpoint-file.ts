import { dirname } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../core/index.ts';
import { type FileLayer, type LogFile, putDerived, writeFully } from './files.ts';
import { type Checkpoint, parseCheckpoint } from './tree/checkpoint.ts';

const CHUNK = 65_536;
const LONGEST_LINE = 131_072;
const NEWLINE = 0x0a;

const lineSchema = z.object({ time: z.int().nonnegative(), note: z.string() });

/** One line of the file of checkpoints. `time` (milliseconds since the epoch) is what the log's clock said. */
export interface KeptCheckpoint {
  checkpoint: Checkpoint;
  time: number;
  /** Bytes from the start of the file to the end of the line. */
  end: number;
}

/** A line that is not a checkpoint: damage, or at the very end what an interrupted write left. */
export interface UnreadableLine {
  checkpoint: undefined;
  end: number;
}

const readLine = (line: string, end: number): KeptCheckpoint | UnreadableLine => {
  try {
    const { time, note } = lineSchema.parse(parseJson(line, { maxLength: LONGEST_LINE, maxDepth: 4 }));
    return { checkpoint: parseCheckpoint(note), time, end };
  } catch {
    return { checkpoint: undefined, end };
  }
};

/** Every checkpoint in a file of them, from byte `from` on, oldest first. Holds one chunk in memory at a time. */
export async function* readCheckpoints(
  files: FileLayer,
  path: string,
  from = 0,
): AsyncGenerator<KeptCheckpoint | UnreadableLine> {
  if (!(await files.exists(path))) return;
  const file = await files.open(path, 'read');
  try {
    let rest: Buffer = Buffer.alloc(0);
    let start = from;
    for (;;) {
      const chunk = await file.read(start + rest.length, CHUNK);
      const bytes = Buffer.concat([rest, chunk]);
      let used = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, used)) {
        yield readLine(bytes.toString('utf8', used, end), start + end + 1);
        used = end + 1;
      }
      rest = bytes.subarray(used);
      start += used;
      if (chunk.length === 0 || rest.length > LONGEST_LINE) {
        if (rest.length > 0) yield { checkpoint: undefined, end: start + rest.length };
        return;
      }
    }
  } finally {
    await file.close();
  }
}

/** The newest checkpoint of a file, and where the next one goes. */
export interface NewestCheckpoint {
  newest: KeptCheckpoint | undefined;
  /** Bytes of the file that hold whole lines. */
  end: number;
}

/** Finds the newest checkpoint by reading the end of the file, or all of it when the end is damaged. */
export const findNewest = async (files: FileLayer, path: string): Promise<NewestCheckpoint> => {
  const size = (await files.exists(path)) ? await sizeOf(files, path) : 0;
  for (const from of [Math.max(0, size - LONGEST_LINE), 0]) {
    let newest: KeptCheckpoint | undefined;
    let end = 0;
    for await (const line of readCheckpoints(files, path, from)) {
      if (!line.checkpoint) continue;
      newest = line;
      end = line.end;
    }
    if (newest || from === 0) return { newest, end };
  }
  return { newest: undefined, end: 0 };
};

const sizeOf = async (files: FileLayer, path: string): Promise<number> => {
  const file = await files.open(path, 'read');
  try {
    return await file.size();
  } finally {
    await file.close();
  }
};

/** Appends checkpoints to the file that keeps them all, and puts the newest where tlog-tiles asks for it. */
export class CheckpointFile {
  readonly #files: FileLayer;
  readonly #paths: { checkpoint: string | undefined; checkpoints: string };
  #end: number;
  #file: LogFile | undefined;

  /** `checkpoint` is where the newest one is put as well, if anywhere; `end` comes from {@link findNewest}. */
  constructor(files: FileLayer, paths: { checkpoint: string | undefined; checkpoints: string }, end: number) {
    this.#files = files;
    this.#paths = paths;
    this.#end = end;
  }

  /** Resolves when the checkpoint survives a loss of power. What fails changes nothing. */
  async append(note: string, time: number): Promise<void> {
    const line = Buffer.from(`${JSON.stringify({ time, note })}\n`, 'utf8');
    const opened = this.#file;
    const file = opened ?? (await this.#files.open(this.#paths.checkpoints, 'write', 0o644));
    this.#file = file;
    try {
      if (!opened) await this.#files.syncDirectory(dirname(this.#paths.checkpoints));
      // What an interrupted write left behind this place goes first.
      await file.truncate(this.#end);
      await writeFully(file, line, this.#end);
      await file.sync();
    } catch (error) {
      this.#file = undefined;
      await file.close();
      throw error;
    }
    this.#end += line.length;
    const { checkpoint } = this.#paths;
    if (checkpoint !== undefined) await putDerived(this.#files, checkpoint, Buffer.from(note, 'utf8'), false);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
