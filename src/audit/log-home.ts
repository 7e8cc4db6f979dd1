import { join } from 'node:path';
import { z } from 'zod';
import { GatehouseError, newId, parseJson } from '../core/index.ts';
import { type FileLayer, replaceFile, systemCode } from './files.ts';

/** Where the parts of a log stand in the data directory. */
export interface LogPaths {
  root: string;
  journal: string;
  description: string;
  /** The newest checkpoint, as tlog-tiles names it; `checkpoints` holds all of them. */
  checkpoint: string;
  checkpoints: string;
  tiles: string;
  index: string;
  /** There while the log is closed in order. */
  clean: string;
}

export const logPaths = (dataDirectory: string): LogPaths => {
  const root = join(dataDirectory, 'log');
  return {
    root,
    journal: join(root, 'journal'),
    description: join(root, 'log.json'),
    checkpoint: join(root, 'checkpoint'),
    checkpoints: join(root, 'checkpoints.jsonl'),
    tiles: join(root, 'tile'),
    index: join(root, 'index.db'),
    clean: join(root, 'clean'),
  };
};

const description = z.object({
  version: z.literal(1),
  instance: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/),
  origin: z.string().regex(/^[\x21-\x2a\x2c-\x7e]{1,200}$/),
});

/** What names a log: every entry carries the instance, every checkpoint the origin. */
export type LogDescription = z.infer<typeof description>;

/**
 * The description of the log in a data directory.
 * @throws {GatehouseError} `log-not-found` when there is none, `log-damaged` when it cannot be read.
 */
export const readDescription = async (files: FileLayer, paths: LogPaths): Promise<LogDescription> => {
  let bytes: Buffer | undefined;
  try {
    bytes = await files.read(paths.description);
  } catch (cause) {
    throw new GatehouseError('log-damaged', `${paths.description} cannot be read (${systemCode(cause)})`, {
      remedy: 'Run as the user that owns the data directory.',
      cause,
    });
  }
  if (!bytes) {
    throw new GatehouseError('log-not-found', `there is no security log in ${paths.root}`, {
      remedy: 'Name the data directory of a gate with --data.',
    });
  }
  try {
    return description.parse(parseJson(bytes.toString('utf8')));
  } catch (cause) {
    throw new GatehouseError('log-damaged', `${paths.description} is damaged`, {
      remedy: 'Restore the file from a backup; it holds the names that the log was begun with.',
      cause,
    });
  }
};

/**
 * The description of the log in a data directory, which is made when there is none.
 * @throws {GatehouseError} `usage` when `instance` is not the one that the log was begun with.
 */
export const ensureDescription = async (
  files: FileLayer,
  paths: LogPaths,
  instance: string | undefined,
): Promise<LogDescription> => {
  if (await files.exists(paths.description)) {
    const found = await readDescription(files, paths);
    if (instance !== undefined && instance !== found.instance) {
      throw new GatehouseError(
        'usage',
        `this log belongs to instance "${found.instance}", not "${instance}"`,
        {
          remedy: 'Give each instance a data directory of its own.',
        },
      );
    }
    return found;
  }
  const name = instance ?? newId('log').slice(0, 12);
  const made = description.safeParse({ version: 1, instance: name, origin: `gatehouse.log/${name}` });
  if (!made.success) {
    throw new GatehouseError('usage', `"${name}" cannot name an instance`, {
      remedy: 'Use up to 63 lower-case letters, digits, dots, dashes and underscores.',
    });
  }
  await replaceFile(
    files,
    paths.description,
    Buffer.from(`${JSON.stringify(made.data, null, 2)}\n`, 'utf8'),
    0o644,
  );
  return made.data;
};
