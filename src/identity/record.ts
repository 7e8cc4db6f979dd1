import type { EventFields, EventSink, EventType } from '../core/index.ts';
import { deviceName } from './sessions/device-name.ts';
import type { Actor, ClientInfo, Person } from './types.ts';

/** The fields that say where a client is. */
export const clientFields = (client: ClientInfo | undefined): EventFields =>
  client === undefined ? {} : { address: client.address.slice(0, 64), device: deviceName(client.userAgent) };

/** The fields that say who acts; the command line has no id. */
export const actorFields = (by: Actor): EventFields => ({
  ...(by.id === undefined ? { reason: 'command line' } : { actor: by.id }),
  ...clientFields(by.client),
});

export const subjectFields = (person: Pick<Person, 'id' | 'name'>): EventFields => ({
  subject: person.id,
  subjectName: person.name,
});

/**
 * Records first, acts afterwards: what the log cannot keep does not happen (fail closed). When the act then fails, or
 * says with undefined that it did not happen (somebody else was faster), a second event takes the first one back. Acts
 * that only take access away do it the other way round: see `SessionLifecycle.recordEnds`.
 * @throws whatever the sink throws (`log-unavailable`) or the act.
 */
export const recordThen = async <T extends object | true>(
  events: EventSink,
  type: EventType,
  fields: EventFields,
  act: () => Promise<T | undefined>,
): Promise<T | undefined> => {
  await events.record({ type, outcome: 'success', fields });
  const takeBack = () =>
    events.record({
      type,
      outcome: 'failure',
      fields: { ...fields, reason: 'taken back: it did not happen' },
    });
  let result: T | undefined;
  try {
    result = await act();
  } catch (error) {
    await takeBack();
    throw error;
  }
  if (result === undefined) await takeBack();
  return result;
};
