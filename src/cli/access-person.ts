import type { AccessPerson } from '../access/index.ts';
import type { Person } from '../identity/index.ts';

/** An account in the words of the access decision, for who is asked about without a request of theirs. */
export const accessPerson = (
  { id, roles, roleEnds }: Pick<Person, 'id' | 'roles' | 'roleEnds'>,
  assurance: AccessPerson['assurance'],
  mfaAt?: number,
): AccessPerson => ({
  id,
  roles,
  ...(roleEnds && { roleEnds }),
  assurance,
  ...(mfaAt !== undefined && { mfaAt }),
});
