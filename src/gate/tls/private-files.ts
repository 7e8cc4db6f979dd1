import { chmod, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GatehouseError, randomToken } from '../../core/index.ts';

const WRITE_REMEDY =
  'Make the folder writable for the user that runs Gatehouse, and see that the disk is not full.';

const unwritable = (path: string, cause: unknown): GatehouseError =>
  new GatehouseError('certificate-unwritable', `${path} cannot be written`, { remedy: WRITE_REMEDY, cause });

/**
 * Makes `directory` with access for its owner only, and takes access by others away from an existing one.
 * @throws {GatehouseError} `certificate-unwritable`
 */
export const makePrivateDirectory = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (((await stat(directory)).mode & 0o077) !== 0) await chmod(directory, 0o700);
  } catch (cause) {
    throw unwritable(directory, cause);
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  // Windows cannot open a folder to flush it; there the rename itself is durable.
  if (process.platform === 'win32') return;
  await using handle = await open(directory, 'r');
  await handle.sync();
};

/**
 * Replaces `path` as a whole with mode 0600: after a crash it holds the old text or the new one, never a part.
 * @throws {GatehouseError} `certificate-unwritable`
 */
export const replacePrivateFile = async (path: string, text: string): Promise<void> => {
  const temporary = join(dirname(path), `.${randomToken(9)}.tmp`);
  try {
    {
      await using handle = await open(temporary, 'wx', 0o600);
      await handle.writeFile(text);
      await handle.sync();
    }
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw unwritable(path, cause);
  }
};

/** The text of a private file, its mode brought back to 0600; undefined when it does not exist. */
export const readPrivateFile = async (path: string): Promise<string | undefined> => {
  try {
    const text = await readFile(path, 'utf8');
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
    return text;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new GatehouseError('certificate-unreadable', `${path} cannot be read`, {
      remedy: 'Give the user that runs Gatehouse access to the file.',
      cause,
    });
  }
};
