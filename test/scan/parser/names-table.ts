// Writes src/scan/python/parser/unicode-names-table.ts anew from the names that CPython's unicodedata has. Aliases
// cannot be listed there, so those of the table as it is are kept, if CPython still knows them. Run it by hand when
// Python moves to a new version of Unicode: node test/scan/parser/names-table.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { loadPyodide } from 'pyodide';
import type { PyDict } from 'pyodide/ffi';
import { tableText } from '../../../src/scan/python/parser/unicode-names.ts';

const SCRIPT = `
import unicodedata

def derived(name, code):
    return name.startswith("HANGUL SYLLABLE ") or name.endswith("-%X" % code)

def named():
    last = -1
    for code in range(0x110000):
        name = unicodedata.name(chr(code), None)
        if name is not None and not derived(name, code):
            yield ("" if code == last + 1 else "%X;" % (code - last - 1)) + name
            last = code

def known(alias):
    code, name = alias.split(" ", 1)
    try:
        return ord(unicodedata.lookup(name)) == int(code, 16)
    except KeyError:
        return False

"\\n".join(named()) + "\\n\\n" + "\\n".join(filter(known, aliases.split("\\n")))
`;

const python = await loadPyodide();
(python.globals as PyDict).set('aliases', tableText().split('\n\n')[1] ?? '');
const text: string = python.runPython(SCRIPT);
const packed = brotliCompressSync(text, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
});
writeFileSync(
  join(import.meta.dirname, '../../../src/scan/python/parser/unicode-names-table.ts'),
  `/**
 * The names of characters (Unicode 16, as CPython 3.14 has them; © Unicode, Inc., Unicode License v3), Brotli in
 * Base64. Written by test/scan/parser/names-table.ts.
 */
export const NAMES_TABLE =
  '${packed.toString('base64')}';
`,
);
