import { readFile } from 'node:fs/promises';
import type { ForwardTarget } from '../audit/index.ts';
import type { LogReceiver } from '../config/index.ts';
import { GatehouseError } from '../core/index.ts';

const read = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new GatehouseError('usage', `${path} cannot be read`, { remedy: 'Name an existing file.', cause });
  }
};

/**
 * Where entries are sent, with the authority read from its file.
 * @throws {GatehouseError} `usage` when the file cannot be read.
 */
export const forwardTarget = async (
  to: LogReceiver,
  ca: string | undefined,
  headers: Record<string, string>,
): Promise<ForwardTarget> =>
  to.kind === 'otlp' ? { ...to, headers } : { ...to, ...(ca === undefined ? {} : { ca: await read(ca) }) };
