import { connect } from 'node:net';
import { z } from 'zod';
import type { GatehouseConfig } from '../../config/index.ts';
import { ERROR_CODES, type ErrorCode, GatehouseError, parseJson } from '../../core/index.ts';
import { openData } from '../open-data.ts';
import { type OperationInput, type OperationName, type OperationOutput, runOperation } from './operations.ts';
import { controlPath } from './path.ts';

const TIMEOUT = 300_000;

const replySchema = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }).optional(),
});

/** The reply of the owner of the directory, or undefined when nobody owns it. */
const ask = (path: string, line: string): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(TIMEOUT, () => socket.destroy(new Error('the running gate does not answer')));
    socket.on('connect', () => socket.write(`${line}\n`));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK')
        resolve(undefined);
      else reject(error);
    });
  });

/**
 * Runs an operation on a data directory: in the gate that owns it when one runs, else here.
 * @throws {GatehouseError} the operation's own errors, from either place.
 */
export const administer = async <N extends OperationName>(
  config: GatehouseConfig,
  operation: N,
  input: OperationInput<N>,
): Promise<OperationOutput<N>> => {
  const reply = await ask(controlPath(config.data), JSON.stringify({ operation, input }));
  if (reply !== undefined) {
    const { result, error } = replySchema.parse(parseJson(reply, { maxLength: 64 * 1_024 * 1_024 }));
    if (error === undefined) return result as OperationOutput<N>;
    const code: ErrorCode = Object.hasOwn(ERROR_CODES, error.code) ? (error.code as ErrorCode) : 'internal';
    throw new GatehouseError(code, error.message, error.remedy === undefined ? {} : { remedy: error.remedy });
  }
  const data = await openData(config);
  try {
    return (await runOperation(data, operation, input)) as OperationOutput<N>;
  } finally {
    await data.close();
  }
};
