import { sql } from 'kysely';
import { base64url } from '../core/index.ts';
import { SEALED_COLUMNS, type SealedColumn, type Store } from '../store/index.ts';
import type { KeyRing } from './key-ring.ts';

const BATCH = 100;

interface Row {
  row: string | Uint8Array;
  sealed: Uint8Array;
}

const nameOf = (row: Row['row']): string => (typeof row === 'string' ? row : base64url(row));

const readBatch = async (
  store: Store,
  place: SealedColumn,
  after: Row['row'] | undefined,
): Promise<Row[]> => {
  const [table, column, row] = [sql.table(place.table), sql.ref(place.column), sql.ref(place.row)];
  const from = after === undefined ? sql`` : sql`where ${row} > ${after}`;
  const { rows } = await sql<Row>`
    select ${row} as "row", ${column} as "sealed" from ${table} ${from} order by ${row} limit ${BATCH}
  `.execute(store.db);
  return rows;
};

/**
 * Seals everything that an older key sealed with the key in use. Each row changes in one statement that does nothing
 * when somebody else has written meanwhile: killed at any moment, every row opens under exactly one key, and running
 * again does the rest. Returns how many rows were sealed anew.
 */
export const resealAll = async (store: Store, ring: KeyRing): Promise<number> => {
  let count = 0;
  for (const place of SEALED_COLUMNS) {
    let last: Row['row'] | undefined;
    for (;;) {
      const rows = await readBatch(store, place, last);
      if (rows.length === 0) break;
      last = rows.at(-1)?.row;
      await ring.prepare(rows.length);
      for (const { row, sealed } of rows) {
        // Emptied when its person was forgotten.
        if (sealed.length === 0 || ring.isCurrent(sealed)) continue;
        const bound = { table: place.table, column: place.column, row: nameOf(row) };
        const fresh = ring.seal(bound, await ring.open(bound, sealed));
        const [table, column] = [sql.table(place.table), sql.ref(place.column)];
        const { numAffectedRows } = await sql`
          update ${table} set ${column} = ${fresh} where ${sql.ref(place.row)} = ${row} and ${column} = ${sealed}
        `.execute(store.db);
        count += Number(numAffectedRows ?? 0);
      }
    }
  }
  return count;
};
