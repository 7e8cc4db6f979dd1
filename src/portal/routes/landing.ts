import { isGatehouseError } from '../../core/index.ts';
import type { PortalApp, PortalConfig } from '../config.ts';
import { safeReturn } from '../safe-return.ts';
import { readHandOff } from './hand-off-request.ts';

/** Where somebody goes on after signing in. */
export interface Landing {
  /** A path of the portal. */
  path: string;
  /** The app that lies behind it. */
  app: PortalApp | undefined;
}

// A return to an app is spelt up to three times as long within the address of `/enter`.
const LONGEST = 6_400;

const FRONT: Landing = { path: '/', app: undefined };

// Pages that would sign out, ask again or lead round in a circle.
const NEVER = /^\/(?:sign-in|sign-out|setup|reset|assets|providers|healthz|\.well-known)(?:\/|$)/;

/** Checks a place of the portal that a visitor wants to return to; the front page where it is none. */
export const landingOf = (asked: string | undefined, config: PortalConfig): Landing => {
  const path = safeReturn(asked, LONGEST);
  if (path === undefined) return FRONT;
  const url = new URL(path, config.portalOrigin);
  if (NEVER.test(url.pathname)) return FRONT;
  if (url.pathname !== '/enter') return { path, app: undefined };
  try {
    return { path, app: readHandOff(url.searchParams, config).app };
  } catch (error) {
    if (isGatehouseError(error)) return FRONT;
    throw error;
  }
};
