// Durable events a second of the security log beside plain append + fdatasync and SQLite with one commit an event, in
// rounds that take turns; then the rate of verification, and questions to a log of many entries.
import { fdatasync, mkdirSync, openSync, write } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';
import { openSecurityLog, verifySecurityLog } from '../src/audit/index.ts';
import { type SecurityEvent, systemClock } from '../src/core/index.ts';
import { type GateRow, measureGate } from './audit-gate.ts';
import { ratioOf, type Spread, spreadOf } from './statistics.ts';

const writeAsync = promisify(write);
const syncAsync = promisify(fdatasync);

/** Makes one event durable. */
interface Subject {
  name: string;
  keep(i: number): Promise<unknown>;
  close(): Promise<void>;
}

const event = (i: number): SecurityEvent => ({
  type: 'session.ended',
  outcome: 'success',
  fields: {
    actor: `per_${i % 1_000}`,
    session: `ses_${i}`,
    app: 'sales',
    name: `person ${i % 1_000}`,
    address: '192.0.2.7',
  },
});

const plainAppend = async (directory: string, name: string): Promise<Subject> => {
  const file = openSync(join(directory, `${name}.log`), 'a');
  return {
    name,
    keep: async (i) => {
      await writeAsync(file, Buffer.from(`${JSON.stringify(event(i))}\n`));
      await syncAsync(file);
    },
    close: async () => undefined,
  };
};

const sqlite = async (directory: string): Promise<Subject> => {
  const database = new DatabaseSync(join(directory, 'plain.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE events (id INTEGER PRIMARY KEY, event TEXT)',
  );
  const insert = database.prepare('INSERT INTO events (event) VALUES (?)');
  return {
    name: 'SQLite (WAL, synchronous = FULL), one commit an event',
    keep: async (i) => insert.run(JSON.stringify(event(i))),
    close: async () => database.close(),
  };
};

const gatehouse = async (directory: string): Promise<Subject> => {
  const log = await openSecurityLog({ directory: join(directory, 'gatehouse'), clock: systemClock });
  return { name: 'Gatehouse', keep: (i) => log.record(event(i)), close: () => log.close() };
};

let counter = 0;

/** Events a second with so many writers, each of which waits for its event before the next. */
const rate = async (subject: Subject, writers: number, milliseconds: number): Promise<number> => {
  const start = performance.now();
  let done = 0;
  const work = async () => {
    while (performance.now() - start < milliseconds) {
      await subject.keep(counter++);
      done++;
    }
  };
  await Promise.all(Array.from({ length: writers }, work));
  return (done / (performance.now() - start)) * 1_000;
};

interface WriteRow {
  writers: number;
  subject: string;
  eventsPerSecond: Spread;
  /** Times the rate of SQLite with one commit an event, round by round. */
  timesSqlite: Spread;
}

const measureWrites = async (rounds: number, milliseconds: number): Promise<WriteRow[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'gatehouse-bench-audit-'));
  const baseline = await sqlite(directory);
  const subjects = [
    await plainAppend(directory, 'append + fdatasync'),
    await plainAppend(directory, 'append + fdatasync again'),
    baseline,
    await gatehouse(directory),
  ];
  const rows: WriteRow[] = [];
  try {
    for (const writers of [1, 8, 64]) {
      const samples = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
      for (let round = 0; round <= rounds; round++) {
        for (let i = 0; i < subjects.length; i++) {
          const subject = subjects[(i + round) % subjects.length];
          if (!subject) continue;
          const measured = await rate(subject, writers, milliseconds);
          // The first round warms up.
          if (round > 0) samples.get(subject.name)?.push(measured);
        }
      }
      for (const [subject, values] of samples) {
        const timesSqlite = ratioOf(values, samples.get(baseline.name) ?? []);
        rows.push({ writers, subject, eventsPerSecond: spreadOf(values), timesSqlite });
      }
    }
    return rows;
  } finally {
    for (const subject of subjects) await subject.close();
    await rm(directory, { recursive: true, force: true });
  }
};

interface LargeLog {
  entries: number;
  /** Events a second recorded, and growth of resident memory meanwhile, in MiB. */
  recordedPerSecond: number;
  recordMemory: number;
  /** Seconds until the index covers all of it. */
  indexed: number;
  entriesPerSecondVerified: Spread;
  /** Growth of resident memory while verifying, in MiB. */
  verifyMemory: number;
  /** Milliseconds of a question by person and time, newest 50. */
  question: Spread;
}

