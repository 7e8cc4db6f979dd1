import { type Clock, systemClock } from '../../core/index.ts';
import { diskFiles } from '../files.ts';
import { formatVerifierKey } from '../tree/note.ts';
import { serveWitness } from './serve-witness.ts';
import { Witness } from './witness.ts';

export interface RunWitnessOptions {
  directory: string;
  host: string;
  /** 0 for a free one. */
  port: number;
  name?: string;
  /** Public keys (vkeys) of logs to trust, beside those that the directory knows. */
  logs?: readonly string[];
  /** Notes by which a log that is known took another key. */
  rotations?: readonly string[];
  clock?: Clock;
}

/** A witness that answers. */
export interface RunningWitness {
  url: string;
  /** Its public key (a vkey). */
  key: string;
  /** Names of the logs that it knows. */
  origins: readonly string[];
  /** Trusts one more log, by its vkey. */
  trust(log: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a witness's directory and answers for it.
 * @throws {GatehouseError} `log-locked`, `log-damaged`, `log-key-invalid`, `usage`; the system's error when the
 * address cannot be listened on.
 */
export const runWitness = async (options: RunWitnessOptions): Promise<RunningWitness> => {
  const { host, port, clock = systemClock, ...rest } = options;
  const witness = await Witness.open({ ...rest, clock, files: diskFiles });
  try {
    const server = await serveWitness(witness, host, port);
    return {
      url: server.url,
      key: formatVerifierKey(witness.key),
      origins: witness.origins,
      trust: (log) => witness.trust(log),
      async close() {
        await server.close();
        await witness.close();
      },
    };
  } catch (error) {
    await witness.close();
    throw error;
  }
};
