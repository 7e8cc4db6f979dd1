import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';

const MOST = 262_144;

/** The first 256 KiB of a source file, `''` when it is not a regular file that can be read. */
export const readSource = (cwd: string, path: string): string => {
  let handle: number | undefined;
  try {
    handle = openSync(resolve(cwd, path), 'r');
    if (!fstatSync(handle).isFile()) return '';
    const buffer = Buffer.alloc(MOST);
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, MOST, 0));
  } catch {
    return '';
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
};

/** Whether Python source imports this package. */
export const imports = (source: string, pkg: string): boolean =>
  source
    .split('\n')
    .some(
      (line) =>
        /^[ \t]*(?:import|from)[ \t]/.test(line) && new RegExp(`[ ,\\t]${pkg}(?:[ .,\\t\\r]|$)`).test(line),
    );

/** The file of a module written as `package.module` or `package.module:attribute`, where it may stand. */
export const moduleFiles = (target: string): string[] => {
  const path = (target.split(':')[0] ?? '').replaceAll('.', '/');
  return [`${path}.py`, `${path}/__init__.py`];
};
