import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPyodide } from 'pyodide';
import type { PyDict } from 'pyodide/ffi';
import { parsePython } from '../../../src/scan/python/parse.ts';
import { dump } from './dump.ts';

/** A file to compare: what it is called, and its bytes. */
export interface SourceFile {
  name: string;
  bytes: Uint8Array;
}

/** CPython 3.14, in this process. */
export interface Oracle {
  /** The Python modules that came along with it. */
  standardLibrary(): SourceFile[];
  /** What CPython makes of a file: its tree as text, or, after a `!`, why it refuses it. */
  dump(bytes: Uint8Array): string;
  /** The text of the table of names of characters; see names-table.ts. */
  namesTable(aliases: string): string;
  /** For each of these names of characters a line: the name, and the code point or `null`. */
  lookUp(names: readonly string[]): string;
  /** The names of those of these code points that have one. */
  namesOf(codes: readonly number[]): string[];
  /** How our tree of a file differs from CPython's, or null. `accepted` tells whether CPython parses it. */
  compare(bytes: Uint8Array): { difference: string | null; accepted: boolean };
}

const firstDifference = (ours: string, theirs: string): string => {
  const [left, right] = [ours.split('\n'), theirs.split('\n')];
  const at = left.findIndex((line, index) => line !== right[index]);
  const around = (lines: string[]) => lines.slice(Math.max(0, at - 3), at + 4).join(' ');
  return `ours: ${around(left)}\n  theirs: ${around(right)}`;
};

interface Pythonic {
  dump_js(bytes: Uint8Array): string;
  names_table(aliases: string): string;
  look_up(names: string): string;
  names_of(codes: string): string;
  standard_library(): { toJs(): [string, Uint8Array][]; destroy(): void };
}

export const loadOracle = async (): Promise<Oracle> => {
  const python = await loadPyodide();
  python.runPython(readFileSync(join(import.meta.dirname, 'oracle.py'), 'utf8'));
  const globals = python.globals as PyDict;
  const functions: Pythonic = {
    dump_js: globals.get('dump_js'),
    standard_library: globals.get('standard_library'),
    names_table: globals.get('names_table'),
    look_up: globals.get('look_up'),
    names_of: globals.get('names_of'),
  };
  return {
    standardLibrary: () => {
      const list = functions.standard_library();
      const files = list.toJs().map(([name, bytes]) => ({ name, bytes: Uint8Array.from(bytes) }));
      list.destroy();
      return files;
    },
    namesTable: (aliases) => functions.names_table(aliases),
    lookUp: (names) => functions.look_up(names.join('\n')),
    namesOf: (codes) => functions.names_of(codes.join(' ')).split('\n'),
    dump: (bytes) => functions.dump_js(Uint8Array.from(bytes)),
    compare: (bytes) => {
      const theirs = functions.dump_js(Uint8Array.from(bytes));
      const result = parsePython(bytes);
      const first = result.errors[0];
      if (theirs.startsWith('!')) {
        const difference = result.errorCount === 0 ? `CPython refuses it: ${theirs.slice(1)}` : null;
        return { difference, accepted: false };
      }
      if (first !== undefined) {
        const { line, column } = result.lines.positionAt(first.start);
        return { difference: `refused at ${line}:${column}: ${first.message}`, accepted: true };
      }
      const ours = dump(result);
      return { difference: ours === theirs ? null : firstDifference(ours, theirs), accepted: true };
    },
  };
};
