import type { Route } from './route.ts';
import { accountRoutes } from './routes/account.ts';
import { changePasswordRoutes } from './routes/change-password.ts';
import { enterRoutes } from './routes/enter.ts';
import { homeRoutes } from './routes/home.ts';
import { machineRoutes } from './routes/machine.ts';
import { peopleRoutes } from './routes/people.ts';
import { personRoutes } from './routes/person.ts';
import { resetLinkRoutes } from './routes/reset-link.ts';
import { setUpRoutes } from './routes/set-up.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { signOutRoutes } from './routes/sign-out.ts';

/** Every end point of the portal. What is not here does not exist. */
export const ROUTES: readonly Route[] = [
  ...homeRoutes,
  ...signInRoutes,
  ...setUpRoutes,
  ...resetLinkRoutes,
  ...enterRoutes,
  ...accountRoutes,
  ...changePasswordRoutes,
  ...signOutRoutes,
  ...peopleRoutes,
  ...personRoutes,
  ...machineRoutes,
];
