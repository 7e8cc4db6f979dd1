import {
  compileShields,
  MOST_SHIELDS,
  proposeShield,
  type Shield,
  type Shields,
  type StandingShield,
  shieldSchema,
} from '../../access/index.ts';
import { GatehouseError, parseJson } from '../../core/index.ts';
import type { ShieldsTable, Store } from '../../store/index.ts';
import { keptFindings } from './finding-book.ts';
import type { LoopData } from './loop-data.ts';

export type ShieldState = 'proposed' | 'observe' | 'block' | 'removed';

/** A shield as it is kept. Times in milliseconds since the epoch. */
export interface KeptShield {
  shield: Shield;
  state: ShieldState;
  createdAt: number;
  changedAt: number;
  /** Since when its removal is proposed, because the scan no longer finds the hole and the probe agrees. */
  retireAt: number | null;
  eventId: string | null;
}

const kept = (row: ShieldsTable): KeptShield => ({
  shield: shieldSchema.parse(parseJson(row.shield)),
  state: row.state as ShieldState,
  createdAt: row.created_at,
  changedAt: row.changed_at,
  retireAt: row.retire_at,
  eventId: row.event_id,
});

/** Every shield that was not removed, the oldest first; with `all` those that were, too. */
export const keptShields = async (store: Store, all = false): Promise<KeptShield[]> => {
  const rows = await store.db.selectFrom('shields').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.filter(({ state }) => all || state !== 'removed').map(kept);
};

/** The shields that stand at the gate now, compiled. */
export const standingShields = async (store: Store): Promise<Shields> => {
  const standing: StandingShield[] = (await keptShields(store)).flatMap(({ shield, state }) =>
    state === 'observe' || state === 'block' ? [{ shield, mode: state }] : [],
  );
  return compileShields(standing);
};

const told = async (
  data: LoopData,
  shield: Shield,
  reason: string,
  actor?: string,
): Promise<string | null> => {
  const event = await data.log.record({
    type: 'shield.changed',
    outcome: 'success',
    fields: {
      rule: shield.id,
      finding: shield.finding,
      app: shield.app,
      target: `${shield.methods.join(',') || 'any'} ${shield.route}`.slice(0, 200),
      reason,
      ...(actor !== undefined && { actor }),
    },
  });
  return event?.id ?? null;
};

// Gates look at this number once a second.
const raise = (store: Store, change: (tx: Store['db']) => Promise<unknown>): Promise<void> =>
  store.transaction(async (tx) => {
    await change(tx);
    await tx
      .updateTable('epochs')
      .set(({ eb }) => ({ value: eb('value', '+', 1) }))
      .where('name', '=', 'shields')
      .execute();
  });

export interface ProposalOutcome {
  proposed: KeptShield[];
  /** Findings of the web that no shield can stand in front of, with why. */
  without: { fingerprint: string; title: string; why: string }[];
}

/** Proposes a shield for every open finding of the web that has none. */
export const proposeShields = async (
  data: LoopData,
  app: string,
  hosts: readonly string[],
): Promise<ProposalOutcome> => {
  const have = new Set(
    (await keptShields(data.store)).map(({ shield }) => `${shield.app} ${shield.finding}`),
  );
  const outcome: ProposalOutcome = { proposed: [], without: [] };
  for (const { finding, state } of await keptFindings(data)) {
    if (state === 'gone' || finding.suppressed !== undefined || finding.source === undefined) continue;
    if (have.has(`${app} ${finding.fingerprint}`)) continue;
    const made = proposeShield(finding, { app, hosts });
    if ('refused' in made) {
      outcome.without.push({ fingerprint: finding.fingerprint, title: finding.title, why: made.refused });
      continue;
    }
    const { shield } = made;
    const at = data.clock.now();
    const event_id = await told(data, shield, 'proposed');
    const row = {
      id: shield.id,
      fingerprint: shield.finding,
      app,
      state: 'proposed',
      shield: JSON.stringify(shield),
      created_at: at,
      changed_at: at,
      retire_at: null,
      event_id,
    };
    await data.store.db.insertInto('shields').values(row).execute();
    outcome.proposed.push(kept(row));
  }
  return outcome;
};

const REASONS = { observe: 'applied to observe', block: 'applied to block', removed: 'removed' } as const;

/**
 * Brings shields into a state: those of `ids`, or all that it makes sense for.
 * @throws {GatehouseError} `shield-unknown`; `usage` when there would be too many.
 */
export const changeShields = async (
  data: LoopData,
  ids: readonly string[] | 'all' | 'retired',
  state: 'observe' | 'block' | 'removed',
  actor?: string,
): Promise<KeptShield[]> => {
  const all = await keptShields(data.store);
  const unknown =
    ids === 'all' || ids === 'retired'
      ? undefined
      : ids.find((id) => !all.some((one) => one.shield.id === id));
  if (unknown !== undefined) {
    throw new GatehouseError('shield-unknown', `there is no shield "${unknown}"`, {
      remedy: 'See them with: gatehouse shield list',
    });
  }
  const chosen = all.filter(
    (one) =>
      one.state !== state &&
      (ids === 'all' || (ids === 'retired' ? one.retireAt !== null : ids.includes(one.shield.id))),
  );
  if (state !== 'removed' && all.length > MOST_SHIELDS) {
    throw new GatehouseError('usage', `there are more than ${MOST_SHIELDS} shields`, {
      remedy: 'Scan only the apps behind this gate, and remove what does not belong to them.',
    });
  }
  const changed: KeptShield[] = [];
  for (const one of chosen) {
    const changed_at = data.clock.now();
    const event_id = await told(data, one.shield, REASONS[state], actor);
    await raise(data.store, (tx) =>
      tx
        .updateTable('shields')
        .set({ state, changed_at, event_id })
        .where('id', '=', one.shield.id)
        .execute(),
    );
    changed.push({ ...one, state, changedAt: changed_at, eventId: event_id });
  }
  return changed;
};

/** Proposes the removal of the shields of a finding that the scan and the probe no longer see, or takes it back. */
export const retireShields = async (
  data: LoopData,
  fingerprint: string,
  retire: boolean,
): Promise<KeptShield[]> => {
  const concerned = (await keptShields(data.store)).filter(
    (one) => one.shield.finding === fingerprint && (one.retireAt !== null) !== retire,
  );
  const changed: KeptShield[] = [];
  for (const one of concerned) {
    const retire_at = retire ? data.clock.now() : null;
    const event_id = await told(data, one.shield, retire ? 'removal proposed' : 'needed again');
    await data.store.db
      .updateTable('shields')
      .set({ retire_at, event_id })
      .where('id', '=', one.shield.id)
      .execute();
    changed.push({ ...one, retireAt: retire_at, eventId: event_id });
  }
  return changed;
};
