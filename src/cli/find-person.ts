import type { GatehouseConfig } from '../config/index.ts';
import { administer } from './control/administer.ts';

/** The roles of an account, for `explain`: from the running gate where there is one, else from the data directory. */
export const findPerson = async (
  config: GatehouseConfig,
  name: string,
): Promise<{ id: string; roles: readonly string[] } | undefined> => {
  const { person } = await administer(config, 'people.find', { name });
  return person;
};
