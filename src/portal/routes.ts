import type { Route } from './route.ts';
import { accountRoutes } from './routes/account.ts';
import { changePasswordRoutes } from './routes/change-password.ts';
import { confirmRoutes } from './routes/confirm.ts';
import { enterRoutes } from './routes/enter.ts';
import { findingRoutes } from './routes/findings.ts';
import { forgotRoutes } from './routes/forgot.ts';
import { guardRoutes } from './routes/guards.ts';
import { homeRoutes } from './routes/home.ts';
import { machineRoutes } from './routes/machine.ts';
import { peopleRoutes } from './routes/people.ts';
import { personRoutes } from './routes/person.ts';
import { providerLinkRoutes } from './routes/provider-links.ts';
import { providerSignInRoutes } from './routes/provider-sign-in.ts';
import { resetLinkRoutes } from './routes/reset-link.ts';
import { secondFactorRoutes } from './routes/second-factor.ts';
import { setUpRoutes } from './routes/set-up.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { signOutRoutes } from './routes/sign-out.ts';

/** Every end point of the portal. What is not here does not exist. */
export const ROUTES: readonly Route[] = [
  ...homeRoutes,
  ...signInRoutes,
  ...setUpRoutes,
  ...resetLinkRoutes,
  ...forgotRoutes,
  ...enterRoutes,
  ...accountRoutes,
  ...providerSignInRoutes,
  ...providerLinkRoutes,
  ...changePasswordRoutes,
  ...confirmRoutes,
  ...secondFactorRoutes,
  ...signOutRoutes,
  ...peopleRoutes,
  ...personRoutes,
  ...guardRoutes,
  ...findingRoutes,
  ...machineRoutes,
];
