import { GatehouseError, networkOf } from '../../core/index.ts';
import { canonicalName } from '../people/account-name.ts';
import { personUnknown } from '../people/person-rows.ts';
import type { Ports } from '../ports.ts';
import { actorFields, recordThen, subjectFields } from '../record.ts';
import type { Actor, People, Person } from '../types.ts';
import type { Regulation } from './regulation.ts';

/** Ends what the regulation of guesses has brought upon somebody. */
export interface Unlock {
  /** Milliseconds until the next guess of a stranger at this account would be looked at; 0: nobody waits. */
  wait(person: Pick<Person, 'name'>): Promise<number>;
  /** Lets the account start afresh. @throws `person-unknown`, `log-unavailable`, `counters-unavailable`. */
  person(id: string, by: Actor): Promise<Person>;
  /** Lets a network (IPv4 address, IPv6 /64) start afresh. @throws `log-unavailable`, `counters-unavailable`. */
  network(address: string, by: Actor): Promise<void>;
}

export const openUnlock = (
  { events }: Pick<Ports, 'events'>,
  regulation: Regulation,
  people: Pick<People, 'get'>,
): Unlock => ({
  wait: ({ name }) => regulation.wait(canonicalName(name)),
  person: async (id, by) => {
    const person = await people.get(id);
    if (person === undefined) throw personUnknown();
    const fields = { ...actorFields(by), ...subjectFields(person) };
    await recordThen(events, 'person.unlocked', fields, async () => {
      await regulation.forgive(canonicalName(person.name));
      return true as const;
    });
    return person;
  },
  network: async (address, by) => {
    if (networkOf(address) === 'unknown') {
      throw new GatehouseError('usage', `"${address}" is no IP address`, {
        remedy: 'Write one such as 192.0.2.7 or 2001:db8::1.',
      });
    }
    await recordThen(
      events,
      'network.unlocked',
      { ...actorFields(by), network: networkOf(address) },
      async () => {
        await regulation.forgiveNetwork(address);
        return true as const;
      },
    );
  },
});
