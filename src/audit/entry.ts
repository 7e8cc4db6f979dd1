import { z } from 'zod';
import {
  type EventFields,
  type EventReceipt,
  type EventType,
  type FieldName,
  GatehouseError,
  type Outcome,
  parseJson,
} from '../core/index.ts';
import type { PreparedEvent } from './event-values.ts';
import { openValues, sealValues } from './openings.ts';

/** Longest entry in bytes (C2SP tlog-tiles v0.1: entry bundles carry 16-bit lengths). */
export const LONGEST_ENTRY = 65_535;

/** One event of the log as readers get it. */
export interface LogEntry extends EventReceipt {
  /** Milliseconds since the epoch, as the clock of the machine stood. */
  time: number;
  type: EventType;
  outcome: Outcome;
  /** Public fields and those personal ones that were not erased. */
  fields: EventFields;
  /** Names of the personal fields whose values were erased. */
  erased: FieldName[];
}

/** The bytes of an entry: `entry` is what the tree commits to, `openings` can be erased later. */
export interface EncodedEntry {
  receipt: EventReceipt;
  time: number;
  entry: Buffer;
  openings: Buffer;
}

const VERSION = 1;

const inOrder = (values: Record<string, unknown>): Record<string, unknown> => {
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(values).sort()) ordered[name] = values[name];
  return ordered;
};

/** Gives an event its place in the log and turns it into canonical bytes (RFC 8785). */
export const encodeEntry = (event: PreparedEvent, receipt: EventReceipt, time: number): EncodedEntry => {
  const { commitments, bytes } = sealValues(event.personal);
  // RFC 8785 in one call: every object here has its keys in order, and no value holds an object.
  const text = JSON.stringify({
    fields: inOrder(event.public),
    id: receipt.id,
    instance: receipt.instance,
    outcome: event.outcome,
    personal: commitments,
    sequence: receipt.sequence,
    time,
    type: event.type,
    v: VERSION,
  });
  const entry = Buffer.from(text, 'utf8');
  if (entry.length > LONGEST_ENTRY) {
    throw new GatehouseError(
      'event-invalid',
      `an event of ${entry.length} bytes is longer than the log allows`,
      {
        remedy: 'Record less in one event.',
      },
    );
  }
  return { receipt, time, entry, openings: bytes };
};

const committed = z.object({
  v: z.literal(VERSION),
  id: z.string().max(64),
  instance: z.string().max(64),
  sequence: z.int().nonnegative(),
  time: z.int(),
  type: z.string().max(64),
  outcome: z.enum(['success', 'failure', 'refused']),
  fields: z.record(z.string(), z.unknown()),
  personal: z.record(z.string(), z.string().max(64)),
});

/** The bytes that the tree commits to, read back. Types and fields of later versions come through as they are. */
export type CommittedEntry = z.infer<typeof committed>;

/**
 * Reads the committed bytes of an entry.
 * @throws {GatehouseError} `log-damaged` when they are not an entry.
 */
export const parseCommitted = (entry: Uint8Array): CommittedEntry => {
  try {
    return committed.parse(parseJson(Buffer.from(entry).toString('utf8')));
  } catch (cause) {
    throw new GatehouseError('log-damaged', 'the bytes of a log entry are not an entry', {
      remedy: 'Run gatehouse audit verify to see which entries are affected.',
      cause,
    });
  }
};

/** Joins the committed bytes of an entry with the personal values that are still there. */
export const decodeEntry = (entry: Uint8Array, openings: Uint8Array): LogEntry => {
  const { v: _, fields, personal, type, ...rest } = parseCommitted(entry);
  const values: Record<string, unknown> = { ...fields };
  const erased = new Set(Object.keys(personal));
  for (const { name, value } of openValues(openings)) {
    if (value === undefined || !erased.delete(name)) continue;
    values[name] = value;
  }
  return {
    ...rest,
    type: type as EventType,
    fields: values as EventFields,
    erased: [...erased] as FieldName[],
  };
};
