import { createInterface } from 'node:readline/promises';
import { GatehouseError } from '../core/index.ts';

/** The first line of standard input. @throws {GatehouseError} `usage` when there is none. */
export const readPassword = async (): Promise<string> => {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new GatehouseError('usage', 'standard input holds no password', {
    remedy: 'Pipe it in, for example: gatehouse people add ada --role analyst --password-stdin < file',
  });
};
