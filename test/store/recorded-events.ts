import {
  EVENT_FIELDS,
  EVENT_TYPES,
  type EventSink,
  type EventType,
  GatehouseError,
  type SecurityEvent,
} from '../../src/core/index.ts';

export interface RecordedEvents extends EventSink {
  readonly all: readonly SecurityEvent[];
  of(type: EventType): readonly SecurityEvent[];
  /** While true, what has to be on disk cannot be written, as with a full disk. */
  broken: boolean;
}

const check = ({ type, fields }: SecurityEvent): void => {
  if (EVENT_TYPES[type] === undefined) throw new TypeError(`no event type ${type}`);
  for (const [name, value] of Object.entries(fields)) {
    const field = EVENT_FIELDS[name as keyof typeof EVENT_FIELDS];
    if (field === undefined || field.tag === 'never') throw new TypeError(`${type} may not carry ${name}`);
    if (value !== undefined) field.schema.parse(value);
  }
};

/** Keeps every event in memory, and refuses any that the schema of the log would refuse. */
export const recordedEvents = (): RecordedEvents => {
  const all: SecurityEvent[] = [];
  const sink: RecordedEvents = {
    all,
    broken: false,
    of: (type) => all.filter((event) => event.type === type),
    record: async (event) => {
      check(event);
      if (sink.broken && EVENT_TYPES[event.type].durability === 'sync') {
        throw new GatehouseError('log-unavailable', 'the log cannot be written');
      }
      all.push(event);
      return undefined;
    },
  };
  return sink;
};
