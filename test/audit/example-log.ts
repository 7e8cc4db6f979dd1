// A log of 600 events with a witness, made by the real thing, for tests to damage.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFiles } from '../../src/audit/files.ts';
import { openSecurityLog, type SecurityLog } from '../../src/audit/index.ts';
import { formatVerifierKey } from '../../src/audit/tree/note.ts';
import { serveWitness } from '../../src/audit/witness/serve-witness.ts';
import { Witness } from '../../src/audit/witness/witness.ts';
import { systemClock } from '../../src/core/index.ts';

export interface ExampleLog {
  /** Holds data directory, witness directory and whatever a test adds. */
  root: string;
  data: string;
  witness: string;
  remove(): void;
}

/** Events about six people, one in ten a failure with an address. */
export const recordEvents = async (log: SecurityLog, from: number, to: number): Promise<void> => {
  const done: Promise<unknown>[] = [];
  for (let i = from; i < to; i++) {
    const person = `person ${i % 6}`;
    done.push(
      log.record({
        type: 'signin.succeeded',
        outcome: 'success',
        fields: { actor: `per_${i % 6}`, session: `ses_${i}`, name: person, address: `192.0.2.${i % 250}` },
      }),
    );
    // A few at a time, so that the journal has many batches.
    if (done.length === 5) await Promise.all(done.splice(0));
  }
  await Promise.all(done);
};

/** Opens a witness for as long as `use` runs. */
export const withWitness = async <T>(
  directory: string,
  log: SecurityLog,
  use: (target: { url: string; key: string }) => Promise<T>,
): Promise<T> => {
  const witness = await Witness.open({
    directory,
    logs: [log.publicKey],
    clock: systemClock,
    files: diskFiles,
  });
  const server = await serveWitness(witness, '127.0.0.1', 0);
  try {
    return await use({ url: server.url, key: formatVerifierKey(witness.key) });
  } finally {
    await server.close();
    await witness.close();
  }
};

/** `checkpoints` are the numbers of entries at which the log signs; the last one also goes to the witness. */
export const makeLog = async (
  name = 'gate-1',
  count = 600,
  checkpoints = [100, 250, 400],
): Promise<ExampleLog> => {
  const root = mkdtempSync(join(tmpdir(), 'gatehouse-audit-'));
  const [data, witness] = [join(root, 'data'), join(root, 'witness')];
  const log = await openSecurityLog({
    directory: data,
    clock: systemClock,
    instance: name,
    limits: { checkpointEvery: 3_600_000 },
  });
  let from = 0;
  for (const to of checkpoints) {
    await recordEvents(log, from, to);
    await log.checkpoint();
    from = to;
  }
  await recordEvents(log, from, count);
  await withWitness(witness, log, async (target) => {
    await log.addWitness(target);
    await log.close();
  });
  return { root, data, witness, remove: () => rmSync(root, { recursive: true, force: true }) };
};
