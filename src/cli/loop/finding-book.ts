import { type Finding, findingSchema, parseJson } from '../../core/index.ts';
import type { FindingsTable } from '../../store/index.ts';
import type { LoopData } from './loop-data.ts';

/** A finding that was kept, with what became of it. Times in milliseconds since the epoch. */
export interface KeptFinding {
  finding: Finding;
  state: 'open' | 'gone';
  root: string;
  firstSeenAt: number;
  lastSeenAt: number;
  goneAt: number | null;
  eventId: string | null;
}

const kept = (row: FindingsTable): KeptFinding => ({
  finding: findingSchema.parse(parseJson(row.finding)),
  state: row.state === 'gone' ? 'gone' : 'open',
  root: row.root,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
  goneAt: row.gone_at,
  eventId: row.event_id,
});

const AT_ONCE = 64;

const placeOf = ({ place }: Finding): string => `${place.file}:${place.line}`.slice(-200);

/** All findings that were kept, the oldest first. */
export const keptFindings = async ({ store }: LoopData): Promise<KeptFinding[]> =>
  (
    await store.db
      .selectFrom('findings')
      .selectAll()
      .orderBy('first_seen_at')
      .orderBy('fingerprint')
      .execute()
  ).map(kept);

const keepOne = async (data: LoopData, root: string, at: number, finding: Finding): Promise<boolean> => {
  const { db } = data.store;
  const fingerprint = finding.fingerprint;
  const known = await db
    .selectFrom('findings')
    .select(['state'])
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst();
  const text = JSON.stringify(finding);
  if (known?.state === 'open') {
    await db
      .updateTable('findings')
      .set({ root, finding: text, last_seen_at: at })
      .where('fingerprint', '=', fingerprint)
      .execute();
    return false;
  }
  const event = await data.log.record({
    type: 'finding.recorded',
    outcome: 'success',
    fields: {
      finding: fingerprint,
      rule: finding.rule,
      target: placeOf(finding),
      reason: known === undefined ? 'found' : 'found again',
    },
  });
  const event_id = event?.id ?? null;
  if (known === undefined) {
    const times = { first_seen_at: at, last_seen_at: at, gone_at: null };
    await db
      .insertInto('findings')
      .values({ fingerprint, root, state: 'open', finding: text, ...times, event_id })
      .execute();
  } else {
    await db
      .updateTable('findings')
      .set({ root, state: 'open', finding: text, last_seen_at: at, gone_at: null, event_id })
      .where('fingerprint', '=', fingerprint)
      .execute();
    // What stands before it is needed again.
    await db.updateTable('shields').set({ retire_at: null }).where('fingerprint', '=', fingerprint).execute();
  }
  return true;
};

/** Keeps what a scan of `root` found; how many of it are new or back. */
export const keepFindings = async (
  data: LoopData,
  root: string,
  at: number,
  findings: readonly Finding[],
): Promise<number> => {
  let fresh = 0;
  // Together, so that their events share a write to the disk.
  for (let i = 0; i < findings.length; i += AT_ONCE) {
    const kept = await Promise.all(
      findings.slice(i, i + AT_ONCE).map((finding) => keepOne(data, root, at, finding)),
    );
    fresh += kept.filter(Boolean).length;
  }
  return fresh;
};

/**
 * Ends a scan of `root` that began at `at`: what it no longer found is gone, except in files that it could not read. The
 * fingerprints of those.
 */
export const endScan = async (
  data: LoopData,
  root: string,
  at: number,
  unread: readonly string[],
): Promise<string[]> => {
  const { db } = data.store;
  const open = await db
    .selectFrom('findings')
    .selectAll()
    .where('root', '=', root)
    .where('state', '=', 'open')
    .where('last_seen_at', '<', at)
    .execute();
  const skipped = new Set(unread);
  const rows = open.filter((row) => !skipped.has(kept(row).finding.place.file));
  for (const row of rows) {
    const { finding } = kept(row);
    const event = await data.log.record({
      type: 'finding.gone',
      outcome: 'success',
      fields: { finding: row.fingerprint, rule: finding.rule, target: placeOf(finding) },
    });
    await db
      .updateTable('findings')
      .set({ state: 'gone', gone_at: at, event_id: event?.id ?? null })
      .where('fingerprint', '=', row.fingerprint)
      .execute();
  }
  return rows.map((row) => row.fingerprint);
};
