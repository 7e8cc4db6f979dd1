import { EVENT_TYPES, GatehouseError } from '../../core/index.ts';
import type { LogEntry } from '../entry.ts';
import { jsonLine } from '../printable.ts';

/** Where a collector takes logs over OTLP/HTTP. */
export interface OtlpTarget {
  /** Such as `https://collector:4318`; `/v1/logs` is added unless the path ends in it. */
  url: string;
  /** Headers that the collector asks for. */
  headers?: Record<string, string>;
}

// SeverityNumber of OpenTelemetry by severity of OCSF: INFO, INFO2, WARN, ERROR, FATAL.
const SEVERITIES = [9, 9, 10, 13, 17, 21];

type AnyValue = { stringValue: string } | { intValue: string } | { arrayValue: { values: AnyValue[] } };

const anyValue = (value: unknown): AnyValue => {
  // 64-bit integers are strings in the JSON of protobuf.
  if (typeof value === 'number') return { intValue: String(value) };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { stringValue: String(value) };
};

const attributes = (values: Record<string, unknown>): { key: string; value: AnyValue }[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));

const isKnown = (type: string): type is keyof typeof EVENT_TYPES => Object.hasOwn(EVENT_TYPES, type);

const record = (entry: LogEntry): Record<string, unknown> => {
  const { id, sequence, time, type, outcome, fields } = entry;
  const definition = isKnown(type) ? EVENT_TYPES[type] : undefined;
  const severity = definition?.severity ?? 1;
  const own = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`gatehouse.${name}`, value]));
  return {
    timeUnixNano: `${time}000000`,
    observedTimeUnixNano: `${time}000000`,
    severityNumber: SEVERITIES[severity] ?? 9,
    severityText: outcome,
    eventName: type,
    body: { stringValue: definition?.says ?? type },
    attributes: attributes({
      'event.name': type,
      'event.id': id,
      'gatehouse.sequence': sequence,
      'gatehouse.outcome': outcome,
      ...own,
    }),
  };
};

/** A request of OTLP/HTTP in its JSON encoding (ExportLogsServiceRequest of OTLP 1). */
export const otlpRequest = (entries: readonly LogEntry[]): string => {
  const instance = entries[0]?.instance ?? '';
  return jsonLine({
    resourceLogs: [
      {
        resource: {
          attributes: attributes({ 'service.name': 'gatehouse', 'service.instance.id': instance }),
        },
        scopeLogs: [{ scope: { name: 'gatehouse.log' }, logRecords: entries.map(record) }],
      },
    ],
  });
};

const TIMEOUT = 10_000;

/**
 * Sends entries to a collector.
 * @throws {GatehouseError} `export-failed` when it does not take all of them.
 */
export const sendOtlp = async (
  { url, headers = {} }: OtlpTarget,
  entries: readonly LogEntry[],
): Promise<void> => {
  const address = /\/v1\/logs$/.test(url) ? url : `${url.replace(/\/$/, '')}/v1/logs`;
  const failed = (why: string, cause?: unknown): GatehouseError =>
    new GatehouseError('export-failed', `the collector ${address} ${why}`, {
      remedy:
        'Check its address and that it takes OTLP over HTTP. Nothing is skipped: it is tried again from there.',
      cause,
    });
  let response: Response;
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: otlpRequest(entries),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch (cause) {
    throw failed('cannot be reached', cause);
  }
  const text = await response.text();
  if (response.status !== 200) throw failed(`answered ${response.status}`);
  if (/"rejectedLogRecords":\s*"?[1-9]/.test(text)) throw failed('did not take all of them');
};
