import type { GateApp, GateSettings } from './settings.ts';

/** A guard as an administrator sees it. */
export interface GuardDescription {
  name: string;
  says: string;
  mode: 'observe' | 'block' | 'off';
}

const SAYS = {
  limits: 'what is too large is refused before its body is read',
  'address-rate': 'how often one address may ask',
  origin: "writes and WebSockets have to come from the app's own pages",
  debugger: 'commands of interactive debuggers stay inside',
  'person-rate': 'how often one person may ask',
  'session-rate': 'how often one session may ask',
  'route-rate': 'how often single routes may be asked',
  access: 'the rules: who may do what',
  shields: 'narrow rules made from findings of the scan',
  'at-once': 'how much one person has under way at once',
  csp: 'what the pages may run and load',
  'document-headers': 'what the pages may use of the browser',
  headers: 'framing, sniffing, referrers, caching; banners go',
  cookies: "the app's cookies are Secure, HttpOnly and SameSite",
  errors: 'failures and debug pages give an incident id instead',
} as const satisfies Record<string, string>;

export type GuardName = keyof typeof SAYS;

/** Every guard that stands before an app or behind it, in the order of the pipeline, and whether it refuses. */
export const describeGuards = (app: GateApp, settings: GateSettings): GuardDescription[] => {
  const { rates, routeRates, shields } = settings;
  const off: Partial<Record<GuardName, boolean>> = {
    'address-rate': rates.address === undefined,
    'person-rate': rates.person === undefined,
    'session-rate': rates.session === undefined,
    'route-rate': !routeRates.has(app.name),
    shields: shields.size === 0,
    csp: app.csp === undefined,
    errors: app.errors === 'pass',
  };
  return (Object.keys(SAYS) as GuardName[]).map((name) => ({
    name,
    says: SAYS[name],
    mode: off[name] ? 'off' : name === 'csp' ? (app.csp?.mode ?? 'off') : 'block',
  }));
};
