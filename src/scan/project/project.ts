import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ModuleCode } from '../lower/ir.ts';
import { digestOf, lowerModule } from '../lower/lower-module.ts';
import type { Located } from '../python/ast.ts';
import { LineTable } from '../python/lines.ts';
import { parsePython } from '../python/parse.ts';
import { type LeftOut, moduleName } from './files.ts';

/** A file that was read: what reports need of it after its tree is gone. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineTable;
  readonly comments: readonly Located[];
  /** How many errors the parser met; the rest of the file was analysed all the same. */
  readonly errors: number;
}

const MOST_FOREIGN = 16 * 1024 * 1024;
const FOREIGN =
  'the tree is too large to be looked at as a whole: not all that its parts import of each other was read';

/** The modules of a tree, parsed when they are first asked for. */
export class Project {
  /** By number; what is added to the modules of the tree comes behind them. */
  readonly files: (SourceFile | undefined)[];
  readonly leftOut: LeftOut[] = [];
  readonly cuts: string[] = [];
  readonly #paths: readonly string[];
  readonly #byName = new Map<string, number>();
  readonly #names: { name: string; isPackage: boolean }[] = [];
  readonly #loaded = new Map<number, ModuleCode | null>();

  readonly #part: { from: number; to: number; sizes: readonly number[] } | undefined;
  /** Bytes that may still be read of other parts. */
  #foreign = MOST_FOREIGN;

  constructor(paths: readonly string[], part?: { from: number; to: number; sizes: readonly number[] }) {
    this.#paths = paths;
    this.files = new Array<SourceFile | undefined>(paths.length).fill(undefined);
    this.#part = part;
    const packages = new Set<string>();
    for (const path of paths) if (/__init__\.pyw?$/.test(path)) packages.add(dirname(resolve(path)));
    paths.forEach((path, i) => {
      const named = moduleName(path, packages);
      this.#names.push(named);
      if (!this.#byName.has(named.name)) this.#byName.set(named.name, i);
    });
    this.#addFolders();
  }

  // Without `__init__.py` a folder is a package all the same (PEP 420): `a/b.py` is also `a.b`.
  #addFolders(): void {
    this.#paths.forEach((path, i) => {
      const parts = resolve(path)
        .replace(/\.pyw?$/, '')
        .split(/[\\/]/);
      if (parts.at(-1) === '__init__') parts.pop();
      for (let n = 2; n <= Math.min(6, parts.length - 1); n++) {
        const name = parts.slice(-n).join('.');
        if (!this.#byName.has(name)) this.#byName.set(name, i);
      }
    });
  }

  /** Takes in a file that is no module, for findings in it; returns its number. */
  addText(path: string, text: string): number {
    return this.files.push({ path, text, lines: new LineTable(text), comments: [], errors: 0 }) - 1;
  }

  /** File number `index` with its text, read now if it was not. */
  source(index: number): SourceFile | undefined {
    if (this.files[index] === undefined && index >= 0 && index < this.#paths.length) this.loadFile(index);
    return this.files[index];
  }

  linesOf(from: number, to: number): number {
    let lines = 0;
    for (let i = from; i < to; i++) lines += this.files[i]?.lines.count ?? 0;
    return lines;
  }

  get size(): number {
    return this.#paths.length;
  }

  nameOf(index: number): string {
    return this.#names[index]?.name ?? '';
  }

  /** The module named `name` as an import spells it. */
  load(name: string): ModuleCode | null {
    const hash = name.lastIndexOf('#');
    const index = hash >= 0 ? Number(name.slice(hash + 1)) : this.#byName.get(name);
    return index === undefined ? null : this.loadFile(index);
  }

  /** Module number `index`, parsed and lowered once; null when it cannot be read. */
  loadFile(index: number): ModuleCode | null {
    const known = this.#loaded.get(index);
    if (known !== undefined) return known;
    const path = this.#paths[index];
    const module = path === undefined || !this.#affordable(index) ? null : this.#parse(path, index);
    this.#loaded.set(index, module);
    return module;
  }

  // What a part imports of others is read too, up to a limit.
  #affordable(index: number): boolean {
    const part = this.#part;
    if (part === undefined || (index >= part.from && index < part.to)) return true;
    this.#foreign -= part.sizes[index] ?? 0;
    if (this.#foreign < 0 && !this.cuts.includes(FOREIGN)) this.cuts.push(FOREIGN);
    return this.#foreign >= 0;
  }

  #parse(path: string, index: number): ModuleCode | null {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      this.leftOut.push({
        path,
        why: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
      });
      return null;
    }
    if (isBinary(bytes)) {
      this.leftOut.push({ path, why: 'not text' });
      return null;
    }
    const parsed = parsePython(bytes);
    if (parsed.errorCount > 0)
      this.leftOut.push({ path, why: `${parsed.errorCount} syntax errors: those parts only` });
    this.files[index] = {
      path,
      text: parsed.source,
      lines: parsed.lines,
      comments: parsed.comments,
      errors: parsed.errorCount,
    };
    const named = this.#names[index] ?? { name: '', isPackage: false };
    // Two files of one name (two `app.py` in different folders): each keeps a name of its own.
    const name = this.#byName.get(named.name) === index ? named.name : `${named.name}#${index}`;
    const digest = digestOf(name, parsed.source);
    const code = lowerModule(parsed.module, { ...named, name, file: index, path, digest });
    for (const cut of code.cuts) this.cuts.push(`${path}: ${cut}`);
    return code;
  }
}

const isBinary = (bytes: Buffer): boolean => {
  const head = bytes.subarray(0, 4096);
  const utf16 = head[0] === 0xff || head[0] === 0xfe;
  return !utf16 && head.includes(0);
};
