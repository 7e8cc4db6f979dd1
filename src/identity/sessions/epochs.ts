import type { Queries } from '../../store/index.ts';

export type EpochName = 'ends' | 'changes' | 'keys';

/**
 * Raises an epoch inside a transaction and returns its new value. The row stays locked until the transaction ends, so
 * that whoever sees the value also sees what was changed with it.
 */
export const raiseEpoch = async (tx: Queries, name: EpochName): Promise<number> => {
  const row = await tx
    .updateTable('epochs')
    .set(({ eb }) => ({ value: eb('value', '+', 1) }))
    .where('name', '=', name)
    .returning('value')
    .executeTakeFirstOrThrow();
  return row.value;
};

export const readEpochs = async (db: Queries): Promise<Record<EpochName, number>> => {
  const rows = await db.selectFrom('epochs').selectAll().execute();
  const value = (name: EpochName) => rows.find((row) => row.name === name)?.value ?? 0;
  return { ends: value('ends'), changes: value('changes'), keys: value('keys') };
};