const measureLarge = async (entries: number): Promise<LargeLog> => {
  const root = await mkdtemp(join(tmpdir(), 'gatehouse-bench-audit-'));
  const directory = join(root, 'data');
  mkdirSync(directory);
  const log = await openSecurityLog({ directory, clock: systemClock });
  const from = Date.now();
  const mebibytes = () => process.memoryUsage.rss() / 1_048_576;
  const atStart = mebibytes();
  let recordMemory = 0;
  try {
    for (let i = 0; i < entries; ) {
      const some: Promise<unknown>[] = [];
      for (let j = 0; j < 1_000 && i < entries; j++) some.push(log.record(event(i++)));
      await Promise.all(some);
      recordMemory = Math.max(recordMemory, mebibytes() - atStart);
    }
    const to = Date.now();
    await log.checkpoint();
    // The index follows the journal; a question is asked once it has caught up.
    while (!(await indexed(directory, entries))) await new Promise((resolve) => setTimeout(resolve, 500));
    const indexedAfter = (Date.now() - from) / 1_000;
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      const start = performance.now();
      let found = 0;
      const since = from + ((to - from) * (i % 10)) / 20;
      for await (const _ of log.query({ person: `per_${(i * 37) % 1_000}`, since, until: to, limit: 50 }))
        found++;
      if (found > 0) times.push(performance.now() - start);
    }
    await log.close();
    const speeds: number[] = [];
    const before = mebibytes();
    let most = before;
    for (let i = 0; i < 5; i++) {
      const start = process.cpuUsage();
      const report = await verifySecurityLog({
        directory,
        progress: () => (most = Math.max(most, mebibytes())),
      });
      const used = process.cpuUsage(start);
      if (report.verdict !== 'sound') throw new Error(JSON.stringify(report));
      // Of processor time, not of the clock: the rate of one core, whatever else the machine does.
      speeds.push(entries / ((used.user + used.system) / 1_000_000));
    }
    return {
      entries,
      recordedPerSecond: entries / ((to - from) / 1_000),
      recordMemory,
      indexed: indexedAfter,
      entriesPerSecondVerified: spreadOf(speeds),
      verifyMemory: most - before,
      question: spreadOf(times),
    };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
};

const indexed = async (directory: string, entries: number): Promise<boolean> => {
  const database = new DatabaseSync(join(directory, 'log', 'index.db'), { readOnly: true });
  try {
    return Number(database.prepare("SELECT value FROM meta WHERE key = 'size'").get()?.['value']) >= entries;
  } finally {
    database.close();
  }
};

export interface AuditReport {
  writes?: WriteRow[];
  gate?: GateRow[];
  large?: LargeLog;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en');

const printWrites = (writes: readonly WriteRow[]): void => {
  console.table(
    writes.map(({ writers, subject, eventsPerSecond: { median, low, high }, timesSqlite }) => ({
      writers,
      subject,
      'durable events/s': whole(median),
      quartiles: `${whole(low)} to ${whole(high)}`,
      'times SQLite': timesSqlite.median.toFixed(2),
    })),
  );
};

const printLarge = (large: LargeLog): void => {
  console.table([
    {
      entries: whole(large.entries),
      'recorded/s': whole(large.recordedPerSecond),
      'memory of recording, MiB': large.recordMemory.toFixed(0),
      'indexed after, s': large.indexed.toFixed(0),
      'verified/s a core': whole(large.entriesPerSecondVerified.median),
      'memory of verifying, MiB': large.verifyMemory.toFixed(0),
      'question by person and time, ms': large.question.median.toFixed(1),
      'slower quartile, ms': large.question.high.toFixed(1),
    },
  ]);
};

const printGate = (rows: readonly GateRow[]): void => {
  console.table(
    rows.map(({ log, requestsPerSecond, p50, p99, timesOff }) => ({
      'gate, 100 events a second': log,
      'requests/s': whole(requestsPerSecond.median),
      'p50 ms': p50.median.toFixed(2),
      'p99 ms': p99.median.toFixed(2),
      quartiles: `${p99.low.toFixed(2)} to ${p99.high.toFixed(2)}`,
      'p99 times off': timesOff.median.toFixed(2),
    })),
  );
};

const PARTS = ['writes', 'gate', 'large'] as const;
type Part = (typeof PARTS)[number];

export interface AuditBenchOptions {
  rounds?: number;
  milliseconds?: number;
  /** Length of the log that is verified and asked. */
  entries?: number;
  parts?: readonly Part[];
}

/** Prints what was measured as tables and returns it. */
export const run = async ({
  rounds = 15,
  milliseconds = 300,
  entries = 1_000_000,
  parts = PARTS,
}: AuditBenchOptions = {}): Promise<AuditReport> => {
  const report: AuditReport = {};
  if (parts.includes('writes')) {
    report.writes = await measureWrites(rounds, milliseconds);
    printWrites(report.writes);
  }
  if (parts.includes('gate')) {
    report.gate = await measureGate(rounds, 2);
    printGate(report.gate);
  }
  if (parts.includes('large')) {
    report.large = await measureLarge(entries);
    printLarge(report.large);
  }
  return report;
};

/** `node bench/audit.ts [--quick] [--entries N] [--rounds N] [--part writes|gate|large]`. The part `gate` needs wrk. */
if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      entries: { type: 'string' },
      rounds: { type: 'string' },
      part: { type: 'string', multiple: true },
    },
  });
  const number = z.coerce.number().int().positive();
  await run({
    rounds: number.parse(values.rounds ?? (values.quick ? 3 : 15)),
    entries: number.parse(values.entries ?? (values.quick ? 50_000 : 1_000_000)),
    parts: z.array(z.enum(PARTS)).parse(values.part ?? PARTS),
  });
}
