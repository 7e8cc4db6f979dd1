import { type Guard, PASS } from '../guard.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH']);

/**
 * Refuses what another site's page sends with the visitor's cookies (C27): every unsafe request and every WebSocket
 * handshake has to come from the app's own origin. Fetch Metadata where the browser sends it, the exact Origin where
 * it does not, and a handshake always needs its Origin (CSWSH). `null` is no origin of ours.
 */
export const origin: Guard = {
  name: 'origin',
  stage: 'request',
  needs: [],
  mode: 'block',
  check: ({ method, upgrade, headers, app }) => {
    const from = headers.get('origin');
    if (upgrade) return from === app.origin ? PASS : { verdict: 'refuse', why: 'websocket-origin' };
    if (SAFE.has(method)) return PASS;
    const site = headers.get('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return { verdict: 'refuse', why: 'cross-site' };
    if (from !== undefined && from !== app.origin) return { verdict: 'refuse', why: 'cross-origin' };
    if (site === undefined && from === undefined) {
      // Browsers older than both headers still send a Referer with a form.
      const referer = headers.get('referer');
      if (referer !== undefined && !referer.startsWith(`${app.origin}/`))
        return { verdict: 'refuse', why: 'cross-origin' };
    }
    return PASS;
  },
};
