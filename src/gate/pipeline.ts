import type { Guard, ResponseGuard } from './guard.ts';
import { access } from './guards/access.ts';
import { cookies } from './guards/cookies.ts';
import { debuggerCommands } from './guards/debugger.ts';
import { headers } from './guards/headers.ts';
import { limits } from './guards/limits.ts';
import { origin } from './guards/origin.ts';
import type { GateSettings } from './settings.ts';

/** What every request to an app passes, top to bottom. The first that does not pass decides. */
export const requestGuards = (settings: GateSettings): readonly Guard[] => [
  limits(settings.limits),
  origin,
  debuggerCommands,
  access(settings.policy),
];

/** What every answer of an app passes, top to bottom. */
export const responseGuards = (settings: GateSettings): readonly ResponseGuard[] => [
  cookies,
  headers(settings.hsts),
];
