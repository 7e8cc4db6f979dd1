import type { ProbesTable } from '../../store/index.ts';
import { keptFindings } from './finding-book.ts';
import type { LoopData } from './loop-data.ts';
import { type KeptShield, retireShields } from './shield-book.ts';

export type ProbeOutcome = 'open' | 'shielded' | 'fixed' | 'unproved';

/** What a probe of one finding saw, in sentences for people. */
export interface ProbeReport {
  fingerprint: string;
  app: string;
  outcome: ProbeOutcome;
  direct: string;
  gated: string | null;
  ordinary: string | null;
  incident: string | null;
}

/** A report as it is kept. */
export interface KeptProbe extends ProbeReport {
  at: number;
  eventId: string | null;
}

const kept = (row: ProbesTable): KeptProbe => ({
  fingerprint: row.fingerprint,
  app: row.app,
  outcome: row.outcome as ProbeOutcome,
  direct: row.direct,
  gated: row.gated,
  ordinary: row.ordinary,
  incident: row.incident,
  at: row.at,
  eventId: row.event_id,
});

/** What the last probe of each finding saw. */
export const keptProbes = async ({ store }: LoopData): Promise<KeptProbe[]> =>
  (await store.db.selectFrom('probes').selectAll().orderBy('fingerprint').execute()).map(kept);

/**
 * Keeps what a probe saw. Where it agrees with the scan that a hole is gone, the removal of its shields is proposed;
 * where it does not, that is taken back.
 */
export const keepProbes = async (
  data: LoopData,
  reports: readonly ProbeReport[],
): Promise<{ retired: KeptShield[] }> => {
  const gone = new Set(
    (await keptFindings(data)).flatMap((each) => (each.state === 'gone' ? [each.finding.fingerprint] : [])),
  );
  const retired: KeptShield[] = [];
  for (const report of reports) {
    const event = await data.log.record({
      type: 'finding.probed',
      outcome: 'success',
      fields: {
        finding: report.fingerprint,
        app: report.app,
        reason: report.outcome,
        ...(report.incident !== null && { incident: report.incident }),
      },
    });
    const { fingerprint, app, ...said } = report;
    const values = { ...said, at: data.clock.now(), event_id: event?.id ?? null };
    await data.store.db
      .insertInto('probes')
      .values({ fingerprint, app, ...values })
      .onConflict((conflict) => conflict.columns(['fingerprint', 'app']).doUpdateSet(values))
      .execute();
    const isGone = report.outcome === 'fixed' && gone.has(fingerprint);
    if (isGone || report.outcome === 'open' || report.outcome === 'shielded') {
      const changed = await retireShields(data, fingerprint, isGone);
      if (isGone) retired.push(...changed);
    }
  }
  return { retired };
};
