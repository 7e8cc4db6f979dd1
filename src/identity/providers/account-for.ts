import { canonicalName, isAccountName } from '../people/account-name.ts';
import type { People } from '../types.ts';
import { type Claims, verifiedEmail } from './claims.ts';

const PAGE = 1_000;
/** Accounts that are looked through for an e-mail address, once for each account at a provider that is new here. */
const MOST = 100_000;

/**
 * The one person whose account has this e-mail address; undefined where nobody has, or several: then nobody can say whose
 * it is.
 */
export const personByEmail = async (people: Pick<People, 'list'>, email: string) => {
  const found: Awaited<ReturnType<People['list']>>[number][] = [];
  let after: string | undefined;
  for (let seen = 0; seen < MOST; seen += PAGE) {
    const page = await people.list({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    found.push(...page.filter((person) => person.email?.toLowerCase() === email));
    after = page.at(-1)?.id;
    if (page.length < PAGE || after === undefined) break;
  }
  return found.length === 1 ? found[0] : undefined;
};

/** An account name that nobody has, as close as can be to what the provider calls the person. */
export const freeName = async (
  people: Pick<People, 'byName'>,
  claims: Claims,
  provider: string,
  random: () => string,
): Promise<string> => {
  const wanted = [verifiedEmail(claims), claims.preferred_username]
    .map((name) => canonicalName(name ?? ''))
    .filter(isAccountName);
  for (const name of wanted) if ((await people.byName(name)) === undefined) return name;
  return `${provider}-${random()}`;
};
