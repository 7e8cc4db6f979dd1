import type { FindingDesk } from '../../portal/index.ts';
import { keptFindings } from './finding-book.ts';
import type { LoopData } from './loop-data.ts';
import { keptProbes } from './probe-book.ts';
import { changeShields, keptShields } from './shield-book.ts';

/** What the portal shows of findings, shields and proofs, and the one change it offers. */
export const findingDesk = (data: LoopData): FindingDesk => ({
  list: async () => {
    const [findings, shields, probes] = [
      await keptFindings(data),
      await keptShields(data.store, true),
      await keptProbes(data),
    ];
    return findings.map(({ finding, state, firstSeenAt, eventId }) => ({
      finding,
      state,
      firstSeenAt,
      eventId,
      shields: shields
        .filter(({ shield }) => shield.finding === finding.fingerprint)
        .map((kept) => ({
          id: kept.shield.id,
          app: kept.shield.app,
          state: kept.state,
          why: kept.shield.why,
          retireAt: kept.retireAt,
          eventId: kept.eventId,
        })),
      proofs: probes.filter(({ fingerprint }) => fingerprint === finding.fingerprint),
    }));
  },
  change: async (shield, state, actor) => {
    await changeShields(data, [shield], state, actor);
  },
});
