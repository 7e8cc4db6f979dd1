import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { tableText } from '../../../src/scan/python/parser/unicode-names.ts';
import { loadOracle, type Oracle } from './oracle.ts';

const TABLE = join(import.meta.dirname, '../../../src/scan/python/parser/unicode-names-table.ts');

/**
 * The text of the table of character names, made anew from CPython's unicodedata. Aliases cannot be listed there, so
 * those of the table as it is are kept, if CPython knows them.
 */
export const freshTable = (oracle: Oracle): string => oracle.namesTable(tableText().split('\n\n')[1] ?? '');

// `node test/scan/parser/names-table.ts` writes the table, for when Python moves to a new version of Unicode.
if (import.meta.main) {
  const packed = brotliCompressSync(freshTable(await loadOracle()), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(
    TABLE,
    `/**
 * The names of characters (Unicode 16, as CPython 3.14 has them; © Unicode, Inc., Unicode License v3), Brotli in
 * Base64. Written by test/scan/parser/names-table.ts.
 */
export const NAMES_TABLE =
  '${packed.toString('base64')}';
`,
  );
}
