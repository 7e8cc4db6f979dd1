import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';

/** A file that was left out, and why. */
export interface LeftOut {
  path: string;
  why: string;
}

export interface FoundFiles {
  python: string[];
  /** Of each of those, in bytes. */
  sizes: number[];
  templates: string[];
  leftOut: LeftOut[];
}

const SKIPPED = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  '__pycache__',
  '.tox',
  '.nox',
  '.venv',
  'venv',
  '.mypy_cache',
  '.ruff_cache',
  '.pytest_cache',
  '.eggs',
  'site-packages',
  '.cache',
  '.ipynb_checkpoints',
]);
const TEMPLATES = new Set([
  '.html',
  '.htm',
  '.jinja',
  '.jinja2',
  '.j2',
  '.xhtml',
  '.djhtml',
  '.tpl',
  '.tmpl',
]);
const LARGEST = 8 * 1024 * 1024;
const MOST_FILES = 500_000;
const DEEPEST = 100;

const isPython = (path: string): boolean => /\.(py|pyw|pyi)$/.test(path) && !path.endsWith('.pyi');

const isTemplate = (path: string): boolean => TEMPLATES.has(extname(path));

/**
 * The files under `paths` that the scan reads, in a stable order. Links are followed once and never in circles. After
 * `most` files and folders it stops, and says so.
 */
export const findFiles = (paths: readonly string[], most = MOST_FILES): FoundFiles => {
  const found: FoundFiles = { python: [], sizes: [], templates: [], leftOut: [] };
  const seen = new Set<string>();
  const skip = (path: string, why: string) => found.leftOut.push({ path, why });
  let come = 0;
  const isFull = (path: string): boolean => {
    if (++come === most + 1) skip(path, `more than ${most} files`);
    return come > most;
  };
  const visit = (path: string, depth: number, named: boolean): void => {
    let stat: ReturnType<typeof statSync>;
    try {
      const real = lstatSync(path).isSymbolicLink() ? realpathSync(path) : resolve(path);
      if (seen.has(real)) {
        if (real !== resolve(path)) skip(path, 'a link to something that is scanned already');
        return;
      }
      seen.add(real);
      stat = statSync(path);
    } catch (error) {
      skip(path, reason(error));
      return;
    }
    if (stat.isDirectory()) {
      if (!named && SKIPPED.has(basename(path))) return;
      if (depth > DEEPEST) {
        skip(path, `nested deeper than ${DEEPEST} folders`);
        return;
      }
      let entries: Dirent[];
      try {
        entries = readdirSync(path, { withFileTypes: true });
      } catch (error) {
        skip(path, reason(error));
        return;
      }
      if (!named && entries.some(({ name }) => name === 'pyvenv.cfg')) return;
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const entry of entries) {
        if (isFull(path)) return;
        // Most files are neither code nor templates: nothing is asked of them.
        if (!entry.isFile() || isPython(entry.name) || isTemplate(entry.name))
          visit(join(path, entry.name), depth + 1, false);
      }
      return;
    }
    if (!stat.isFile()) {
      if (named || isPython(path)) skip(path, 'not a regular file');
      return;
    }
    const python = isPython(path) || named;
    if (!python && !isTemplate(path)) return;
    if (stat.size > LARGEST) {
      skip(path, `larger than ${LARGEST / 1024 / 1024} MiB`);
      return;
    }
    if (isTemplate(path)) found.templates.push(path);
    else {
      found.python.push(path);
      found.sizes.push(stat.size);
    }
  };
  for (const path of paths) visit(path, 0, true);
  return found;
};

const reason = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  if (code === 'ELOOP') return 'a link that leads in a circle';
  if (code === 'ENOENT') return 'a link that leads nowhere, or a path that does not exist';
  return `cannot be read (${code ?? 'unknown error'})`;
};

/** The dotted name of a module, as imports inside the project spell it: from the folder above its topmost package. */
export const moduleName = (
  path: string,
  packages: ReadonlySet<string>,
): { name: string; isPackage: boolean } => {
  const file = basename(path).replace(/\.pyw?$/, '');
  const parts = file === '__init__' ? [] : [file];
  let folder = dirname(resolve(path));
  while (packages.has(folder)) {
    parts.unshift(basename(folder));
    folder = dirname(folder);
  }
  return { name: parts.join('.') || file, isPackage: file === '__init__' };
};
