import type { ProviderChoice } from '../pages/provider-choices.ts';
import type { Parts } from '../visit.ts';

/** Where a sign-in with this provider begins, on the way to `returnTo`, a path of the portal. */
export const providerAddress = (name: string, returnTo: string | undefined): string => {
  const query =
    returnTo === undefined || returnTo === '/' ? '' : `?${new URLSearchParams({ return: returnTo })}`;
  return `/providers/${name}/sign-in${query}`;
};

/** The providers as the sign-in page offers them. */
export const providersFor = (returnTo: string | undefined, { identity }: Parts): readonly ProviderChoice[] =>
  identity.providers.offered.map(({ name, title }) => ({ title, href: providerAddress(name, returnTo) }));
