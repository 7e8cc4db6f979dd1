import { connect, type TLSSocket } from 'node:tls';
import { EVENT_TYPES, GatehouseError } from '../../core/index.ts';
import type { LogEntry } from '../entry.ts';
import { jsonLine } from '../printable.ts';

/** Where a syslog receiver listens for TLS (RFC 5425). */
export interface SyslogTarget {
  host: string;
  /** 6514 unless it is said. */
  port: number;
  /** Certificates (PEM) of authorities to trust instead of the system's. */
  ca?: string;
  /** Own certificate and key (PEM), where the receiver asks for one. */
  certificate?: string;
  key?: string;
}

/** Facility 13, log audit (RFC 5424 section 6.2.1). */
const FACILITY = 13;
// Severity of syslog by severity of OCSF: informational, low, medium, high, critical.
const SEVERITIES = [6, 6, 5, 4, 3, 2];
// Private enterprise numbers: 32473 is the one for documentation (RFC 5612), as this project has none.
const DATA_ID = 'gatehouse@32473';

/** A parameter of structured data: `"`, `\` and `]` are escaped (RFC 5424 section 6.3.3), controls are gone before. */
const parameter = (name: string, value: string | number): string =>
  `${name}="${String(value).replace(/["\\\]]/g, (sign) => `\\${sign}`)}"`;

const headerWord = (text: string, longest: number): string =>
  text.replace(/[^\x21-\x7e]/g, '-').slice(0, longest) || '-';

const isKnown = (type: string): type is keyof typeof EVENT_TYPES => Object.hasOwn(EVENT_TYPES, type);

/** An entry as one syslog message (RFC 5424): ids in structured data, all of it as JSON in the message. */
export const syslogMessage = (entry: LogEntry, host: string): string => {
  const { id, instance, sequence, time, type, outcome } = entry;
  const severity = SEVERITIES[isKnown(type) ? EVENT_TYPES[type].severity : 1] ?? 6;
  const data = [
    parameter('id', id),
    parameter('instance', instance),
    parameter('sequence', sequence),
    parameter('outcome', outcome),
  ];
  const header = `<${FACILITY * 8 + severity}>1 ${new Date(time).toISOString()} ${headerWord(host, 255)} gatehouse ${process.pid} ${headerWord(type, 32)}`;
  return `${header} [${DATA_ID} ${data.join(' ')}] \ufeff${jsonLine(entry)}`;
};

/** A checkpoint as a syslog message: whoever keeps the messages is an anchor against roll-back. */
export const syslogCheckpoint = (note: string, host: string, time: number): string => {
  const header = `<${FACILITY * 8 + 5}>1 ${new Date(time).toISOString()} ${headerWord(host, 255)} gatehouse ${process.pid} checkpoint`;
  return `${header} - \ufeff${jsonLine({ checkpoint: note })}`;
};

/** A frame of RFC 5425: the length in bytes, a space, the message. No value can end it early. */
export const frame = (message: string): Buffer => {
  const bytes = Buffer.from(message, 'utf8');
  return Buffer.concat([Buffer.from(`${bytes.length} `, 'latin1'), bytes]);
};

const TIMEOUT = 10_000;

/** A connection to a receiver whose certificate was verified. */
export interface SyslogConnection {
  /** Resolves when the system has taken the messages; syslog has no answer that says more. */
  send(messages: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

const unavailable = ({ host, port }: SyslogTarget, cause: unknown): GatehouseError =>
  new GatehouseError(
    'export-failed',
    `the syslog receiver ${host}:${port} cannot be reached: ${cause instanceof Error ? cause.message : cause}`,
    {
      remedy: 'Check its address, that it speaks TLS, and that its certificate is one you trust (--ca).',
      cause,
    },
  );

/** @throws {GatehouseError} `export-failed` when there is no verified connection within 10 s. */
export const connectSyslog = async (target: SyslogTarget): Promise<SyslogConnection> => {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const { host, port, ca, certificate, key } = target;
    const opened = connect({
      host,
      port,
      servername: host,
      minVersion: 'TLSv1.2',
      timeout: TIMEOUT,
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { cert: certificate }),
      ...(key === undefined ? {} : { key }),
    });
    opened.once('secureConnect', () => resolve(opened.setTimeout(0)));
    opened.once('timeout', () => opened.destroy(new Error('it does not answer')));
    opened.once('error', (cause) => reject(unavailable(target, cause)));
  });
  let failure: unknown;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => {
    failure ??= new Error('it closed the connection');
  });
  socket.resume();
  return {
    send: (messages) =>
      new Promise((resolve, reject) => {
        if (failure !== undefined) return reject(unavailable(target, failure));
        socket.write(Buffer.concat(messages.map(frame)), (error) =>
          error ? reject(unavailable(target, error)) : resolve(),
        );
      }),
    close: () =>
      new Promise((resolve) => {
        if (socket.closed) return resolve();
        socket.once('close', () => resolve());
        socket.end();
      }),
  };
};
