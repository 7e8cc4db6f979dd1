import type { GatehouseConfig } from '../config/index.ts';
import type { Person } from '../identity/index.ts';
import { administer } from './control/administer.ts';

/** The roles of an account and when they end, for `explain`: from the running gate where there is one, else from the data directory. */
export const findPerson = async (
  config: GatehouseConfig,
  name: string,
): Promise<Pick<Person, 'id' | 'roles' | 'roleEnds'> | undefined> => {
  const { person } = await administer(config, 'people.find', { name });
  return person;
};
