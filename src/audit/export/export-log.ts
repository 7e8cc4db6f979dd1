import type { LogFilter } from '../filter.ts';
import { jsonLine } from '../printable.ts';
import { readSecurityLog } from '../read-security-log.ts';
import { csvHeader, csvLine } from './csv.ts';
import { toOcsf } from './ocsf.ts';

/** How entries can be written out. */
export const EXPORT_FORMATS = ['jsonl', 'csv', 'ocsf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * The entries that a filter asks for as lines without their ends: JSON, CSV with a header, or OCSF 1.8 events. One
 * entry is one line, whatever a client has put into it.
 * @throws {GatehouseError} `log-not-found`, `log-damaged`.
 */
export async function* exportLog(
  directory: string,
  format: ExportFormat,
  filter: LogFilter,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvHeader();
  for await (const entry of readSecurityLog(directory, filter)) {
    yield format === 'csv' ? csvLine(entry) : jsonLine(format === 'ocsf' ? toOcsf(entry) : entry);
  }
}
