import type { Ports } from '../ports.ts';
import { subjectFields } from '../record.ts';
import { raiseEpoch } from '../sessions/epochs.ts';
import type { SessionLifecycle } from '../sessions/session-lifecycle.ts';
import { readPeople } from './person-rows.ts';

const BATCH = 200;

/**
 * Takes away the roles whose time is over. The end of a role is a change like any other: the person's sessions end, the
 * log has it, and nobody has to ask the clock when they read what somebody may do.
 */
export const endRoles = async (
  { store, vault, clock, events }: Ports,
  lifecycle: Pick<SessionLifecycle, 'endAllWithin' | 'recordEnds'>,
): Promise<void> => {
  const due = await store.db
    .selectFrom('person_roles')
    .select('person_id')
    .distinct()
    .where('ends_at', '<=', clock.now())
    .limit(BATCH)
    .execute();
  for (const { person_id: personId } of due) {
    const done = await store.transaction(async (tx) => {
      await raiseEpoch(tx, 'changes');
      const gone = await tx
        .deleteFrom('person_roles')
        .where('person_id', '=', personId)
        .where('ends_at', '<=', clock.now())
        .returning('role')
        .execute();
      // Another instance was faster.
      if (gone.length === 0) return undefined;
      const left = await tx
        .selectFrom('person_roles')
        .select('role')
        .where('person_id', '=', personId)
        .orderBy('role')
        .execute();
      return { left, ended: await lifecycle.endAllWithin(tx, personId, 'roles-changed') };
    });
    if (done === undefined) continue;
    const [person] = await readPeople(store.db, vault, (query) => query.where('people.id', '=', personId));
    const fields = {
      ...(person === undefined ? { subject: personId } : subjectFields(person)),
      roles: done.left.map(({ role }) => role),
      reason: 'the time of a role is over',
    };
    await events.record({ type: 'person.roles-changed', outcome: 'success', fields });
    await lifecycle.recordEnds(done.ended, 'roles-changed', {});
  }
};
