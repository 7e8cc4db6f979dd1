import type { EventType, Outcome } from '../../core/index.ts';

/** What a log knows of itself, for metrics. */
export interface LogState {
  entries: number;
  signed: number;
  waiting: number;
  lost: number;
  witnesses: { url: string; size: number; silent: boolean }[];
}

/** Counts events by type and outcome: both have few values, so this stays small whatever happens. */
export class EventCounts {
  readonly #counts = new Map<string, { type: EventType; outcome: Outcome; count: number }>();

  add(type: EventType, outcome: Outcome, count: number): void {
    const key = `${type} ${outcome}`;
    const known = this.#counts.get(key);
    if (known) known.count += count;
    else this.#counts.set(key, { type, outcome, count });
  }

  *[Symbol.iterator](): Iterator<{ type: EventType; outcome: Outcome; count: number }> {
    yield* this.#counts.values();
  }
}

const label = (value: string): string =>
  value.replace(/["\\\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));

const metric = (
  name: string,
  kind: 'counter' | 'gauge',
  help: string,
  samples: readonly string[],
): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${kind}`,
  ...samples.map((sample) => `${name}${sample}`),
];

/** The log in the text format of Prometheus (version 0.0.4). */
export const formatMetrics = (counts: EventCounts, state: LogState): string => {
  const events = [...counts].map(
    ({ type, outcome, count }) => `{type="${type}",outcome="${outcome}"} ${count}`,
  );
  const witnesses = state.witnesses.map(({ url, size, silent }) => ({
    at: `{witness="${label(url)}"}`,
    size,
    silent,
  }));
  const lines = [
    ...metric(
      'gatehouse_events_total',
      'counter',
      'Events since the gate started, by type and outcome.',
      events,
    ),
    ...metric('gatehouse_log_entries', 'gauge', 'Entries in the security log.', [` ${state.entries}`]),
    ...metric('gatehouse_log_signed_entries', 'gauge', 'Entries that a checkpoint covers.', [
      ` ${state.signed}`,
    ]),
    ...metric('gatehouse_log_waiting_events', 'gauge', 'Events that wait for the disk.', [
      ` ${state.waiting}`,
    ]),
    ...metric(
      'gatehouse_log_unrecorded_events',
      'gauge',
      'Events lost since the disk failed, not on record yet.',
      [` ${state.lost}`],
    ),
    ...metric(
      'gatehouse_log_witnessed_entries',
      'gauge',
      'Entries that a witness has cosigned.',
      witnesses.map(({ at, size }) => `${at} ${size}`),
    ),
    ...metric(
      'gatehouse_log_witness_up',
      'gauge',
      'Whether a witness answered when it was last asked.',
      witnesses.map(({ at, silent }) => `${at} ${silent ? 0 : 1}`),
    ),
  ];
  return `${lines.join('\n')}\n`;
};
