import { goTo } from '../answer.ts';
import type { Route } from '../route.ts';
import { landingOf } from './landing.ts';
import { providerAddress } from './provider-address.ts';
import { askAgain } from './sign-in.ts';

/** Asks somebody who has signed in to show again who they are, on the way to a page that needs it. */
const confirm: Route = {
  method: 'GET',
  path: '/confirm',
  who: 'person',
  handle: async (visit, parts) => {
    const { path } = landingOf(visit.url.searchParams.get('return') ?? undefined, parts.config);
    const { factors, providers } = parts.identity;
    const { session } = visit;
    if (await factors.isConfirmed(session)) return goTo(path);
    // Whoever came by a provider, and has nothing else to show, shows it there.
    const came = session.factors.find(({ kind }) => kind === 'provider');
    const own = await factors.of(session.person.id);
    if (came !== undefined && own.totp === undefined && own.passkeys.length === 0) {
      const [link] = await providers.linksOf(session.person.id);
      if (link !== undefined) return goTo(providerAddress(link.provider, path));
    }
    return askAgain(path, visit, parts);
  },
};

export const confirmRoutes: readonly Route[] = [confirm];
