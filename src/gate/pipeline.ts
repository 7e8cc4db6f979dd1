import type { Counters } from '../core/index.ts';
import type { GrantsUsed } from './grants-used.ts';
import type { Guard, ResponseGuard } from './guard.ts';
import { access } from './guards/access.ts';
import { cookies } from './guards/cookies.ts';
import { csp } from './guards/csp.ts';
import { debuggerCommands } from './guards/debugger.ts';
import { documentHeaders } from './guards/document-headers.ts';
import { headers } from './guards/headers.ts';
import { limits } from './guards/limits.ts';
import { origin } from './guards/origin.ts';
import { rateHeaders } from './guards/rate-fields.ts';
import { addressRate, personRate, routeRates, sessionRate } from './guards/rates.ts';
import { shieldGuard } from './guards/shields.ts';
import type { GateSettings } from './settings.ts';

/** What every request to an app passes, top to bottom. The first that does not pass decides. */
export const requestGuards = (
  { limits: bounds, rates, routeRates: routes, policy, shields }: GateSettings,
  counters: Counters,
  grants: GrantsUsed,
): readonly Guard[] => [
  limits(bounds),
  ...(rates.address ? [addressRate(rates.address, counters)] : []),
  origin,
  debuggerCommands,
  ...(rates.person ? [personRate(rates.person, counters)] : []),
  ...(rates.session ? [sessionRate(rates.session, counters)] : []),
  ...(routes.size > 0 ? [routeRates(routes, counters)] : []),
  access(policy, grants),
  ...(shields.size > 0 ? [shieldGuard(shields, 'block'), shieldGuard(shields, 'observe')] : []),
];

/** What every answer of an app passes, top to bottom. */
export const responseGuards = (settings: GateSettings): readonly ResponseGuard[] => [
  ...(settings.rates.address ||
  settings.rates.person ||
  settings.rates.session ||
  settings.routeRates.size > 0
    ? [rateHeaders]
    : []),
  cookies,
  csp,
  documentHeaders,
  headers(settings.hsts),
];
